// HdrHistogram's own interchange format, so that its tools and plotters read our histograms, and we theirs.
import { createRequire } from 'node:module';
import type * as Library from 'hdr-histogram-js';
import { Histogram } from './histogram.ts';

let loaded: typeof Library | undefined;

/** Loads what is encoded with. It takes 40 ms, so do it while nobody waits; else the first histogram does. */
export function loadHdr(): typeof Library {
  loaded ??= createRequire(import.meta.url)('hdr-histogram-js') as typeof Library;
  return loaded;
}

/** Digits that are kept: finer than our buckets, so that converting loses nothing of note. */
const SIGNIFICANT_DIGITS = 3;
/** As large as our largest bucket. */
const HIGHEST_VALUE: number = 2 ** 43;
/** Counts of any size. */
const BITS = 64;

/**
 * A histogram in HdrHistogram's encoding V2, compressed, in base64: begins with `HISTFAAA`. Every value
 * stands for the middle of its bucket.
 *
 * Source: the encoding of HdrHistogram (Tene), by hdr-histogram-js.
 */
export function encodeHdr(histogram: Histogram): string {
  const hdr = loadHdr();
  const encoded = hdr.build({
    bitBucketSize: BITS,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_VALUE,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    useWebAssembly: false,
  });
  for (const { value, count } of histogram.filled()) {
    encoded.recordValueWithCount(Math.round(value), count);
  }
  return hdr.encodeIntoCompressedBase64(encoded);
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
