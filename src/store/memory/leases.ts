import { LINE_WORDS } from '../layout.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from '../locks/abandoned.ts';
import type { LockContext } from '../locks/mutex.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SaleContext, SaleSize } from '../strategy.ts';

/** Taking a lease costs some five sales' time: with so many tickets that is lost among them. */
const LEASE_MAX = 256;
/** Of what an equal share would be, a lease is one so-manieth: the late shall find some, too. */
const SHARE_PARTS = 2;

/** A lease that its seller is just filling from the stock. All that is not negative is tickets. */
const BEING_FILLED = -1;
/** A lease that is over for good. */
export const CALLED_BACK = -2;

/** The serials of a lease that this handle did not take: an earlier one of its thread has closed. */
const UNKNOWN = -1;

/** Words for one thing of each event: whole lines, so that members keep to their own. */
export function wordsFor(events: number): number {
  return Math.ceil(events / LINE_WORDS) * LINE_WORDS;
}

/**
 * Tickets that each seller has taken from the stock of an event, to sell without meeting the others.
 * One word for each seller and event says how many are left. Its seller sells from it by
 * compare-and-swap, and so learns when somebody else has called the lease back.
 */
export class Leases {
  readonly #context: SaleContext;
  readonly #first: number;
  readonly #stride: number;
  /** The last serial of this seller's lease of each event, or {@link UNKNOWN}. */
  readonly #lastSerials: Int32Array;

  constructor(context: SaleContext, first: number) {
    const { events } = context.size;
    this.#context = context;
    this.#first = first;
    this.#stride = wordsFor(events);
    this.#lastSerials = new Int32Array(events).fill(UNKNOWN);
  }

  static words({ events, members }: SaleSize): number {
    return members * wordsFor(events);
  }

  static describe(offset: number, { events }: SaleSize): WordMeaning {
    const member = Math.floor(offset / wordsFor(events));
    const event = offset % wordsFor(events);
    if (event >= events) return { name: `unused word ${event}`, member };
    return { name: `lease of event ${event}`, member, show: showLease };
  }

  /** How many tickets this seller has left, or {@link CALLED_BACK}. */
  left(event: number): number {
    return this.#context.words.load(this.#at(this.#context.self, event));
  }

  /** Whether this handle has taken a lease of the event, and so knows the serials. */
  knows(event: number): boolean {
    return this.#lastSerials[event] !== UNKNOWN;
  }

  /** Sells from this seller's lease; the first serial, or -1 when it was called back meanwhile. */
  sell(event: number, left: number, quantity: number): number {
    const { words, self } = this.#context;
    const lease = this.#at(self, event);
    if (words.compareExchange(lease, left, left - quantity) !== left) return -1;
    return (this.#lastSerials[event] as number) - left + 1;
  }

  /**
   * Gives back the rest of this seller's lease and takes a new one, of `quantity` tickets at least.
   * @returns false when there is too little in the stock for that; true also when it was called back
   */
  renew(event: number, quantity: number, rest: number): boolean {
    const { words, inventory, self } = this.#context;
    const lease = this.#at(self, event);
    // Said before any ticket leaves the stock: who calls the leases back and missed what is on its
    // way would let others be refused for want of it.
    if (words.compareExchange(lease, rest, BEING_FILLED) !== rest) return true;
    const taken = this.#takeFromStock(event, quantity, rest);
    if (taken > 0) this.#lastSerials[event] = inventory.issue(event, taken) + (taken - 1);
    words.store(lease, taken > 0 ? taken : rest);
    words.notify(lease);
    return taken > 0;
  }

  /** Ends all leases of an event; how many tickets were left in them. */
  callBack(event: number): number {
    const { size, self } = this.#context;
    let back = 0;
    for (let next = 0; next < size.members; next++) {
      back += this.#callBackFrom((self + next) % size.members, event);
    }
    return back;
  }

  /** How many tickets are in leases of an event, counted one by one while others sell. */
  sum(event: number): number {
    const { words, size, self } = this.#context;
    let sum = 0;
    for (let next = 0; next < size.members; next++) {
      sum += Math.max(0, words.load(this.#at((self + next) % size.members, event)));
    }
    return sum;
  }

  #takeFromStock(event: number, quantity: number, rest: number): number {
    const { words, inventory, contention, size } = this.#context;
    const at = inventory.remaining(event);
    for (;;) {
      const seen = words.load(at);
      const share = Math.floor(seen / (SHARE_PARTS * size.members));
      if (share < quantity) return 0;
      const taken = Math.max(quantity, Math.min(share, LEASE_MAX));
      if (words.compareExchange(at, seen, seen - taken + rest) === seen) return taken;
      contention.retries++;
    }
  }

  #callBackFrom(member: number, event: number): number {
    const { words } = this.#context;
    const lease = this.#at(member, event);
    for (;;) {
      const left = words.load(lease);
      if (left === BEING_FILLED) outwait(this.#context, lease, left, member, 'the lease of', event);
      else if (words.compareExchange(lease, left, CALLED_BACK) === left) return left;
    }
  }

  #at(member: number, event: number): number {
    return this.#first + member * this.#stride + event;
  }
}

function showLease(lease: number): string {
  if (lease === BEING_FILLED) return 'being filled';
  return lease === CALLED_BACK ? 'called back' : `${lease} tickets`;
}

/**
 * Waits until `holder` has changed a word.
 * @param what with the event it is of, how the word is called should `holder` have died
 */
export function outwait(
  { words, contention, crew }: LockContext,
  index: number,
  seen: number,
  holder: number,
  what: string,
  event: number,
): void {
  contention.waits++;
  for (let turn = 1; turn < words.patience; turn++) {
    words.spin();
    if (words.load(index) !== seen) return;
  }
  while (words.load(index) === seen) {
    if (words.wait(index, seen, OWNER_CHECK_MS) !== 'timed-out') continue;
    throwIfAbandoned(`${what} event ${event}`, holder, crew);
  }
}
