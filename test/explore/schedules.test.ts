import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { MOVE, moveOf } from '../../src/explore/moves.ts';
import { renamingsOf } from '../../src/explore/renamings.ts';
import { formatSchedule, parseSchedule } from '../../src/explore/schedule.ts';
import { checkThenAct } from '../../src/store/memory/check-then-act.ts';
import { CONTENDED } from '../../src/store/strategy.ts';
import { exploreSale, reserve, saleOf, strategyOf } from '../support/explored.ts';
import fc from '../support/fast-check.ts';

const CLIENTS = 8;
const kinds = fc.constantFrom(...Object.values(MOVE));
const moves = fc
  .tuple(kinds, fc.nat({ max: CLIENTS - 1 }))
  .map(([kind, client]) => moveOf(kind, client));

suite('schedules', () => {
  test('read as they were written: any moves of 8 clients', () => {
    fc.assert(
      fc.property(fc.array(moves, { minLength: 1, maxLength: 50 }), (list) => {
        assert.deepEqual(parseSchedule(formatSchedule(list), CLIENTS), list);
      }),
    );
  });

  test('are told in few letters: 4 kinds of moves', () => {
    const list = [MOVE.step, MOVE.crash, MOVE.wake, MOVE.timeOut].map((kind) => moveOf(kind, 1));
    assert.equal(formatSchedule(list), '1x1w1t1');
  });

  test('are refused with what is wrong: no text, other letters, a client too many', () => {
    for (const text of ['', 'x', '0 1', '0a', 'xx0', '-1', '0x']) {
      assert.throws(() => parseSchedule(text, 2), { name: 'InputError', message: /--schedule/ });
    }
    assert.throws(() => parseSchedule('012', 2), { message: /names client 2; there are 0 to 1/ });
  });
});

test('renamings keep every class together, the one that changes nothing first: 4 clients', () => {
  const renamings = renamingsOf(4, [[0, 2, 3], [1]]);
  assert.equal(renamings.length, 6);
  assert.equal(new Set(renamings.map(String)).size, 6);
  assert.deepEqual(renamings[0], [0, 1, 2, 3]);
  for (const renaming of renamings) {
    assert.equal(renaming[1], 1);
    assert.deepEqual(
      renaming.toSorted((a, b) => a - b),
      [0, 1, 2, 3],
    );
  }
});

suite('random schedules', () => {
  const rivals = saleOf(4, [reserve(2)], [reserve(3)]);

  test('show the lost update with every seed of 20: 2 clients, 100 schedules', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const found = await exploreSale(checkThenAct, rivals, {
        search: 'pct',
        samples: 100,
        seed: String(seed),
      });
      assert.equal(found.verdict, 'violated', `seed ${seed}`);
      const schedule = found.failure?.schedule;
      const again = await exploreSale(checkThenAct, rivals, { schedule });
      assert.equal(again.failure?.message, found.failure?.message);
    }
  });

  test('are the same for the same seed, and others for another: 2 clients', async () => {
    const schedules = await Promise.all(
      ['1', '1', '2', '3', '4'].map(async (seed) => {
        const found = await exploreSale(checkThenAct, rivals, { search: 'pct', seed });
        return found.failure?.schedule;
      }),
    );
    assert.equal(schedules[0], schedules[1]);
    assert.ok(new Set(schedules).size > 1);
  });

  test('tell how likely they are to find what there is, by the formula: 2 clients, 6 steps, 30 schedules', async () => {
    const looking = strategyOf('looks three times', ({ words, own }) => ({
      reserve() {
        for (let turn = 0; turn < 3; turn++) words.load(own);
        return CONTENDED;
      },
    }));
    const found = await exploreSale(looking, rivals, { search: 'pct', samples: 30 });
    assert.equal(found.verdict, 'unproved');
    const [search] = found.searches;
    assert.equal(search?.schedules, 30);
    assert.equal(search.coverage, 'sampled');
    // A third of the schedules looks for each depth; each finds it with 1 / (n k^(d-1)) at least.
    const expected = [1, 6, 36].map((order) => 1 - (1 - 1 / (2 * order)) ** 10);
    assert.deepEqual(search.chances, expected);
  });
});
