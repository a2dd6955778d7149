// Tickets for sale, as the box office sees them: a strategy of the lab behind two doors, whether it sells from shared
// memory or from a store.
import type { Order, Return } from '../../store/stored.ts';

/** An answer at once, where stock lies in memory; later, where it lies in a store. */
export type Soon<T> = T | Promise<T>;

/** Sells, for one thread. Events are called by the places that {@link Stock.open} gave them. */
export interface Till {
  /** The first serial of `quantity`, or one of the refusals of `store/strategy.ts`. */
  reserve(order: Order): Soon<number>;
  /** Gives back what this or another till was granted in this run; how many, or a refusal. */
  giveBack(given: Return): Soon<number>;
  /** How many can be had; a refusal when the store does not say. */
  available(event: number): Soon<number>;
  close(): Soon<void>;
}

/** What is on sale at the start. */
export interface Offer {
  /** The event's number in the books. */
  readonly number: number;
  readonly capacity: number;
  /** How many of them were sold or are held. */
  readonly taken: number;
}

/** Decides what tills have to sell. One for each server. */
export interface Stock {
  /** In the name of a ticket: what tells the serials of this run from those of others. */
  readonly run: string;
  /** The most tickets of one event. */
  readonly maxTickets: number;
  /** For how many more events there is room, as far as this server knows. */
  readonly room: number;
  /**
   * Puts tickets of an event on sale.
   * @returns its place: what tills call it. undefined when there is no room for one more event
   */
  open(offer: Offer): Soon<number | undefined>;
  /** Adds tickets, or withdraws some that are unsold: all or none. False when fewer are left. */
  resize(event: number, by: number): Soon<boolean>;
  /** Puts tickets on sale again that a reservation no longer takes, whichever run it is from. */
  giveBack(given: Return & { readonly run: string }): Soon<void>;
  /** Takes what is left of an event off sale, for ever. */
  withdraw(event: number): Soon<void>;
  /** Where several servers sell from it: lets one at a time, of all of them, edit capacities. */
  exclusively?<T>(work: () => Promise<T>): Promise<T>;
  close(): Soon<void>;
}
