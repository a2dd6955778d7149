import { invariant } from '../base/invariant.ts';
import { type Layout, LINE_WORDS } from './layout.ts';
import type { WordMeaning } from './meaning.ts';
import type { SharedWords } from './words.ts';

/** Most tickets of one event. Half of what 31 bits hold, so that sums of two never wrap. */
export const MAX_TICKETS_PER_EVENT: number = 2 ** 30;

/** Serials of one event: what a 32-bit word holds. Only tickets that come back can use them up. */
const SERIALS: number = 2 ** 31;

// Words of one event's line.
const REMAINING = 0;
const ISSUED = 1;

/**
 * What is for sale. Each event has a cache line of its own with two words: how many tickets remain,
 * and how many serials were ever issued. Serials only grow, also when tickets come back, so no two
 * grants of an event ever share one.
 */
export class Inventory {
  readonly events: number;
  readonly #words: SharedWords;
  readonly #first: number;

  constructor(words: SharedWords, first: number, events: number) {
    invariant(first % LINE_WORDS === 0, `the inventory at word ${first} does not begin a line`);
    this.events = events;
    this.#words = words;
    this.#first = first;
  }

  static reserve(layout: Layout, events: number): number {
    return layout.reserve(events * LINE_WORDS);
  }

  /** What word `index` of the inventory means. */
  describe(index: number): WordMeaning {
    const event = Math.floor((index - this.#first) / LINE_WORDS);
    if (index === this.remaining(event)) return { name: `event ${event} remaining` };
    if (index === this.issued(event)) return { name: `event ${event} next serial` };
    return { name: `event ${event}: unused word` };
  }

  /** Fills every event with `ticketsPerEvent` tickets. */
  stock(ticketsPerEvent: number): void {
    invariant(ticketsPerEvent <= MAX_TICKETS_PER_EVENT, `${ticketsPerEvent} tickets in an event`);
    for (let event = 0; event < this.events; event++) {
      this.#words.store(this.remaining(event), ticketsPerEvent);
      this.#words.store(this.issued(event), 0);
    }
  }

  /** The word with the event's remaining tickets. */
  remaining(event: number): number {
    return this.#first + event * LINE_WORDS + REMAINING;
  }

  /** The word with the event's next ticket serial. */
  issued(event: number): number {
    return this.#first + event * LINE_WORDS + ISSUED;
  }

  /** Issues `quantity` new serials; the first of them. Safe without a lock. */
  issue(event: number, quantity: number): number {
    return this.serial(event, this.#words.add(this.issued(event), quantity), quantity);
  }

  /** As {@link issue}, for a caller that holds the event's lock: plain accesses suffice. */
  issueLocked(event: number, quantity: number): number {
    const at = this.issued(event);
    const first = this.#words.get(at);
    this.#words.set(at, first + quantity);
    return this.serial(event, first, quantity);
  }

  /**
   * `first`, once it is sure that `quantity` serials begin with it: also for those who number their
   * tickets themselves.
   */
  serial(event: number, first: number, quantity: number): number {
    if (first >= 0 && first <= SERIALS - quantity) return first;
    throw new Error(`event ${event} has no ticket serial left of 2^31: give back fewer tickets`);
  }
}
