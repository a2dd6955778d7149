import { LINE_WORDS } from './layout.ts';
import type { WordMeaning } from './meaning.ts';
import type { SaleContext } from './strategy.ts';

/** Holds that one member can have open at once. */
export const HOLDS_PER_MEMBER = 64;

/**
 * What has become of a hold: the lower two bits of its state. Above them stands the slot's version,
 * which each new hold of the slot raises by one.
 */
export const PHASE = { released: 0, held: 1, confirmed: 2, expired: 3 } as const;
export type Phase = (typeof PHASE)[keyof typeof PHASE];
const PHASE_NAMES = ['released', 'held', 'confirmed', 'expired'] as const;
const PHASE_BITS = 2;
const PHASE_MASK = 3;
const VERSIONS: number = 2 ** (32 - PHASE_BITS);

// Words of one slot.
const STATE = 0;
const EVENT = 1;
const QUANTITY = 2;
const DEADLINE = 3;
const SLOT_WORDS = 4;

// Words of the table's first line.
const NEXT_DUE = 0;
/** A member's words: a line that says how many of its slots were ever used, then the slots. */
const MEMBER_WORDS: number = LINE_WORDS + HOLDS_PER_MEMBER * SLOT_WORDS;

/** Whether a time has passed a deadline. Right across a wrap of 32 bits, within 24 days. */
function isOver(deadline: number, nowMs: number): boolean {
  return ((nowMs - deadline) | 0) > 0;
}

/** What a table of holds needs of a {@link SaleContext}. */
export type HoldContext = Pick<SaleContext, 'words' | 'inventory' | 'self' | 'size'>;

/**
 * Tickets set aside for a time, in shared words. One compare-and-swap on a hold's state ends it:
 * confirmed, released or expired, never two of them. It takes the state that was read first, and so
 * fails when anybody else has ended the hold, also when a new hold is in the slot by then.
 *
 * A member opens holds in slots of its own; anybody may end them. Event, quantity and deadline are
 * written before the state says `held`, and read before the swap that ends the hold: when it succeeds,
 * the version tells that they belong to this hold. Who loses may have read those of the next one,
 * written at the same time, and that is why they are accessed atomically.
 *
 * No lock is held, so nobody waits for the dead: their holds expire like all others. Only tickets
 * that a thread had between the stock and the table when it died are lost.
 */
export class HoldTable {
  readonly #context: HoldContext;
  readonly #first: number;
  readonly #slots: number;
  readonly #ttlMs: number;
  /** This member's first slot. */
  readonly #mine: number;
  /** How many of its slots it has used; others find the number in shared words. */
  #used = 0;
  /** The state of the slot that was found free last. */
  #ended = 0;

  /** @param ttlMs how long a hold lasts, in milliseconds */
  constructor(context: HoldContext, first: number, ttlMs: number) {
    this.#context = context;
    this.#first = first;
    this.#ttlMs = ttlMs;
    this.#slots = context.size.members * HOLDS_PER_MEMBER;
    this.#mine = context.self * HOLDS_PER_MEMBER;
  }

  static words(members: number): number {
    return LINE_WORDS + members * MEMBER_WORDS;
  }

  /** What the word at `offset` of a table means. */
  static describe(offset: number): WordMeaning {
    if (offset === NEXT_DUE) return { name: 'no hold is over before' };
    if (offset < LINE_WORDS) return { name: `unused word ${offset}` };
    const member = Math.floor((offset - LINE_WORDS) / MEMBER_WORDS);
    const place = (offset - LINE_WORDS) % MEMBER_WORDS;
    if (place < LINE_WORDS) {
      return { name: place === 0 ? 'slots used' : `unused word ${place}`, member };
    }
    const slot = Math.floor((place - LINE_WORDS) / SLOT_WORDS);
    const word = ['state', 'event', 'quantity', 'deadline'][place % SLOT_WORDS];
    const name = `hold ${slot} ${word}`;
    return place % SLOT_WORDS === STATE ? { name, member, show: showState } : { name, member };
  }

  /** A slot of this member without an open hold, or -1. */
  freeSlot(): number {
    const { words } = this.#context;
    // The first that is free: a sweep then looks at few.
    for (let slot = this.#mine; slot < this.#mine + HOLDS_PER_MEMBER; slot++) {
      // Others end holds in our slots, but never open one there: what is free stays free.
      this.#ended = words.load(this.#at(slot, STATE));
      if ((this.#ended & PHASE_MASK) !== PHASE.held) return slot;
    }
    return -1;
  }

  /**
   * Opens a hold in the slot found last, for tickets that were taken from the stock.
   * @returns its state, which ends it
   */
  open(slot: number, event: number, quantity: number, nowMs: number): number {
    const { words } = this.#context;
    const deadline = (nowMs + this.#ttlMs) | 0;
    this.#markUsed(slot - this.#mine + 1);
    words.store(this.#at(slot, EVENT), event);
    words.store(this.#at(slot, QUANTITY), quantity);
    words.store(this.#at(slot, DEADLINE), deadline);
    const state = (((this.#ended >>> PHASE_BITS) + 1) << PHASE_BITS) | PHASE.held;
    words.store(this.#at(slot, STATE), state);
    // A sweep that was going on may have passed the slot, and said that nothing is due for long.
    this.#bringForward(deadline);
    return state;
  }

  /** Ends a hold, unless somebody else has. */
  end(slot: number, state: number, phase: Phase): boolean {
    const ended = (state & ~PHASE_MASK) | phase;
    return this.swapState(this.#at(slot, STATE), state, ended);
  }

  /** Replaces the state in word `at` if it still is `state`. */
  protected swapState(at: number, state: number, ended: number): boolean {
    return this.#context.words.compareExchange(at, state, ended) === state;
  }

  /**
   * Names a hold to the world: a whole number, which no other hold of the sale has before its slot
   * has held a thousand million more. What is over is over for good: an old number ends nothing.
   */
  idOf(slot: number, state: number): number {
    return (state >>> PHASE_BITS) * this.#slots + slot;
  }

  /** The slot that a number names, or -1 for a number that names no hold. */
  slotOf(id: number): number {
    return Number.isInteger(id) && id >= 0 && id < VERSIONS * this.#slots ? id % this.#slots : -1;
  }

  /** The state that the hold with this number has while it is open. */
  stateOf(id: number): number {
    return (Math.floor(id / this.#slots) << PHASE_BITS) | PHASE.held;
  }

  eventOf(slot: number): number {
    return this.#context.words.load(this.#at(slot, EVENT));
  }

  quantityOf(slot: number): number {
    return this.#context.words.load(this.#at(slot, QUANTITY));
  }

  isOverdue(slot: number, nowMs: number): boolean {
    return isOver(this.#context.words.load(this.#at(slot, DEADLINE)), nowMs);
  }

  /** Whether a sweep could find anything: cheap enough to ask at every refusal. */
  mayBeOverdue(nowMs: number): boolean {
    return isOver(this.#context.words.load(this.#first + NEXT_DUE), nowMs);
  }

  /** Expires what is over its time, of all members, and returns it to the stock; how many holds. */
  sweep(nowMs: number): number {
    const { words, size, self } = this.#context;
    // Put off first and brought forward by each hold that is found open: one that is opened behind
    // the sweep's back sees this word, and brings it forward itself.
    words.store(this.#first + NEXT_DUE, (nowMs + this.#ttlMs) | 0);
    let expired = 0;
    for (let next = 0; next < size.members; next++) {
      const member = (self + next) % size.members;
      const used = words.load(this.#memberAt(member));
      for (let slot = 0; slot < used; slot++) {
        if (this.#expire(member * HOLDS_PER_MEMBER + slot, nowMs)) expired++;
      }
    }
    return expired;
  }

  #expire(slot: number, nowMs: number): boolean {
    const { words } = this.#context;
    const state = words.load(this.#at(slot, STATE));
    if ((state & PHASE_MASK) !== PHASE.held) return false;
    const deadline = words.load(this.#at(slot, DEADLINE));
    if (isOver(deadline, nowMs)) return this.giveBack(slot, state, PHASE.expired) > 0;
    this.#bringForward(deadline);
    return false;
  }

  /** Ends a hold and returns its tickets to the stock; how many, 0 when somebody else has ended it. */
  giveBack(slot: number, state: number, phase: Phase): number {
    const { words, inventory } = this.#context;
    const event = this.eventOf(slot);
    const quantity = this.quantityOf(slot);
    if (!this.end(slot, state, phase)) return 0;
    words.add(inventory.remaining(event), quantity);
    return quantity;
  }

  #markUsed(used: number): void {
    if (used <= this.#used) return;
    const { words, self } = this.#context;
    const at = this.#memberAt(self);
    this.#used = Math.max(used, words.load(at));
    words.store(at, this.#used);
  }

  #bringForward(deadline: number): void {
    const { words } = this.#context;
    const at = this.#first + NEXT_DUE;
    for (;;) {
      const seen = words.load(at);
      if (!isOver(deadline, seen) || words.compareExchange(at, seen, deadline) === seen) return;
    }
  }

  #memberAt(member: number): number {
    return this.#first + LINE_WORDS + member * MEMBER_WORDS;
  }

  #at(slot: number, word: number): number {
    const member = Math.floor(slot / HOLDS_PER_MEMBER);
    const place = LINE_WORDS + (slot % HOLDS_PER_MEMBER) * SLOT_WORDS;
    return this.#memberAt(member) + place + word;
  }
}

function showState(state: number): string {
  return `version ${state >>> PHASE_BITS}, ${PHASE_NAMES[state & PHASE_MASK]}`;
}
