import { invariant } from '../base/invariant.ts';
import type { Random } from '../base/random.ts';

/**
 * Draws an index with a probability proportional to its weight, in constant time.
 *
 * Source: Vose, "A Linear Algorithm for Generating Random Numbers with a Given Distribution", IEEE
 * TSE 1991.
 */
export class AliasTable {
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  /** @param weights not negative, at least one above 0 */
  constructor(weights: readonly number[]) {
    const count = weights.length;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    invariant(sum > 0 && Number.isFinite(sum), `weights add up to ${sum}`);
    this.#keep = Float64Array.from(weights, (weight) => (weight / sum) * count);
    this.#alias = Uint32Array.from(weights, (_, index) => index);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < count; i++) (this.#kept(i) < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const poor = small.pop() as number;
      const rich = large.pop() as number;
      this.#alias[poor] = rich;
      this.#keep[rich] = this.#kept(rich) + this.#kept(poor) - 1;
      (this.#kept(rich) < 1 ? small : large).push(rich);
    }
    // What rounding left over keeps itself.
    for (const index of [...small, ...large]) this.#keep[index] = 1;
  }

  draw(random: Random): number {
    const scaled = random.nextDouble() * this.#keep.length;
    const index = Math.floor(scaled);
    return scaled - index < this.#kept(index) ? index : (this.#alias[index] as number);
  }

  #kept(index: number): number {
    return this.#keep[index] as number;
  }
}
