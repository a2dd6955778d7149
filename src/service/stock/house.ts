// What is not for sale belongs to the house: it buys it like anybody, and gives it back when it is to be sold. So a
// strategy needs to know nothing of capacities that change, and all of them can be edited.
import type { Reserver } from '../../store/strategy.ts';

/** Clients have numbers from 0. */
const HOUSE = -1;

interface Piece {
  readonly serial: number;
  readonly quantity: number;
}

/** Buys and gives back for the house, on one thread. */
export class House {
  readonly #reserver: Reserver;
  readonly #pieces = new Map<number, Piece[]>();

  constructor(reserver: Reserver) {
    this.#reserver = reserver;
  }

  /** Takes tickets off sale; false, and nothing is taken, when fewer can be had. */
  take(event: number, quantity: number): boolean {
    // So that nobody is refused meanwhile what comes back in a moment.
    if (this.#reserver.available(event) < quantity) return false;
    const taken = this.#buy(event, quantity);
    if (taken < quantity) this.giveBack(event, taken);
    return taken === quantity;
  }

  /** Takes all that can be had. */
  takeRest(event: number): void {
    while (this.#buy(event, this.#reserver.available(event)) > 0);
  }

  /** Puts tickets of the house on sale: those it took last. */
  giveBack(event: number, quantity: number): void {
    const pieces = this.#pieces.get(event) ?? [];
    let left = quantity;
    while (left > 0) {
      const last = pieces.pop();
      if (!last)
        throw new Error(
          `the house has ${quantity - left} tickets of event ${event}, not ${quantity}`,
        );
      const back = Math.min(left, last.quantity);
      const kept = last.quantity - back;
      if (kept > 0) pieces.push({ serial: last.serial, quantity: kept });
      this.#reserver.cancel(event, last.serial + kept, back, HOUSE);
      left -= back;
    }
  }

  /** Buys as many as it gets, in one piece or, where seats lie apart, in several; how many. */
  #buy(event: number, quantity: number): number {
    const pieces = this.#pieces.get(event) ?? [];
    this.#pieces.set(event, pieces);
    let left = quantity;
    let size = quantity;
    while (left > 0 && size > 0) {
      size = Math.min(size, left);
      const serial = this.#reserver.reserve(event, size, HOUSE);
      if (serial < 0) {
        size = Math.floor(size / 2);
        continue;
      }
      pieces.push({ serial, quantity: size });
      left -= size;
    }
    return quantity - left;
  }
}
