import type { Traffic } from '../../src/store/stored.ts';

/** Counts what is sent, and dies before one more than `sends` is: nothing is sent after that. */
export class MortalTraffic implements Traffic {
  statements = 0;
  dead = false;
  #sends = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get roundTrips(): number {
    return this.#sends;
  }

  set roundTrips(sends: number) {
    if (sends > this.#limit) {
      this.dead = true;
      throw new Error('dead');
    }
    this.#sends = sends;
  }
}
