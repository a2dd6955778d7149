import { BUCKETS, leastOf } from './histogram.ts';

/** How many intervals a series has room for; when they are used up, two become one. */
export const SLOTS = 512;
/** Eight neighbouring buckets of a histogram are one here: a value is off by 3 % at most. */
const BIN_SHIFT = 3;
const BUCKETS_A_BIN: number = 2 ** BIN_SHIFT;
const BINS: number = BUCKETS / BUCKETS_A_BIN;
/**
 * The shortest interval, in nanoseconds. A power of two times it is 100 ms; a sale of less than a second
 * still shows its course.
 */
export const SHORTEST_NS: number = 100e6 / 64;

// Columns of one count an interval.
const COLUMNS = ['dueEarlier', 'unrefused', 'granted', 'returned'] as const;
/**
 * `dueEarlier`: of the requests that ended in an interval, less those that were due in it and ended later;
 * `unrefused`: requests that ended otherwise than by a refusal; `granted`, `returned`: tickets.
 */
type Column = (typeof COLUMNS)[number];
const HEADER_BYTES = 64;
const BYTES: number = HEADER_BYTES + (COLUMNS.length + BINS) * SLOTS * Int32Array.BYTES_PER_ELEMENT;

/**
 * What one worker did interval by interval, in memory that only it writes: bounded, however long the run.
 * When it has gone on for longer than there are intervals, every two are put together, so that an interval
 * is always a power of two of the shortest.
 *
 * What can be told from something else is not counted: an ordinary refusal costs one addition, since the
 * requests that ended are the sum of their response times, most of them were due when they ended, and
 * most were refused.
 *
 * Layout: one Float64: the length of an interval in nanoseconds; 56 bytes unused; then Int32 counts: the
 * {@link SLOTS} entries of each column, and for each interval a histogram of the response times of the
 * requests that ended in it, each bin {@link BUCKETS_A_BIN} buckets of a {@link Histogram}.
 */
export class Series {
  readonly #interval: Float64Array;
  readonly #columns: Readonly<Record<Column, Int32Array>>;
  readonly #bins: Int32Array;
  readonly #unrefused: Int32Array;
  // The interval that was counted in last, and its bounds.
  #slot = 0;
  #firstBin = 0;
  #slotStartNs = 0;
  #slotEndNs: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#interval = new Float64Array(buffer, 0, 1);
    const column = (index: number, length = SLOTS): Int32Array =>
      new Int32Array(buffer, HEADER_BYTES + index * SLOTS * 4, length);
    this.#columns = {
      dueEarlier: column(0),
      unrefused: column(1),
      granted: column(2),
      returned: column(3),
    };
    this.#bins = column(COLUMNS.length, BINS * SLOTS);
    this.#unrefused = this.#columns.unrefused;
    this.#slotEndNs = this.intervalNs;
  }

  /** @param expectedNs how long the run will last, if that is known: then no interval has to grow */
  static allocate(expectedNs = 0): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(BYTES);
    let intervalNs = SHORTEST_NS;
    while (intervalNs * SLOTS < expectedNs) intervalNs *= 2;
    new Float64Array(buffer, 0, 1)[0] = intervalNs;
    return buffer;
  }

  get intervalNs(): number {
    return this.#interval[0] as number;
  }

  /**
   * A request that was due at `intendedNs` ended; its response time fell into a histogram's `bucket`.
   * @param refused whether it asked for tickets and got none
   */
  completed(intendedNs: number, endNs: number, bucket: number, refused: boolean): void {
    if (endNs >= this.#slotEndNs || endNs < this.#slotStartNs) this.#enter(endNs);
    const bin = this.#firstBin + (bucket >> BIN_SHIFT);
    this.#bins[bin] = (this.#bins[bin] as number) + 1;
    if (!refused) this.#unrefused[this.#slot] = (this.#unrefused[this.#slot] as number) + 1;
    if (intendedNs < this.#slotStartNs) this.#moveDue(Math.max(0, intendedNs));
  }

  /** Adds to what happened at `timeNs`. */
  add(column: 'granted' | 'returned', timeNs: number, amount: number): void {
    if (timeNs >= this.#slotEndNs || timeNs < this.#slotStartNs) this.#enter(timeNs);
    this.#add(column, this.#slot, amount);
  }

  /**
   * Adds what another series has counted until a time: of a short run, no more than it filled is gone through.
   * @param other one with intervals as long as these, or shorter by a power of two
   */
  addUntil(untilNs: number, other: Series): void {
    const slots = Math.min(SLOTS, Math.ceil(untilNs / other.intervalNs));
    const perInterval = this.intervalNs / other.intervalNs;
    for (let slot = 0; slot < slots; slot++) {
      const to = Math.floor(slot / perInterval);
      for (const name of COLUMNS) this.#add(name, to, other.#count(name, slot));
      addAll(this.#binsOf(to), other.#binsOf(slot));
    }
  }

  /** Requests whose intended start lies in an interval. */
  offered(slot: number): number {
    return this.ended(slot) - this.#count('dueEarlier', slot);
  }

  /** Requests that ended in an interval. */
  ended(slot: number): number {
    return this.#binsOf(slot).reduce((total, count) => total + count, 0);
  }

  /** Of those, requests for tickets that were refused. */
  refused(slot: number): number {
    return this.ended(slot) - this.#count('unrefused', slot);
  }

  /** Tickets granted in an interval. */
  granted(slot: number): number {
    return this.#count('granted', slot);
  }

  /** Tickets given back in an interval. */
  returned(slot: number): number {
    return this.#count('returned', slot);
  }

  /** The response time that a share of `quantile` of the requests ended in an interval did not exceed; null if none did. */
  quantile(slot: number, quantile: number): number | null {
    const count = this.ended(slot);
    if (count === 0) return null;
    const rank = Math.max(1, Math.ceil(count * quantile));
    let seen = 0;
    const bin = this.#binsOf(slot).findIndex((each) => {
      seen += each;
      return seen >= rank;
    });
    return middleOf(bin);
  }

  #binsOf(slot: number): Int32Array {
    return this.#bins.subarray(slot * BINS, (slot + 1) * BINS);
  }

  #count(column: Column, slot: number): number {
    return this.#columns[column][slot] as number;
  }

  #add(column: Column, slot: number, amount: number): void {
    const counts = this.#columns[column];
    counts[slot] = (counts[slot] as number) + amount;
  }

  /** A request that ended in this interval was due in an earlier one. */
  #moveDue(intendedNs: number): void {
    this.#add('dueEarlier', this.#slot, 1);
    this.#add('dueEarlier', Math.floor(intendedNs / this.intervalNs), -1);
  }

  /** Goes to the interval of a time. Most often it is that of the last one, and there is no need. */
  #enter(timeNs: number): void {
    while (timeNs >= this.intervalNs * SLOTS) this.#coarsen();
    this.#slot = Math.max(0, Math.floor(timeNs / this.intervalNs));
    this.#slotStartNs = this.#slot * this.intervalNs;
    this.#slotEndNs = this.#slotStartNs + this.intervalNs;
    this.#firstBin = this.#slot * BINS;
  }

  #coarsen(): void {
    for (const name of COLUMNS) halve(this.#columns[name], 1);
    halve(this.#bins, BINS);
    this.#interval[0] = this.intervalNs * 2;
    // Wherever it was, it is elsewhere now.
    this.#slotEndNs = 0;
  }
}

function addAll(to: Int32Array, from: Int32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (from[i] as number);
}

/** Adds every second row of `width` counts to the one before, and moves all to the front. */
function halve(counts: Int32Array, width: number): void {
  const half = counts.length / 2;
  for (let to = 0; to < half; to++) {
    const first = to + Math.floor(to / width) * width;
    counts[to] = (counts[first] as number) + (counts[first + width] as number);
  }
  counts.fill(0, half);
}

function middleOf(bin: number): number {
  const first = bin * BUCKETS_A_BIN;
  return Math.round((leastOf(first) + leastOf(first + BUCKETS_A_BIN) - 1) / 2);
}
