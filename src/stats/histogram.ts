import { invariant } from '../base/invariant.ts';

// Buckets grow with the values: each power of two is divided into 2^PRECISION_BITS equal ones, so a
// bucket is never wider than 1/128 of the values in it, and its middle is off by 0.4 % at most.
const PRECISION_BITS = 7;
const SUB_BUCKETS: number = 2 ** PRECISION_BITS;
/** Values from 2^42 ns (73 minutes) on count as the largest. */
const MAX_EXPONENT = 42;
/** How many buckets there are. */
export const BUCKETS: number = (MAX_EXPONENT - PRECISION_BITS + 1) * SUB_BUCKETS;

// Float64 words before the buckets.
const SUM = 0;
const MAX = 1;
const HEADER_WORDS = 8;

/** Above this a value no longer fits the fast integer path. */
const INT_LIMIT = 2 ** 31;

/**
 * A histogram of durations in nanoseconds, 0 to 2^42, in memory that one thread writes and others
 * may read. Each recorded value costs one addition to one bucket.
 *
 * Layout: Float64 words: sum, maximum, six unused, then one count for each bucket. Bucket b < 128
 * holds the value b; above, bucket 128 e + s holds the values from (128 + s) 2^(e-1) up to the next.
 *
 * Source: log-linear buckets as in HdrHistogram (Tene).
 */
export class Histogram {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    invariant(buffer.byteLength === Histogram.bytes, `a histogram in ${buffer.byteLength} bytes`);
    this.buffer = buffer;
    this.#words = new Float64Array(buffer);
  }

  static readonly bytes: number = (HEADER_WORDS + BUCKETS) * Float64Array.BYTES_PER_ELEMENT;

  static allocate(): Histogram {
    return new Histogram(new SharedArrayBuffer(Histogram.bytes));
  }

  /** Counts a value; the bucket that it fell into. */
  record(value: number): number {
    const words = this.#words;
    const bucket = bucketOf(value);
    const at = HEADER_WORDS + bucket;
    words[at] = (words[at] as number) + 1;
    words[SUM] = (words[SUM] as number) + value;
    if (value > (words[MAX] as number)) words[MAX] = value;
    return bucket;
  }

  /** Counts a value `count` times. */
  recordCount(value: number, count: number): void {
    this.#add(HEADER_WORDS + bucketOf(value), count);
    this.#add(SUM, value * count);
    this.#words[MAX] = Math.max(this.max, value);
  }

  /** The buckets that hold anything, from small to large: a value of each, and how often. */
  *filled(): Iterable<{ readonly value: number; readonly count: number }> {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#countIn(bucket);
      if (count > 0) yield { value: Math.min(this.max, middleOf(bucket)), count };
    }
  }

  /** Adds all that `other` has recorded. */
  merge(other: Histogram): void {
    for (let i = HEADER_WORDS; i < this.#words.length; i++) this.#add(i, other.#words[i] as number);
    this.#add(SUM, other.sum);
    this.#words[MAX] = Math.max(this.max, other.max);
  }

  /**
   * Adds to `news` what was recorded since `seen` was last brought up to date, and brings it up to date.
   * May look while another thread records: what it misses it finds the next time. The maximum of `news`
   * is that of everything recorded, since nobody knows when that was.
   */
  addNews(seen: Histogram, news: Histogram): void {
    const [now, before] = [this.#words, seen.#words];
    for (let i = HEADER_WORDS; i < now.length; i++) {
      const count = now[i] as number;
      const change = count - (before[i] as number);
      if (change === 0) continue;
      news.#add(i, change);
      before[i] = count;
    }
    news.#add(SUM, this.sum - seen.sum);
    before[SUM] = this.sum;
    news.#words[MAX] = Math.max(news.max, this.max);
  }

  /** Forgets all. */
  clear(): void {
    this.#words.fill(0);
  }

  get count(): number {
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) count += this.#countIn(bucket);
    return count;
  }

  get sum(): number {
    return this.#words[SUM] as number;
  }

  /** The largest value, exactly. */
  get max(): number {
    return this.#words[MAX] as number;
  }

  /** The value below or at which a share of `quantile` (0 to 1) of all values lie; 0 when empty. */
  quantile(quantile: number): number {
    const rank = Math.max(1, Math.ceil(this.count * quantile));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#countIn(bucket);
      if (seen >= rank) return Math.min(this.max, middleOf(bucket));
    }
    return 0;
  }

  #countIn(bucket: number): number {
    return this.#words[HEADER_WORDS + bucket] as number;
  }

  #add(index: number, amount: number): void {
    this.#words[index] = (this.#words[index] as number) + amount;
  }
}

function bucketOf(value: number): number {
  if (value >= INT_LIMIT) return bucketOfLong(value);
  const whole = value | 0;
  if (whole < SUB_BUCKETS) return Math.max(0, whole);
  // The bits below the leading one, as many as the precision keeps.
  const scale = 31 - PRECISION_BITS - Math.clz32(whole);
  return scale * SUB_BUCKETS + (whole >> scale);
}

function bucketOfLong(value: number): number {
  // Exact, where a logarithm would round: the upper word alone holds the leading bit.
  const exponent = 63 - Math.clz32(Math.floor(value / 2 ** 32));
  if (exponent >= MAX_EXPONENT) return BUCKETS - 1;
  const scale = exponent - PRECISION_BITS;
  return scale * SUB_BUCKETS + Math.floor(value / 2 ** scale);
}

function middleOf(bucket: number): number {
  return (leastOf(bucket) + leastOf(bucket + 1) - 1) / 2;
}

/** The least value of a bucket. */
export function leastOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const scale = Math.floor(bucket / SUB_BUCKETS) - 1;
  return (bucket - scale * SUB_BUCKETS) * 2 ** scale;
}
