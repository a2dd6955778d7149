// A first-come-first-served lock whose waiters stand in a linked queue, each watching its own node.
// Cost: one exchange to lock; a load and a compare-and-swap to unlock; when somebody waits, a link and
// a hand-over instead, in lines that only the two of them touch. Nobody overtakes, hence convoys.
// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory
// Multiprocessors", TOCS 1991. That a waiter's flag names whom it waits for is our addition.
import { LINE_WORDS } from '../layout.ts';
import { MEMBER_PLUS_ONE, type MemberNaming, showMember, type WordMeaning } from '../meaning.ts';
import type { SharedWords } from '../words.ts';
import { AbandonedLockError, OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';
import type { LockContext } from './mutex.ts';

// Words of a member's node.
const BEHIND = 0;
const AHEAD = 1;

// The word BEHIND: the member that stands behind, plus one.
const NOBODY = 0;
/** Whoever comes to stand behind has to wake us. */
const AWAITED = -1;

// The word AHEAD: zero once it is our turn.
const OUR_TURN = 0;
/** Set by a waiter that may sleep. Above it stands the member it waits for, plus one. */
const SLEEPS = 1;

// Nobody knows who has come to stand behind, and has not yet said so.
const UNKNOWN_OWNER = -1;

const NAMES_AHEAD: MemberNaming = {
  memberOf: (state) => (state >> 1) - 1,
  rename: (state, member) => ((member + 1) << 1) | (state & SLEEPS),
};

const NAMES_BEHIND: MemberNaming = {
  memberOf: (state) => Math.max(state, NOBODY) - 1,
  rename: (_state, member) => member + 1,
};

/** One thread's handle on an MCS lock in shared words: a line with the tail, then a node per member. */
export class McsLock {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #tail: number;
  readonly #me: number;
  readonly #name: string;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#tail = first;
    this.#me = context.self + 1;
    this.#name = name;
  }

  /** Words the lock takes for a crew of `members`. */
  static words(members: number): number {
    return (1 + members) * LINE_WORDS;
  }

  /** What the word at `offset` of an MCS lock means. */
  static describe(offset: number, name: string): WordMeaning {
    const member = Math.floor(offset / LINE_WORDS) - 1;
    const word = offset % LINE_WORDS;
    if (offset === 0) return { name: `${name}: last`, naming: MEMBER_PLUS_ONE, show: showMember };
    if (member >= 0 && word === BEHIND) {
      return {
        name: `${name}: who stands behind`,
        member,
        naming: NAMES_BEHIND,
        show: (state, who) => (state === AWAITED ? 'awaited' : showMember(state, who)),
      };
    }
    if (member >= 0 && word === AHEAD) {
      return {
        name: `${name}: who is waited for`,
        member,
        naming: NAMES_AHEAD,
        show: (state, who) =>
          `${showMember(state >> 1, who)}${(state & SLEEPS) === 0 ? '' : ', asleep'}`,
      };
    }
    if (member < 0) return { name: `${name}: unused word ${offset}` };
    return { name: `${name}: unused word ${word} of a node`, member };
  }

  /** @throws AbandonedLockError when the owner or one ahead died, within {@link OWNER_CHECK_MS} */
  lock(): void {
    const ahead = this.#words.exchange(this.#tail, this.#me);
    if (ahead !== NOBODY) this.#lockContested(ahead);
  }

  unlock(): void {
    let next = this.#words.load(this.#behind(this.#me));
    if (next === NOBODY) {
      if (this.#words.compareExchange(this.#tail, this.#me, NOBODY) === this.#me) return;
      next = this.#awaitLink();
    }
    // Plain: who stands behind us next time comes by way of the tail, and so after this.
    this.#words.set(this.#behind(this.#me), NOBODY);
    const state = this.#words.exchange(this.#ahead(next), OUR_TURN);
    if ((state & SLEEPS) !== 0) this.#words.notify(this.#ahead(next), 1);
  }

  #lockContested(ahead: number): void {
    this.#context.contention.waits++;
    const flag = this.#ahead(this.#me);
    const waiting = ahead << 1;
    this.standBehind(ahead);
    for (let turn = 1; turn < this.#words.patience; turn++) {
      if (this.#words.load(flag) === OUR_TURN) return;
      this.#words.spin();
    }
    if (this.#words.compareExchange(flag, waiting, waiting | SLEEPS) !== waiting) return;
    while (this.#words.load(flag) !== OUR_TURN) {
      if (this.#words.wait(flag, waiting | SLEEPS, OWNER_CHECK_MS) !== 'timed-out') continue;
      const dead = this.#deadAhead(this.#me, this.#context.crew.size);
      if (dead >= 0) throw new AbandonedLockError(this.#name, dead, true);
    }
  }

  protected standBehind(ahead: number): void {
    // Before the link: once linked, we may be called at any moment, and would wait over it for ever.
    this.announceWait(ahead);
    this.link(ahead);
  }

  /** Says that we wait, and for whom. */
  protected announceWait(ahead: number): void {
    this.#words.store(this.#ahead(this.#me), ahead << 1);
  }

  /** Says to who is ahead that it has to call us. */
  protected link(ahead: number): void {
    const link = this.#behind(ahead);
    if (this.#words.exchange(link, this.#me) === AWAITED) this.#words.notify(link, 1);
  }

  /** Waits for the one who has taken the tail to say who it is; most often a few instructions. */
  #awaitLink(): number {
    const link = this.#behind(this.#me);
    for (let turn = 1; turn < this.#words.patience; turn++) {
      const next = this.#words.load(link);
      if (next !== NOBODY) return next;
      this.#words.spin();
    }
    let next = this.#words.compareExchange(link, NOBODY, AWAITED);
    while (next === NOBODY || next === AWAITED) {
      const outcome = this.#words.wait(link, AWAITED, OWNER_CHECK_MS);
      next = this.#words.load(link);
      if (outcome !== 'timed-out' || next !== AWAITED) continue;
      throwIfAbandoned(this.#name, UNKNOWN_OWNER, this.#context.crew);
    }
    return next;
  }

  /**
   * Who of those ahead of `node` is dead and will never call the next, or -1. The queue moves while we
   * walk along it, so each link is read again on the way back: it then ends at somebody who was dead
   * before, and has not been passed since.
   */
  #deadAhead(node: number, hops: number): number {
    const ahead = this.#words.load(this.#ahead(node)) >> 1;
    if (ahead === NOBODY || hops === 0) return -1;
    const dead = this.#context.crew.isDead(ahead - 1)
      ? ahead - 1
      : this.#deadAhead(ahead, hops - 1);
    if (dead < 0) return -1;
    return this.#words.load(this.#ahead(node)) >> 1 === ahead ? dead : -1;
  }

  #behind(node: number): number {
    return this.#tail + node * LINE_WORDS + BEHIND;
  }

  #ahead(node: number): number {
    return this.#tail + node * LINE_WORDS + AHEAD;
  }
}
