import { BoxOffice, type BoxOfficeParts, type Keeper, type Wish } from './box-office.ts';
import type { Caller } from './policy.ts';
import { Refusal, type RefusalCode } from './refusals.ts';
import type { Reservation } from './terms.ts';

/** Hears what is sold, and what is not, as it happens. */
export interface SalesTally {
  reservation(outcome: 'reserved' | RefusalCode): void;
  sold(tickets: number): void;
}

/** A box office that tells what it sells. */
export class CountedBoxOffice extends BoxOffice {
  readonly #tally: SalesTally;

  constructor(parts: BoxOfficeParts, tally: SalesTally) {
    super(parts);
    this.#tally = tally;
  }

  override async reserve(
    caller: Caller,
    wish: Wish,
    keeper?: Keeper<Reservation>,
  ): Promise<Reservation> {
    try {
      const reservation = await super.reserve(caller, wish, keeper);
      this.#tally.reservation('reserved');
      if (!wish.hold) this.#tally.sold(wish.quantity);
      return reservation;
    } catch (error) {
      if (error instanceof Refusal) this.#tally.reservation(error.code);
      throw error;
    }
  }

  override async confirm(
    caller: Caller,
    id: string,
    keeper?: Keeper<Reservation>,
  ): Promise<Reservation> {
    const reservation = await super.confirm(caller, id, keeper);
    this.#tally.sold(reservation.quantity);
    return reservation;
  }
}
