import { BUCKETS, leastOf } from './histogram.ts';

/** How many intervals a series has room for; when they are used up, two become one. */
export const SLOTS = 512;
/** So many neighbouring buckets of a histogram are one here: a value is off by 3 % at most. */
const BUCKETS_A_BIN = 8;
const BINS: number = BUCKETS / BUCKETS_A_BIN;
/**
 * The shortest interval, in nanoseconds. A power of two times it is 100 ms; a sale of less than a second
 * still shows its course.
 */
export const SHORTEST_NS: number = 100e6 / 64;

// Columns of one count an interval.
const COLUMNS = ['offered', 'completed', 'granted', 'returned', 'refused'] as const;
export type SeriesColumn = (typeof COLUMNS)[number];
const HEADER_BYTES = 64;
const BYTES: number =
  HEADER_BYTES + (COLUMNS.length + BINS) * SLOTS * Uint32Array.BYTES_PER_ELEMENT;

/**
 * What one worker did interval by interval, in memory that only it writes: bounded, however long the run.
 * When it has gone on for longer than there are intervals, every two are put together, so that an interval
 * is always a power of two of the shortest.
 *
 * Layout: one Float64: the length of an interval in nanoseconds; 56 bytes unused; then Uint32 counts: the
 * {@link SLOTS} entries of each column (offered, completed, granted, returned, refused), and for each
 * interval a histogram of the response times of the requests that ended in it, each bin {@link BUCKETS_A_BIN}
 * buckets of a {@link Histogram}.
 */
export class Series {
  readonly #interval: Float64Array;
  readonly #columns: Readonly<Record<SeriesColumn, Uint32Array>>;
  readonly #bins: Uint32Array;
  #slotsPerNs: number;

  constructor(buffer: SharedArrayBuffer) {
    this.#interval = new Float64Array(buffer, 0, 1);
    const column = (index: number, length = SLOTS): Uint32Array =>
      new Uint32Array(buffer, HEADER_BYTES + index * SLOTS * 4, length);
    this.#columns = {
      offered: column(0),
      completed: column(1),
      granted: column(2),
      returned: column(3),
      refused: column(4),
    };
    this.#bins = column(COLUMNS.length, BINS * SLOTS);
    this.#slotsPerNs = 1 / this.intervalNs;
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

  /** A request that was due at `intendedNs` ended; its response time fell into a histogram's `bucket`. */
  completed(intendedNs: number, endNs: number, bucket: number): void {
    const slot = this.#slotOf(endNs);
    const { completed, offered } = this.#columns;
    completed[slot] = (completed[slot] as number) + 1;
    const bin = slot * BINS + ((bucket / BUCKETS_A_BIN) | 0);
    this.#bins[bin] = (this.#bins[bin] as number) + 1;
    const due = this.#slotOf(intendedNs);
    offered[due] = (offered[due] as number) + 1;
  }

  /** Adds to what happened at `timeNs`. */
  add(column: SeriesColumn, timeNs: number, amount: number): void {
    const slot = this.#slotOf(timeNs);
    const counts = this.#columns[column];
    counts[slot] = (counts[slot] as number) + amount;
  }

  /** Puts intervals together until they are `intervalNs` long: a power of two times as long as now. */
  coarsenTo(intervalNs: number): void {
    while (this.intervalNs < intervalNs) this.#coarsen();
  }

  /** A copy of its own, to be coarsened and added to. */
  copy(): Series {
    const copy = new Series(Series.allocate());
    copy.#interval.set(this.#interval);
    copy.#slotsPerNs = this.#slotsPerNs;
    copy.merge(this);
    return copy;
  }

  /** Adds all of another series with intervals of the same length. */
  merge(other: Series): void {
    for (const name of COLUMNS) addAll(this.#columns[name], other.#columns[name]);
    addAll(this.#bins, other.#bins);
  }

  column(name: SeriesColumn): Uint32Array {
    return this.#columns[name];
  }

  /** The response time that a share of `quantile` of the requests ended in an interval did not exceed; null if none did. */
  quantile(slot: number, quantile: number): number | null {
    const bins = this.#bins.subarray(slot * BINS, (slot + 1) * BINS);
    const count = this.#columns.completed[slot] as number;
    if (count === 0) return null;
    const rank = Math.max(1, Math.ceil(count * quantile));
    let seen = 0;
    const bin = bins.findIndex((each) => {
      seen += each;
      return seen >= rank;
    });
    return middleOf(bin);
  }

  #slotOf(timeNs: number): number {
    const slot = (timeNs * this.#slotsPerNs) | 0;
    if (slot >= 0 && slot < SLOTS) return slot;
    if (timeNs <= 0) return 0;
    while (timeNs >= this.intervalNs * SLOTS) this.#coarsen();
    return Math.min(SLOTS - 1, Math.floor(timeNs * this.#slotsPerNs));
  }

  #coarsen(): void {
    for (const name of COLUMNS) halve(this.#columns[name], 1);
    halve(this.#bins, BINS);
    this.#interval[0] = this.intervalNs * 2;
    this.#slotsPerNs = 1 / this.intervalNs;
  }
}

function addAll(to: Uint32Array, from: Uint32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (from[i] as number);
}

/** Adds every second row of `width` counts to the one before, and moves all to the front. */
function halve(counts: Uint32Array, width: number): void {
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
