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
  // In passing, and made once: a sale waits for nothing here.
  readonly #reserved = ({ quantity, state }: Reservation): void => {
    this.#tally.reservation('reserved');
    if (state !== 'held') this.#tally.sold(quantity);
  };

  readonly #refused = (error: unknown): void => {
    if (error instanceof Refusal) this.#tally.reservation(error.code);
  };

  constructor(parts: BoxOfficeParts, tally: SalesTally) {
    super(parts);
    this.#tally = tally;
  }

  override reserve(caller: Caller, wish: Wish, keeper?: Keeper<Reservation>): Promise<Reservation> {
    const reserved = super.reserve(caller, wish, keeper);
    reserved.then(this.#reserved, this.#refused);
    return reserved;
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
