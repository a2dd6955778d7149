// HdrHistogram's own interchange format, so that its tools and plotters read our histograms, and we theirs.
import { deflateSync } from 'node:zlib';
import type * as Library from 'hdr-histogram-js';
import { lazyLibrary } from '../base/lazy-library.ts';
import { Histogram } from './histogram.ts';

const loadHdr = lazyLibrary((require) => require('hdr-histogram-js') as typeof Library);

/** Digits that are kept: finer than our buckets, so that converting loses nothing of note. */
const SIGNIFICANT_DIGITS = 3;
/** So many digits take so many bits: above the limit below, each power of two is divided into 2^10 buckets. */
const PRECISION_BITS = 10;
/** Up to here, each value has a bucket of its own. */
const UNIT_LIMIT: number = 2 ** (PRECISION_BITS + 1);
/** As large as our largest bucket. */
const HIGHEST_VALUE: number = 2 ** 43;
/** Counts of any size. */
const BITS = 64;

const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;
const COMPRESSED_HEADER_BYTES = 8;

/**
 * A histogram in HdrHistogram's encoding V2, compressed, in base64: begins with `HISTFAAA`. Every value
 * stands for the middle of its bucket.
 *
 * Source: the encoding of HdrHistogram (Tene), `AbstractHistogram.encodeIntoCompressedByteBuffer`.
 */
export function encodeHdr(histogram: Histogram): string {
  const counts = Uint8Array.from(zigZag(countsOf(histogram)));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(COOKIE, 0);
  header.writeInt32BE(counts.length, 4);
  // At 8, by how much counts are shifted in their array: not at all.
  header.writeInt32BE(SIGNIFICANT_DIGITS, 12);
  header.writeBigInt64BE(1n, 16);
  header.writeBigInt64BE(BigInt(HIGHEST_VALUE), 24);
  header.writeDoubleBE(1, 32);
  const compressed = deflateSync(Buffer.concat([header, counts]));
  const outer = Buffer.alloc(COMPRESSED_HEADER_BYTES);
  outer.writeInt32BE(COMPRESSED_COOKIE, 0);
  outer.writeInt32BE(compressed.length, 4);
  return Buffer.concat([outer, compressed]).toString('base64');
}

/** The counts of HdrHistogram's own buckets, up to the last that holds anything: of empty ones in a row, how many, negative. */
function* countsOf(histogram: Histogram): Iterable<number> {
  let next = 0;
  for (const { value, count } of histogram.filled()) {
    const index = indexOf(Math.round(value));
    const empty = index - next;
    // What is written for a single empty one is its count.
    if (empty > 0) yield empty === 1 ? 0 : -empty;
    yield count;
    next = index + 1;
  }
  if (next === 0) yield 0;
}

function indexOf(value: number): number {
  const scale = value < UNIT_LIMIT ? 0 : Math.floor(Math.log2(value)) - PRECISION_BITS;
  return scale * 2 ** PRECISION_BITS + Math.floor(value / 2 ** scale);
}

/** Whole numbers in as few bytes as each needs, seven bits in each byte, the sign in the lowest of all (LEB128). */
function* zigZag(numbers: Iterable<number>): Iterable<number> {
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) yield 0x80 + (rest % 0x80);
    yield rest;
  }
}

/**
 * Reads what {@link encodeHdr} or another program has written, in nanoseconds.
 * @throws Error when it is no such histogram
 */
export function decodeHdr(text: string): Histogram {
  const encoded = loadHdr().decodeFromCompressedBase64(text, BITS, false) as Library.JsHistogram;
  const histogram = Histogram.allocate();
  const values = encoded.recordedValuesIterator;
  values.reset();
  while (values.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = values.next();
    histogram.recordCount(encoded.medianEquivalentValue(valueIteratedTo), countAtValueIteratedTo);
  }
  return histogram;
}
