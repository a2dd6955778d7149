import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Exploration } from '../../src/explore/exploration.ts';
import { globalLock } from '../../src/store/memory/global-lock.ts';
import { optimistic } from '../../src/store/memory/optimistic.ts';
import { CONTENDED, FAILED, SOLD_OUT } from '../../src/store/strategy.ts';
import {
  CANCEL,
  exploreSale,
  requireViolation,
  reserve,
  saleOf,
  strategyOf,
} from '../support/explored.ts';

const RIVALS = saleOf(1, [reserve()], [reserve()]);
const LONG = saleOf(2, [reserve(), reserve()], [reserve(), reserve()], [reserve(), CANCEL]);

suite('code that cannot be explored is refused in one line: 2 clients', () => {
  test('it catches everything', async () => {
    const catching = strategyOf('catches', ({ words, inventory }) => ({
      reserve(event) {
        try {
          return words.load(inventory.remaining(event)) > words.load(inventory.issued(event))
            ? inventory.issue(event, 1)
            : SOLD_OUT;
        } catch {
          return FAILED;
        }
      },
    }));
    await assert.rejects(exploreSale(catching, RIVALS), {
      name: 'InputError',
      message: /^catches cannot be explored: it catches everything that is thrown/,
    });
  });

  test('it catches everything and goes on', async () => {
    const catching = strategyOf('goes on', ({ words, inventory }) => ({
      reserve(event) {
        for (let turn = 0; turn < 10; turn++) {
          try {
            if (words.load(inventory.remaining(event)) === 0) return SOLD_OUT;
          } catch {}
        }
        throw new Error('another error');
      },
    }));
    await assert.rejects(exploreSale(catching, RIVALS), {
      name: 'InputError',
      message: /catches everything/,
    });
  });

  test('what it does depends on how often it was run', async () => {
    let runs = 0;
    const counting = strategyOf('counts its runs', ({ words, own }) => ({
      reserve() {
        words.load(own + (runs++ % 2));
        words.load(own);
        return CONTENDED;
      },
    }));
    await assert.rejects(exploreSale(counting, RIVALS), {
      name: 'InputError',
      message: /run twice with the same answers, it did not do the same/,
    });
  });

  test('what it answers depends on how often it was run', async () => {
    // In threads, each of which has a counter of its own, both would be granted ticket 0.
    let next = 0;
    const numbering = strategyOf('numbers tickets by itself', ({ words, inventory }) => ({
      reserve(event, quantity) {
        const left = words.sub(inventory.remaining(event), quantity);
        return left >= quantity ? next++ : CONTENDED;
      },
    }));
    for (const search of ['breadth-first', 'source-dpor'] as const) {
      await assert.rejects(
        exploreSale(numbering, saleOf(2, [reserve()], [reserve()]), { search }),
        { name: 'InputError', message: /it did not do the same/ },
      );
    }
  });
});

test('a loop that says that it waits, for what never comes, is a deadlock: 2 clients', async () => {
  const waiting = strategyOf('waits for ever', ({ words, own }) => ({
    reserve() {
      while (words.load(own) === 0) words.spin();
      return 0;
    },
  }));
  await requireViolation({ kind: 'strategy', strategy: waiting, sale: RIVALS }, ['deadlock']);
});

suite('a loop that does not say that it waits ends with the limits: 2 clients', () => {
  const limits = {
    'breadth-first': 'states',
    'source-dpor': 'time',
    'preemption-bound': 'states',
    pct: 'time',
  } as const;
  for (const [search, stoppedBy] of Object.entries(limits)) {
    test(search, async () => {
      const worker = new Worker(new URL('../support/looping-seller.js', import.meta.url), {
        workerData: search,
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      const hangs = setTimeout(() => worker.emit('error', new Error('it never ends')), 12_000);
      try {
        const [found] = await once(worker, 'message');
        assert.deepEqual(found, { verdict: 'unproved', stoppedBy });
      } finally {
        clearTimeout(hangs);
        await worker.terminate();
      }
    });
  }
});

suite('limits end a search and are named: 3 clients', () => {
  test('states', async () => {
    const { verdict, searches } = await exploreSale(optimistic, LONG, { maxStates: 1000 });
    assert.equal(verdict, 'unproved');
    assert.equal(searches[0]?.stoppedBy, 'states');
    assert.equal(searches[0]?.coverage, 'bounded');
    assert.ok(searches[0]?.states > 1000 && searches[0].states < 1100);
  });

  test('memory', async () => {
    const { verdict, searches } = await exploreSale(optimistic, LONG, { maxBytes: 1000 });
    assert.equal(verdict, 'unproved');
    assert.equal(searches[0]?.stoppedBy, 'memory');
    assert.equal(searches[0]?.coverage, 'bounded');
  });

  test('time', async () => {
    for (const search of ['breadth-first', 'source-dpor', 'pct'] as const) {
      const options = { search, timeLimitMs: 1, samples: 1e9 };
      const { verdict, searches } = await exploreSale(optimistic, LONG, options);
      assert.equal(verdict, 'unproved', search);
      assert.equal(searches[0]?.stoppedBy, 'time', search);
    }
  });

  test('an interruption', async () => {
    const interrupt = new AbortController();
    let looks = 0;
    const { verdict, interrupted, searches } = await exploreSale(optimistic, LONG, {
      search: 'auto',
      signal: interrupt.signal,
      onProgress() {
        if (++looks === 2) interrupt.abort();
      },
    });
    assert.equal(verdict, 'unproved');
    assert.ok(interrupted);
    assert.equal(searches.length, 1);
    assert.equal(searches[0]?.stoppedBy, 'time');
  });

  test('what the first search cannot finish is left to the others, and nothing is proved', async () => {
    const { verdict, searches } = await exploreSale(optimistic, LONG, {
      search: 'auto',
      maxStates: 1000,
      timeLimitMs: 1000,
      preemptions: 1,
    });
    assert.equal(verdict, 'unproved');
    const names = searches.map(({ search }) => search);
    assert.deepEqual(names, ['breadth-first', 'source-dpor', 'preemption-bound', 'pct']);
    assert.equal(searches.at(-1)?.coverage, 'sampled');
  });
});

function again(schedule: string): Promise<Exploration> {
  return exploreSale(globalLock, RIVALS, { schedule });
}

test('a schedule that cannot be followed is refused with the move: 2 clients', async () => {
  await assert.rejects(again('0'.repeat(40)), {
    name: 'InputError',
    message: /at move 7 \(0\) A cannot go on: it has ended/,
  });
  await assert.rejects(again('x0'), {
    name: 'InputError',
    message: /cannot be followed: at move 1/,
  });
  const { verdict, failure, replay } = await again('01');
  assert.equal(verdict, 'unproved');
  assert.equal(failure, null);
  assert.equal(replay?.steps.length, 2);
});
