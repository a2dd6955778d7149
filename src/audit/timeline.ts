import { gather, sortedByColumn } from './order.ts';
import type { Sales } from './sales.ts';

/** By how much a quantity changed and when, in order of time. */
export interface Changes {
  readonly timesNs: Float64Array;
  readonly amounts: Int32Array;
}

export const NO_CHANGES: Changes = { timesNs: new Float64Array(), amounts: new Int32Array() };

/** What the grants change at the times of a column; those at infinity never happen. */
export function changesAt(sales: Sales, grants: Uint32Array, timesNs: Float64Array): Changes {
  const happening = grants.filter((grant) => (timesNs[grant] as number) < Number.POSITIVE_INFINITY);
  const ordered = sortedByColumn(happening, timesNs);
  return {
    timesNs: gather(timesNs, ordered),
    amounts: gather(sales.quantity, ordered),
  };
}

/**
 * How a quantity changed over time.
 *
 * Changes at the same moment are taken downwards first, so that the level is never overstated: the
 * audit must not accuse anybody because two stamps are equal.
 */
export class Timeline {
  /** The highest level ever reached. */
  readonly peak: number;
  readonly #timesNs: Float64Array;
  /** The level from the moment of the same index on. */
  readonly #levels: Float64Array;
  readonly #first: number;

  /** @param first the level before all changes */
  constructor(first: number, rises: Changes, falls: Changes) {
    const length = rises.timesNs.length + falls.timesNs.length;
    this.#first = first;
    this.#timesNs = new Float64Array(length);
    this.#levels = new Float64Array(length);
    let level = first;
    let peak = first;
    let rise = 0;
    for (let i = 0; i < length; i++) {
      const fall = i - rise;
      const riseNs = rises.timesNs[rise] ?? Number.POSITIVE_INFINITY;
      const fallNs = falls.timesNs[fall] ?? Number.POSITIVE_INFINITY;
      const falling = fallNs <= riseNs;
      level += falling ? -(falls.amounts[fall] as number) : (rises.amounts[rise++] as number);
      this.#timesNs[i] = falling ? fallNs : riseNs;
      this.#levels[i] = level;
      peak = Math.max(peak, level);
    }
    this.peak = peak;
  }

  /** The lowest level from `startNs` to `endNs`, both included. */
  lowest(startNs: number, endNs: number): number {
    let index = this.#lastBefore(startNs);
    let lowest = index < 0 ? this.#first : (this.#levels[index] as number);
    while (++index < this.#timesNs.length && (this.#timesNs[index] as number) <= endNs) {
      lowest = Math.min(lowest, this.#levels[index] as number);
    }
    return lowest;
  }

  /** The last change before `timeNs`, or -1. */
  #lastBefore(timeNs: number): number {
    let low = 0;
    let high = this.#timesNs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timesNs[middle] as number) < timeNs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
