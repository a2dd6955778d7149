/**
 * How a quantity changed over time, built from steps in any order.
 *
 * Steps at the same moment are taken downwards first, so that the level between two moments is never
 * overstated: the audit must not accuse anybody because two stamps are equal.
 */
export class Timeline {
  readonly #times: Float64Array;
  /** The level from the moment of the same index on. */
  readonly #levels: Float64Array;
  readonly #first: number;

  constructor(first: number, steps: readonly Step[]) {
    const sorted = steps.toSorted((a, b) => a.timeNs - b.timeNs || a.change - b.change);
    this.#first = first;
    this.#times = Float64Array.from(sorted, (step) => step.timeNs);
    let level = first;
    this.#levels = Float64Array.from(sorted, ({ change }) => {
      level += change;
      return level;
    });
  }

  /** The highest level ever reached. */
  get peak(): number {
    return this.#levels.reduce((peak, level) => Math.max(peak, level), this.#first);
  }

  /** The lowest level from `startNs` to `endNs`, both included. */
  lowest(startNs: number, endNs: number): number {
    let index = this.#lastBefore(startNs);
    let lowest = index < 0 ? this.#first : (this.#levels[index] as number);
    while (++index < this.#times.length && (this.#times[index] as number) <= endNs) {
      lowest = Math.min(lowest, this.#levels[index] as number);
    }
    return lowest;
  }

  /** The last step before `timeNs`, or -1. */
  #lastBefore(timeNs: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] as number) < timeNs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

export interface Step {
  readonly timeNs: number;
  readonly change: number;
}
