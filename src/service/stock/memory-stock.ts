import type { Return } from '../../store/stored.ts';
import type { Reserver, SaleContext } from '../../store/strategy.ts';
import { House } from './house.ts';
import type { Offer, Stock } from './stock.ts';

/** Decides what is for sale in shared memory. The house is a member of the crew, and this is its thread. */
export class MemoryStock implements Stock {
  readonly run: string;
  readonly maxTickets: number;
  readonly #context: SaleContext;
  readonly #reserver: Reserver;
  readonly #house: House;
  #opened = 0;

  /** @param run no other run of the same books may have it */
  constructor(run: string, context: SaleContext, reserver: Reserver) {
    this.run = run;
    this.maxTickets = context.size.tickets;
    this.#context = context;
    this.#reserver = reserver;
    this.#house = new House(reserver);
  }

  get room(): number {
    return this.#context.size.events - this.#opened;
  }

  /** Places are never used twice: somebody may still be about to give back tickets of an event that is gone. */
  open({ capacity, taken }: Offer): number | undefined {
    const { size, words, inventory } = this.#context;
    if (this.#opened === size.events) return undefined;
    const place = this.#opened++;
    // Nobody knows of the place yet: its stock may be written as it is before a sale opens.
    words.store(inventory.remaining(place), size.tickets);
    // All of it, even if most is for sale at once: a strategy that leases to who buys leaves the house no idle rest.
    if (!this.#house.take(place, size.tickets)) {
      throw new Error('the house cannot have the tickets of a new event');
    }
    this.#house.giveBack(place, capacity - taken);
    return place;
  }

  resize(event: number, by: number): boolean {
    if (by < 0) return this.#house.take(event, -by);
    this.#house.giveBack(event, by);
    return true;
  }

  giveBack({ event, ticket, quantity, client, run }: Return & { readonly run: string }): void {
    // What was sold in an earlier run, the house has held since this one began.
    if (run === this.run) this.#reserver.cancel(event, ticket, quantity, client);
    else this.#house.giveBack(event, quantity);
  }

  withdraw(event: number): void {
    this.#house.takeRest(event);
  }

  close(): void {
    this.#reserver.close();
  }
}
