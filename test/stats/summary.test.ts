import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram } from '../../src/stats/histogram.ts';
import { summarize } from '../../src/stats/summary.ts';
import fc from '../support/fast-check.ts';

const NOTHING = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };

function histogramOf(values: readonly number[]): Histogram {
  const histogram = Histogram.allocate();
  for (const value of values) histogram.record(value);
  return histogram;
}

test('nothing recorded is all zero: no histograms, 2 empty ones', () => {
  assert.deepEqual(summarize([]), NOTHING);
  assert.deepEqual(summarize([Histogram.allocate(), Histogram.allocate()]), NOTHING);
});

test('quantiles are those of all histograms together: 1 to 100 ns in 2 halves', () => {
  const low = histogramOf(Array.from({ length: 50 }, (_, i) => i + 1));
  const high = histogramOf(Array.from({ length: 50 }, (_, i) => i + 51));
  // The sum is 5050, the mean 50.5.
  const expected = { count: 100, mean: 51, p50: 50, p90: 90, p99: 99, p999: 100, max: 100 };
  assert.deepEqual(summarize([low, high]), expected);
  assert.deepEqual(summarize([high, Histogram.allocate(), low]), expected);
});

test('summarising leaves the histograms as they were, to be summarised again', () => {
  const histograms = [histogramOf([1, 2]), histogramOf([3])];
  const first = summarize(histograms);
  assert.deepEqual(summarize(histograms), first);
  assert.equal(first.count, 3);
});

test('one value is its own summary: 1 s', () => {
  const { mean, max, ...rest } = summarize([histogramOf([1e9])]);
  assert.deepEqual([mean, max], [1e9, 1e9]);
  for (const quantile of [rest.p50, rest.p90, rest.p99, rest.p999]) {
    assert.ok(Math.abs(quantile - 1e9) <= 4e6, `${quantile}`);
  }
});

test('all figures are whole, and quantiles ascend up to the maximum', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e13 }), { minLength: 1 }), (values) => {
      const summary = summarize([histogramOf(values)]);
      assert.ok(Object.values(summary).every(Number.isInteger));
      const { p50, p90, p99, p999, max } = summary;
      assert.ok(p50 <= p90 && p90 <= p99 && p99 <= p999 && p999 <= max);
    }),
  );
});
