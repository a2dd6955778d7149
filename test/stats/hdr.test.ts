import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
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

const COMPRESSED_HEADER_BYTES = 8;
const HEADER_BYTES = 40;

function inflated(text: string): Buffer {
  return inflateSync(Buffer.from(text, 'base64').subarray(COMPRESSED_HEADER_BYTES));
}

test('what we write has the header of the format, and the counts byte for byte as HdrHistogram writes them', () => {
  const counted = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 42 - 1 }), fc.maxSafeNat()));
  fc.assert(
    fc.property(fc.oneof(anyDurations, fc.constant([])), counted, (values, many) => {
      const histogram = histogramOf(values);
      for (const [value, count] of many) histogram.recordCount(value, 1 + (count % 2 ** 40));
      const written = hdr.build({ bitBucketSize: 64, highestTrackableValue: 2 ** 43 });
      for (const { value, count } of histogram.filled()) {
        written.recordValueWithCount(Math.round(value), count);
      }
      const ours = inflated(encodeHdr(histogram));
      const theirs = inflated(hdr.encodeIntoCompressedBase64(written));
      assert.deepEqual(ours.subarray(HEADER_BYTES), theirs.subarray(HEADER_BYTES));
      assert.equal(ours.readInt32BE(0), theirs.readInt32BE(0));
      assert.equal(ours.readInt32BE(4), ours.length - HEADER_BYTES);
      assert.deepEqual([ours.readInt32BE(8), ours.readInt32BE(12)], [0, 3]);
      assert.deepEqual([ours.readBigInt64BE(16), ours.readBigInt64BE(24)], [1n, 2n ** 43n]);
      assert.equal(ours.readDoubleBE(32), 1);
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
