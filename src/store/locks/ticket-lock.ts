// A first-come-first-served lock: everybody draws a ticket, and who leaves calls the next number.
// Cost: two atomic additions to lock; a store and an addition to unlock; two system calls more where
// somebody had to sleep. Each waiter watches a line of its own, so one call wakes exactly one of them.
// Nobody overtakes: when the next in line is not running, all wait until it does (a lock convoy).
// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization", TOCS 1991 (ticket lock);
// the slots are those of Anderson's array lock, TPDS 1990. That slots name their member is our addition.
import { LINE_WORDS } from '../layout.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SharedWords } from '../words.ts';
import { AbandonedLockError, OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';
import type { LockContext } from './mutex.ts';

// A slot's word, for the ticket it serves at present:
/** Flipped by the one before when the turn comes; never set back, so zeroed words need no set-up. */
const TURN = 1;
/** What {@link TURN} is to be for who stands here: which tells this ticket from the next lap's, too. */
const AWAITED = 2;
/** Set by a waiter that may sleep. Above it stands the number of the member, plus one. */
const SLEEPS = 4;
const MEMBER_SHIFT = 3;

// Somebody has drawn a ticket, or passed the lock on, and has not yet said so.
const UNKNOWN_OWNER = -1;

function memberOf(state: number): number {
  return (state >> MEMBER_SHIFT) - 1;
}

function awaitedOf(state: number): number {
  return (state & AWAITED) / AWAITED;
}

function hasTurn(state: number): boolean {
  return (state & TURN) === awaitedOf(state);
}

/** A power of two, so that slots follow each other also where the tickets wrap. */
function slotsFor(members: number): number {
  return 2 ** Math.ceil(Math.log2(members));
}

function showSlot(state: number, who: (member: number) => string): string {
  if (memberOf(state) < 0) return 'empty';
  if (hasTurn(state)) return `held by ${who(memberOf(state))}`;
  return `${who(memberOf(state))} waits${state & SLEEPS ? ', asleep' : ''}`;
}

/** One thread's handle on a ticket lock in shared words: a line with the next ticket, then the slots. */
export class TicketLock {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #next: number;
  readonly #slots: number;
  readonly #mine: number;
  readonly #name: string;
  /** The ticket that this thread drew last. */
  #ticket = 0;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#next = first;
    this.#slots = slotsFor(context.crew.size);
    this.#mine = (context.self + 1) << MEMBER_SHIFT;
    this.#name = name;
  }

  /** Words the lock takes for a crew of `members`: each holds at most one ticket, so each has a slot. */
  static words(members: number): number {
    return (1 + slotsFor(members)) * LINE_WORDS;
  }

  /** What the word at `offset` of a ticket lock means. */
  static describe(offset: number, name: string): WordMeaning {
    if (offset === 0) return { name: `${name}: next ticket` };
    if (offset % LINE_WORDS !== 0) return { name: `${name}: unused word ${offset}` };
    return {
      name: `${name}: slot ${offset / LINE_WORDS - 1}`,
      naming: {
        memberOf,
        rename: (state, member) =>
          ((member + 1) << MEMBER_SHIFT) | (state & (TURN | AWAITED | SLEEPS)),
      },
      show: showSlot,
    };
  }

  /** @throws AbandonedLockError when the owner or one ahead died, within {@link OWNER_CHECK_MS} */
  lock(): void {
    const ticket = this.#words.add(this.#next, 1);
    this.#ticket = ticket;
    const turn = this.#turnOf(ticket);
    const standing = this.#mine + turn * AWAITED;
    const seen = this.#words.add(this.#slotOf(ticket), standing);
    if ((seen & TURN) !== turn) this.#lockContested(this.#slotOf(ticket), seen + standing);
  }

  unlock(): void {
    const ticket = this.#ticket;
    const next = ticket + 1;
    // Emptied before the lock goes on: it will be full again as soon as the others have had their turn.
    this.#words.store(this.#slotOf(ticket), this.#turnOf(ticket));
    const slot = this.#slotOf(next);
    const seen = this.#words.add(slot, this.#turnOf(next) === 0 ? -TURN : TURN);
    if ((seen & SLEEPS) !== 0) this.#words.notify(slot, 1);
  }

  #lockContested(slot: number, waiting: number): void {
    this.#context.contention.waits++;
    for (let turn = 1; turn < this.#words.patience; turn++) {
      this.#words.spin();
      if (this.#words.load(slot) !== waiting) return;
    }
    const asleep = waiting | SLEEPS;
    if (this.#words.compareExchange(slot, waiting, asleep) !== waiting) return;
    while (this.#words.load(slot) === asleep) {
      if (this.#words.wait(slot, asleep, OWNER_CHECK_MS) === 'timed-out')
        this.#lookAhead(slot, asleep);
    }
  }

  /** Goes from the one before us to the owner, and throws where one is dead: our turn never comes. */
  #lookAhead(slot: number, asleep: number): void {
    let someUnnamed = false;
    for (let ahead = 1; ahead < this.#context.crew.size; ahead++) {
      const ticket = this.#ticket - ahead;
      const state = this.#words.load(this.#slotOf(ticket));
      const member = memberOf(state);
      if (member < 0) someUnnamed = true;
      else if (this.#context.crew.isDead(member)) this.#throwIfStanding(ticket, member);
      else if (hasTurn(state)) break;
    }
    if (someUnnamed && this.#words.load(slot) === asleep) {
      throwIfAbandoned(this.#name, UNKNOWN_OWNER, this.#context.crew);
    }
  }

  /** A dead member that still stands there will for ever; but it may have left before it died. */
  #throwIfStanding(ticket: number, member: number): void {
    const state = this.#words.load(this.#slotOf(ticket));
    // The ticket of the next lap has the same slot, and is behind us.
    if (memberOf(state) !== member || awaitedOf(state) !== this.#turnOf(ticket)) return;
    throw new AbandonedLockError(this.#name, member, true);
  }

  #slotOf(ticket: number): number {
    return this.#next + (1 + (ticket & (this.#slots - 1))) * LINE_WORDS;
  }

  /** What {@link TURN} is once the ticket's turn has come: 0 for the first, 1 for a lap, 0 for a lap. */
  #turnOf(ticket: number): 0 | 1 {
    return ((ticket + this.#slots - 1) & this.#slots) === 0 ? 0 : 1;
  }
}
