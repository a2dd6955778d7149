import { ENDING, OPERATION } from '../store/history-log.ts';
import type { History } from './history.ts';
import { sortedByColumn } from './order.ts';

/** Changes of a bound at one moment are taken in this order, so that it is never narrower than true. */
const LEAST_FALLS = 0;
const MOST_RISES = 1;
const LEAST_RISES = 2;
const MOST_FALLS = 3;

/**
 * How many tickets of an event can have been left at each moment: no fewer than if every grant took
 * effect when it began and every return when it ended, and no more than the other way round.
 *
 * In pieces: from the time of one to that of the next, the bounds are those of the first.
 */
export class StockBounds {
  readonly pieces: number;
  readonly #fromNs: Float64Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  /** A tree over the pieces: the lowest `least` and the highest `most` of each half, quarter and so on. */
  readonly #width: number;
  readonly #treeLeast: Float64Array;
  readonly #treeMost: Float64Array;

  /** @param operations those of the event, in the order in which they began */
  constructor(history: History, operations: Uint32Array, capacity: number) {
    const changes = changesOf(history, operations);
    this.pieces = changes.length + 1;
    this.#fromNs = new Float64Array(this.pieces).fill(Number.NEGATIVE_INFINITY);
    this.#least = new Float64Array(this.pieces).fill(capacity);
    this.#most = new Float64Array(this.pieces).fill(capacity);
    changes.forEach(({ timeNs, kind, amount }, index) => {
      const bounds = [this.#least[index] as number, this.#most[index] as number] as const;
      const [least, most] = changed(bounds, kind, amount);
      this.#fromNs[index + 1] = timeNs;
      this.#least[index + 1] = least;
      this.#most[index + 1] = most;
    });
    this.#width = 2 ** Math.ceil(Math.log2(this.pieces));
    this.#treeLeast = new Float64Array(2 * this.#width).fill(Number.POSITIVE_INFINITY);
    this.#treeMost = new Float64Array(2 * this.#width).fill(Number.NEGATIVE_INFINITY);
    this.#growTree();
  }

  /** How many tickets beyond all that there are were surely held at the worst moment. */
  get worstSurplus(): number {
    return Math.max(0, -this.#most.reduce((lowest, most) => Math.min(lowest, most)));
  }

  /** How many were left at least, at the worst moment from `startNs` to `endNs`. */
  lowest(startNs: number, endNs: number): number {
    let lowest = Number.POSITIVE_INFINITY;
    // From the leaves up, the branches that lie within.
    let from = this.#width + this.#lastBefore(startNs);
    let to = this.#width + this.#lastUntil(endNs) + 1;
    for (; from < to; from >>>= 1, to >>>= 1) {
      if (from & 1) lowest = Math.min(lowest, this.#treeLeast[from++] as number);
      if (to & 1) lowest = Math.min(lowest, this.#treeLeast[--to] as number);
    }
    return lowest;
  }

  /** Whether so many can have been left at some moment from `startNs` to `endNs`. */
  allows(left: number, startNs: number, endNs: number): boolean {
    return this.#lastAllowing(left, this.#lastUntil(endNs)) >= this.#lastBefore(startNs);
  }

  /** The last moment before `timeNs` at which so many can have been left; undefined if never. */
  lastAllowed(left: number, timeNs: number): number | undefined {
    const piece = this.#lastAllowing(left, this.#lastBefore(timeNs));
    return piece < 0 ? undefined : Math.min(timeNs, this.#fromNs[piece + 1] ?? timeNs);
  }

  /** The last piece that begins before `timeNs`: the first one always does. */
  #lastBefore(timeNs: number): number {
    return this.#lastWhere((fromNs) => fromNs < timeNs);
  }

  /** The last piece that begins not after `timeNs`. */
  #lastUntil(timeNs: number): number {
    return this.#lastWhere((fromNs) => fromNs <= timeNs);
  }

  #lastWhere(begins: (fromNs: number) => boolean): number {
    let low = 0;
    let high = this.pieces - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (begins(this.#fromNs[middle] as number)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #growTree(): void {
    for (let piece = 0; piece < this.pieces; piece++) {
      this.#treeLeast[this.#width + piece] = this.#least[piece] as number;
      this.#treeMost[this.#width + piece] = this.#most[piece] as number;
    }
    for (let node = this.#width - 1; node > 0; node--) {
      const [one, other] = [2 * node, 2 * node + 1];
      this.#treeLeast[node] = Math.min(
        this.#treeLeast[one] as number,
        this.#treeLeast[other] as number,
      );
      this.#treeMost[node] = Math.max(
        this.#treeMost[one] as number,
        this.#treeMost[other] as number,
      );
    }
  }

  /** The last piece up to `until` that allows `left`, or -1: whole branches that cannot are skipped. */
  #lastAllowing(left: number, until: number, node = 1, first = 0, width = this.#width): number {
    if (first > until || (this.#treeLeast[node] as number) > left) return -1;
    if ((this.#treeMost[node] as number) < left) return -1;
    if (width === 1) return first;
    const half = width / 2;
    const found = this.#lastAllowing(left, until, 2 * node + 1, first + half, half);
    return found >= 0 ? found : this.#lastAllowing(left, until, 2 * node, first, half);
  }
}

interface Change {
  readonly timeNs: number;
  readonly kind: number;
  readonly amount: number;
}

function changed([least, most]: readonly [number, number], kind: number, amount: number) {
  switch (kind) {
    case LEAST_FALLS:
      return [least - amount, most] as const;
    case LEAST_RISES:
      return [least + amount, most] as const;
    case MOST_RISES:
      return [least, most + amount] as const;
    default:
      return [least, most - amount] as const;
  }
}

/** All changes of the bounds in order of time. What was not answered may have happened, or not. */
function changesOf(history: History, operations: Uint32Array): Change[] {
  const { kind, ending, quantity, startNs, endNs } = history;
  const timesNs: number[] = [];
  const kinds: number[] = [];
  const amounts: number[] = [];
  const add = (change: number, operation: number, timeNs: number | undefined): void => {
    timesNs.push(timeNs as number);
    kinds.push(change);
    amounts.push(quantity[operation] as number);
  };
  for (const operation of operations) {
    const ended = ending[operation];
    if (kind[operation] === OPERATION.reserve) {
      const granted = ended === ENDING.reserved;
      if (granted || ended === ENDING.indeterminate)
        add(LEAST_FALLS, operation, startNs[operation]);
      if (granted) add(MOST_FALLS, operation, endNs[operation]);
    } else if (kind[operation] === OPERATION.cancel) {
      const returned = ended === ENDING.cancelled;
      if (returned || ended === ENDING.indeterminate)
        add(MOST_RISES, operation, startNs[operation]);
      if (returned) add(LEAST_RISES, operation, endNs[operation]);
    }
  }
  const all = Uint32Array.from({ length: timesNs.length }, (_, index) => index);
  const byKind = sortedByColumn(all, Int32Array.from(kinds));
  const ordered = sortedByColumn(byKind, Float64Array.from(timesNs));
  return Array.from(ordered, (index) => ({
    timeNs: timesNs[index] as number,
    kind: kinds[index] as number,
    amount: amounts[index] as number,
  }));
}
