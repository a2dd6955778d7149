import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { test } from 'node:test';
import { randomStream } from '../../src/base/random.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import fc from '../support/fast-check.ts';
import { histogramOf } from '../support/histograms.ts';

/** From here on values count as the largest. */
const LIMIT = 2 ** 42;
const QUANTILES = [0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 1];

function words(histogram: Histogram): number[] {
  return [...new Float64Array(histogram.buffer)];
}

/** The value at or below which a share of all values lie, exactly. */
function exactQuantile(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(values.length * quantile)) - 1] as number;
}

function assertWithin(share: number, actual: number, expected: number, what: string): void {
  const off = Math.abs(actual - expected);
  assert.ok(off <= share * expected, `${what}: ${actual} instead of ${expected}`);
}

// As many small as large ones: the logarithm is what is uniform.
const anyDuration: fc.Arbitrary<number> = fc
  .double({ min: Math.log2(100), max: Math.log2(3600e9), noNaN: true })
  .map((exponent) => Math.round(2 ** exponent));
const anyDurations: fc.Arbitrary<number[]> = fc.array(anyDuration, {
  minLength: 1,
  maxLength: 300,
});

test('a quantile is at most 1 % off the exact one, from 100 ns to 1 h', () => {
  fc.assert(
    fc.property(anyDurations, (values) => {
      const histogram = histogramOf(values);
      for (const quantile of QUANTILES) {
        const expected = exactQuantile(values, quantile);
        assertWithin(0.01, histogram.quantile(quantile), expected, `quantile ${quantile}`);
      }
    }),
  );
});

test('count, sum and maximum are exact', () => {
  fc.assert(
    fc.property(anyDurations, (values) => {
      const histogram = histogramOf(values);
      assert.equal(histogram.count, values.length);
      assert.equal(
        histogram.sum,
        values.reduce((sum, value) => sum + value, 0),
      );
      assert.equal(histogram.max, Math.max(...values));
    }),
  );
});

const anyPart: fc.Arbitrary<number[]> = fc.array(fc.oneof(fc.nat(300), anyDuration));
const anyParts: fc.Arbitrary<[number[], number[], number[]]> = fc.tuple(anyPart, anyPart, anyPart);

test('merging is the same as recording everything in one: 3 histograms', () => {
  fc.assert(
    fc.property(anyParts, ([a, b, c]) => {
      const merged = histogramOf(a);
      merged.merge(histogramOf(b));
      merged.merge(histogramOf(c));
      assert.deepEqual(words(merged), words(histogramOf([...a, ...b, ...c])));
    }),
  );
});

test('merging leaves the other histogram as it was', () => {
  const other = histogramOf([1, 200, 3e9]);
  const before = words(other);
  histogramOf([5, 7e9]).merge(other);
  assert.deepEqual(words(other), before);
});

test('quantiles never fall as their share grows, and end at the maximum or below', () => {
  fc.assert(
    fc.property(anyDurations, (values) => {
      const histogram = histogramOf(values);
      const quantiles = QUANTILES.map((quantile) => histogram.quantile(quantile));
      const ascending = quantiles.toSorted((a, b) => a - b);
      assert.deepEqual(quantiles, ascending);
      assert.ok((quantiles.at(-1) as number) <= histogram.max);
    }),
  );
});

test('it agrees with the histogram of Node within 1 %: 10,000 durations like a service', () => {
  const random = randomStream('42', 'durations');
  const ours = Histogram.allocate();
  const theirs = createHistogram({ lowest: 1, highest: LIMIT, figures: 4 });
  for (let i = 0; i < 10_000; i++) {
    // Mostly some microseconds, with a long tail.
    const value = Math.ceil(2000 * (1 - random.nextDouble()) ** -1.5);
    ours.record(value);
    theirs.record(value);
  }
  assert.equal(ours.count, theirs.count);
  assertWithin(0.0001, ours.max, theirs.max, 'max');
  assertWithin(0.0001, ours.sum / ours.count, theirs.mean, 'mean');
  for (const quantile of [0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]) {
    const expected = theirs.percentile(quantile * 100);
    assertWithin(0.01, ours.quantile(quantile), expected, `quantile ${quantile}`);
  }
});

test('values below 256 ns are kept exactly: 0 to 255', () => {
  for (let value = 0; value < 256; value++) {
    // A larger one, so that the maximum does not hide the bucket's middle.
    assert.equal(histogramOf([value, 1e6]).quantile(0.5), value);
  }
});

test('values at each power of two are 0.4 % off at most: 2^8 to 2^42', () => {
  for (let exponent = 8; exponent <= 42; exponent++) {
    const power = 2 ** exponent;
    // The last value of the power's first bucket is the furthest from a bucket's middle.
    for (const value of [power - 2, power - 1, power, power + 1, power + power / 128 - 1]) {
      if (value >= LIMIT) continue;
      const quantile = histogramOf([value, LIMIT * 2]).quantile(0.5);
      assertWithin(0.004, quantile, value, `2^${exponent}`);
    }
  }
});

test('extreme values are counted, added and remembered: 0 to 1e15', () => {
  const extremes = [
    0,
    1,
    127,
    128,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    LIMIT - 1,
    LIMIT,
    1e15,
  ];
  for (const value of extremes) {
    const histogram = histogramOf([value]);
    assert.deepEqual([histogram.count, histogram.sum, histogram.max], [1, value, value]);
    assertWithin(0.004, histogram.quantile(0.5), Math.min(value, LIMIT), `${value}`);
  }
});

test('values beyond 73 minutes rank above all others: 1e15 among 99 small ones', () => {
  const histogram = histogramOf([...Array.from({ length: 99 }, () => 1000), 1e15]);
  assertWithin(0.004, histogram.quantile(0.99), 1000, 'p99');
  assertWithin(0.004, histogram.quantile(1), LIMIT, 'p100');
  assert.equal(histogram.max, 1e15);
});

test('an empty histogram is all zero', () => {
  const { count, sum, max } = Histogram.allocate();
  assert.deepEqual([count, sum, max], [0, 0, 0]);
  for (const quantile of QUANTILES) assert.equal(Histogram.allocate().quantile(quantile), 0);
});

test('whoever attaches to the memory sees what was recorded: 3 values', () => {
  const attached = new Histogram(histogramOf([10, 20, 30]).buffer);
  assert.deepEqual([attached.count, attached.sum, attached.quantile(0.5)], [3, 60, 20]);
});

test('memory of another size is refused: one word short', () => {
  const short = new SharedArrayBuffer(Histogram.bytes - 8);
  assert.throws(() => new Histogram(short), /a histogram in \d+ bytes/);
});

test('news are what was recorded since the last look, whenever one looks', () => {
  fc.assert(
    fc.property(fc.array(anyDurations, { maxLength: 5 }), (chunks) => {
      const [all, seen, news] = [Histogram.allocate(), Histogram.allocate(), Histogram.allocate()];
      for (const chunk of chunks) {
        for (const value of chunk) all.record(value);
        news.clear();
        all.addNews(seen, news);
        const expected = histogramOf(chunk);
        // The maximum is that of all, since nobody knows when it came.
        assert.deepEqual(
          [...news.filled()].map(({ count }) => count),
          [...expected.filled()].map(({ count }) => count),
        );
        assert.equal(news.max, all.max);
        assert.ok(Math.abs(news.sum - expected.sum) <= 1, `${news.sum} and not ${expected.sum}`);
        for (const q of [0, 0.5, 0.9]) {
          assert.ok(news.quantile(q) >= expected.quantile(q), `${q}: ${news.quantile(q)}`);
        }
      }
      assert.deepEqual(words(seen).slice(8), words(all).slice(8));
    }),
    { numRuns: 50 },
  );
});
