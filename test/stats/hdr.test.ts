import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as hdr from 'hdr-histogram-js';
import { decodeHdr, encodeHdr } from '../../src/stats/hdr.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import fc from '../support/fast-check.ts';
import { histogramOf } from '../support/histograms.ts';

const QUANTILES = [0.01, 0.5, 0.9, 0.99, 0.999, 1];

const anyDurations: fc.Arbitrary<number[]> = fc.array(
  fc
    .double({ min: Math.log2(100), max: Math.log2(3600e9), noNaN: true })
    .map((exponent) => Math.round(2 ** exponent)),
  { minLength: 1, maxLength: 300 },
);

function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 0.01 * expected, `${what}: ${actual}, not ${expected}`);
}

test('HdrHistogram reads what we write, and every quantile is at most 1 % off', () => {
  fc.assert(
    fc.property(anyDurations, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const read = hdr.decodeFromCompressedBase64(encodeHdr(histogramOf(values)), 64, false);
      assert.equal(read.totalCount, values.length);
      for (const quantile of QUANTILES) {
        const expected = sorted[Math.max(1, Math.ceil(values.length * quantile)) - 1] as number;
        assertClose(read.getValueAtPercentile(quantile * 100), expected, `quantile ${quantile}`);
      }
    }),
  );
});

test('we read what HdrHistogram writes, in any of its sizes and with any precision', () => {
  const builds = fc.record({
    bitBucketSize: fc.constantFrom<hdr.BitBucketSize>(32, 64, 'packed'),
    numberOfSignificantValueDigits: fc.constantFrom<3 | 4>(3, 4),
  });
  fc.assert(
    fc.property(anyDurations, builds, (values, build) => {
      const written = hdr.build({ ...build, highestTrackableValue: 2 ** 42 });
      for (const value of values) written.recordValue(value);
      const read = decodeHdr(hdr.encodeIntoCompressedBase64(written));
      assert.equal(read.count, values.length);
      for (const quantile of QUANTILES) {
        const expected = written.getValueAtPercentile(quantile * 100);
        assertClose(read.quantile(quantile), expected, `quantile ${quantile}`);
      }
    }),
  );
});

test('an empty histogram stays empty', () => {
  const read = decodeHdr(encodeHdr(Histogram.allocate()));
  assert.deepEqual([read.count, read.max, read.quantile(0.5)], [0, 0, 0]);
});

test('what is no histogram is refused', () => {
  for (const text of ['', 'HISTFAAA', 'bm8gaGlzdG9ncmFtIGF0IGFsbA==']) {
    assert.throws(() => decodeHdr(text), text);
  }
});
