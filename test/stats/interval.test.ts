import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateProbability } from '../../src/stats/interval.ts';
import fc from '../support/fast-check.ts';

/** Wilson's intervals as Newcombe gives them in table I of "Two-sided confidence intervals", 1998. */
const KNOWN: readonly (readonly [hits: number, trials: number, low: number, high: number])[] = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [1, 29, 0.0061, 0.1718],
];

for (const [hits, trials, low, high] of KNOWN) {
  test(`${hits} of ${trials}: from ${low} to ${high}`, () => {
    const interval = estimateProbability(hits, trials);
    assert.equal(interval.estimate, hits / trials);
    assert.equal(interval.low.toFixed(4), low.toFixed(4));
    assert.equal(interval.high.toFixed(4), high.toFixed(4));
  });
}

test('what always happened: from n / (n + z^2) to 1', () => {
  const { low, high } = estimateProbability(29, 29);
  assert.ok(Math.abs(low - 29 / (29 + 1.959964 ** 2)) < 1e-6, `low ${low}`);
  assert.equal(high, 1);
});

test('what was never seen is rarer than 3 in as many trials: the rule of three', () => {
  assert.deepEqual(estimateProbability(0, 2000), { estimate: 0, low: 0, high: 0.0015 });
  assert.deepEqual(estimateProbability(0, 2), { estimate: 0, low: 0, high: 1 });
});

test('the rule of three leaves 5 %: 100 to 10,000 trials', () => {
  for (const trials of [100, 1000, 10_000]) {
    const { high } = estimateProbability(0, trials);
    const missed = (1 - high) ** trials;
    assert.ok(missed > 0.045 && missed < 0.05, `${trials}: ${missed}`);
  }
});

test('without a trial anything is possible', () => {
  assert.deepEqual(estimateProbability(0, 0), { estimate: 0, low: 0, high: 1 });
});

test('the interval is around the estimate, within 0 and 1, and narrower with more trials', () => {
  const trials = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(trials, fc.double({ min: 0, max: 1, noNaN: true }), (many, share) => {
      const hits = Math.round(many * share);
      const { estimate, low, high } = estimateProbability(hits, many);
      assert.ok(low >= 0 && low <= estimate && estimate <= high && high <= 1);
      if (hits === 0) return;
      const more = estimateProbability(hits * 4, many * 4);
      assert.ok(more.high - more.low < high - low || high === low);
    }),
  );
});
