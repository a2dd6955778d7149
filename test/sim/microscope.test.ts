import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { catalog, InputError, type Magnification, magnify } from '../../src/index.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const LIMIT = { timeout: 60_000 };

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

/** Slow work makes a race likely also where other tests take the processors: a thread loses its own in it. */
const CONTROL = { strategy: 'check-then-act', threads: 2, sizes: [1, 2], workInsideNs: 50_000 };

function told({ command, sizes, health }: Magnification): string {
  return `${command}: ${JSON.stringify({ sizes, health })}`;
}

test(
  'the control is caught: 1 and 2 tickets, 1,000 rounds each, 50 us of work',
  LIMIT,
  async () => {
    const found = await magnify({ ...CONTROL, rounds: 1000 });
    const { total, sizes, verdict, brokenPromises, firstFault } = found;
    assert.equal(verdict, 'oversold', told(found));
    assert.ok(brokenPromises.includes('noOversell'), told(found));
    assert.deepEqual(
      sizes.map(({ tickets, rounds }) => [tickets, rounds]),
      [
        [1, 1000],
        [2, 1000],
      ],
    );
    assert.equal(total.rounds, 2000);
    assert.ok(total.oversold >= 1, told(found));
    assert.equal(
      total.oversold,
      sizes.reduce((sum, { oversold }) => sum + oversold, 0),
    );
    assert.ok(total.contested >= 1, told(found));
    assert.equal(total.probability.estimate, total.oversold / 2000);
    assert.ok(total.worstSurplus >= 1 && total.worstSurplus <= 4, told(found));
    assert.ok(firstFault && firstFault.rounds <= 2000 && firstFault.elapsedMs > 0);
  },
);

test('the first broken promise ends it, if asked to: of a million rounds', LIMIT, async () => {
  const found = await magnify({ ...CONTROL, rounds: 1_000_000, stopAtFirst: true });
  const { firstFault, total, verdict, elapsedMs } = found;
  assert.equal(verdict, 'oversold', told(found));
  assert.ok(firstFault, told(found));
  assert.ok(firstFault.rounds <= total.rounds && total.rounds < firstFault.rounds + 250);
  assert.ok(firstFault.elapsedMs <= elapsedMs);
});

for (const { name, breaks = [], promises } of catalog) {
  if (breaks.length > 0) continue;
  test(
    `${name} keeps its promises in 50 sell-outs of 1, 3 and 8 tickets: 3 threads, with returns`,
    LIMIT,
    async () => {
      const terms = { threads: 3, sizes: [1, 3, 8], rounds: 50, cancels: true };
      const found = await magnify({ strategy: name, ...terms });
      assert.deepEqual(found.health.reasons, []);
      assert.deepEqual(found.brokenPromises, [], told(found));
      const { rounds, oversold, duplicated, dishonoured, falselyRefused } = found.total;
      assert.deepEqual([rounds, oversold, duplicated, dishonoured], [150, 0, 0, 0], told(found));
      if (promises.includes('noFalseSoldOut')) assert.equal(falselyRefused, 0, told(found));
      assert.equal(found.firstFault, null);
    },
  );
}

test('rounds are judged one by one: every third sells a ticket twice', LIMIT, async () => {
  const strategy = modules.write('thirds', 'return real && event % 3 === 2 ? 7 : grant();');
  const { sizes, verdict } = await magnify({ strategy, threads: 2, sizes: [1, 2], rounds: 30 });
  assert.equal(verdict, 'oversold');
  for (const { tickets, oversold, duplicated, worstSurplus, probability } of sizes) {
    assert.deepEqual([oversold, duplicated], [10, 10]);
    // 2 threads ask 2 times each, and so does the last customer.
    assert.equal(worstSurplus, 4 + 1 - tickets);
    assert.equal(probability.estimate, 1 / 3);
  }
});

test('a ticket that a return lost is found by the last customer of its round', LIMIT, async () => {
  const cancel = `
      cancel(event, _ticket, quantity) {
        if (event !== 3 || !real) words.add(inventory.remaining(event), quantity);
        return quantity;
      },`;
  const promises = ['noOversell', 'noFalseSoldOut'];
  const strategy = modules.write('loses', 'return grant();', cancel, promises);
  const options = { strategy, threads: 2, sizes: [4], rounds: 5, cancels: true };
  const { total, brokenPromises, firstFault } = await magnify(options);
  assert.equal(total.falselyRefused, 1);
  assert.deepEqual(brokenPromises, ['noFalseSoldOut']);
  assert.equal(firstFault?.rounds, 4);
});

test('a worker that throws ends it, and is named; what was seen before stays', LIMIT, async () => {
  const strategy = modules.write(
    'throws-in-round',
    "if (real && event === 10) throw new Error('out of paper'); return grant();",
  );
  const found = await magnify({ strategy, threads: 2, sizes: [2, 3], rounds: 20 });
  assert.equal(found.verdict, 'incomplete');
  for (const reason of found.health.reasons) assert.match(reason, /^worker \d: out of paper$/);
  assert.equal(found.total.rounds, 10);
  assert.deepEqual(
    found.sizes.map(({ tickets }) => tickets),
    [2],
  );
});

test('an abort ends it, and so does the time limit', LIMIT, async () => {
  const options = { strategy: 'rw-lock', threads: 2, rounds: 1_000_000, workInsideNs: 20_000 };
  const interrupted = await magnify({ ...options, signal: AbortSignal.timeout(600) });
  assert.equal(interrupted.verdict, 'incomplete');
  assert.equal(interrupted.health.reasons[0], 'interrupted');
  assert.ok(interrupted.total.rounds < 5_000_000);
  const late = await magnify({ ...options, timeLimitMs: 500 });
  assert.deepEqual(late.health.reasons, ['the time limit of 0.5 s was reached']);
  assert.equal(late.verdict, 'incomplete');
});

test('an unknown strategy is refused', async () => {
  await assert.rejects(magnify({ strategy: 'none', threads: 2 }), InputError);
});
