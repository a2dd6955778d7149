// A mutual-exclusion lock in one futex-like word that names its owner.
// Cost: one compare-and-swap to lock and one exchange to unlock while nobody else wants it; two system
// calls once somebody has to sleep. Unfair: a running thread may overtake a woken one.
// Source: the protocol of Linux's priority-inheriting futexes, FUTEX_LOCK_PI(2const): the owner's id
// and a bit that says that somebody waits. Who locks after waiting sets the bit, as in the third mutex
// of Drepper, "Futexes Are Tricky" (2011).
import type { Crew } from '../crew.ts';
import { LINE_WORDS } from '../layout.ts';
import type { WordMeaning } from '../meaning.ts';
import type { Contention } from '../strategy.ts';
import type { SharedWords } from '../words.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';

/** Words a mutex takes: a whole line, so that two locks never slow each other down. */
export const MUTEX_WORDS: number = LINE_WORDS;

const FREE = 0;
/** Set while somebody may sleep. Above it stands the owner's number plus one. */
const WAITED_FOR = 1;

function ownerOf(state: number): number {
  return (state >> 1) - 1;
}

/** What a lock needs of a {@link SaleContext}. */
export interface LockContext {
  readonly words: SharedWords;
  readonly crew: Crew;
  readonly self: number;
  readonly contention: Contention;
}

/** One thread's handle on a mutex in shared words. */
export class Mutex {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #state: number;
  readonly #mine: number;
  readonly #name: string;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#state = first;
    this.#mine = (context.self + 1) << 1;
    this.#name = name;
  }

  /** What the word at `offset` of a mutex means. */
  static describe(offset: number, name: string): WordMeaning {
    if (offset > 0) return { name: `${name}: unused word ${offset}` };
    return {
      name,
      naming: {
        memberOf: ownerOf,
        rename: (state, member) => ((member + 1) << 1) | (state & WAITED_FOR),
      },
      show(state, who) {
        if (state === FREE) return 'free';
        return `held by ${who(ownerOf(state))}${state & WAITED_FOR ? ', waited for' : ''}`;
      },
    };
  }

  /**
   * @throws AbandonedLockError when the owner died, within {@link OWNER_CHECK_MS}
   * @throws Error when this thread has it already: it would wait for itself
   */
  lock(): void {
    if (!this.tryLock()) this.#lockContested();
  }

  /** Locks if nobody has. */
  tryLock(): boolean {
    return this.#swap(FREE, this.#mine);
  }

  /** Whether nobody holds it at the moment. */
  isFree(): boolean {
    return this.#words.load(this.#state) === FREE;
  }

  /**
   * For who waits for what the owner does, without queueing for the lock.
   * @throws AbandonedLockError when the owner died
   */
  throwIfOwnerDied(): void {
    const owner = ownerOf(this.#words.load(this.#state));
    if (owner >= 0) throwIfAbandoned(this.#name, owner, this.#context.crew);
  }

  unlock(): void {
    // The word is free before anybody is woken: a sleeper that wakes first would sleep for good.
    const state = this.#words.exchange(this.#state, FREE);
    if ((state & WAITED_FOR) !== 0) this.#words.notify(this.#state, 1);
  }

  #lockContested(): void {
    this.#context.contention.waits++;
    if (this.#spinUntilLocked()) return;
    for (;;) {
      const state = this.#words.load(this.#state);
      if (state === FREE) {
        // Others may still sleep, and only one was woken: the bit stays until nobody had to wait.
        if (this.#swap(FREE, this.#mine | WAITED_FOR)) return;
      } else if ((state & WAITED_FOR) !== 0 || this.#swap(state, state | WAITED_FOR)) {
        this.#sleep(state | WAITED_FOR);
      }
    }
  }

  #spinUntilLocked(): boolean {
    for (let turn = 1; turn < this.#words.patience; turn++) {
      this.#words.spin();
      if (this.#words.load(this.#state) === FREE && this.tryLock()) return true;
    }
    return false;
  }

  #sleep(state: number): void {
    if (this.#words.wait(this.#state, state, OWNER_CHECK_MS) !== 'timed-out') return;
    if (state === (this.#mine | WAITED_FOR)) {
      throw new Error(`${this.#name} is locked twice by the same thread, which waits for itself`);
    }
    this.throwIfOwnerDied();
  }

  #swap(seen: number, next: number): boolean {
    return this.#words.compareExchange(this.#state, seen, next) === seen;
  }
}
