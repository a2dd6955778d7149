// A mutual-exclusion lock on a futex-like word.
// Cost: one compare-and-swap to lock and one subtraction to unlock while nobody else wants it; two
// system calls once somebody has to sleep. Unfair: a running thread may overtake a woken one.
// Source: Drepper, "Futexes Are Tricky" (2011), the third mutex; the owner word is our addition.
import type { Crew } from '../crew.ts';
import { LINE_WORDS } from '../layout.ts';
import type { Contention } from '../strategy.ts';
import type { SharedWords } from '../words.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';

/** Words a mutex takes: a whole line, so that two locks never slow each other down. */
export const MUTEX_WORDS: number = LINE_WORDS;

const FREE = 0;
const LOCKED = 1;
const CONTESTED = 2;

/**
 * Turns to spin before sleeping. Critical sections here are often shorter than the microseconds a
 * sleep and a wake-up take; a hundred turns cost about one microsecond when they are not.
 */
export const SPIN_TURNS = 100;

export interface LockContext {
  readonly words: SharedWords;
  readonly crew: Crew;
  readonly self: number;
  readonly contention: Contention;
}

/** One thread's handle on a mutex in shared words: `[state, owner + 1]`. */
export class Mutex {
  readonly #words: SharedWords;
  readonly #context: LockContext;
  readonly #state: number;
  readonly #owner: number;
  readonly #name: string;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#state = first;
    this.#owner = first + 1;
    this.#name = name;
  }

  lock(): void {
    if (this.#words.compareExchange(this.#state, FREE, LOCKED) !== FREE) this.#lockContested();
    this.#words.set(this.#owner, this.#context.self + 1);
  }

  unlock(): void {
    this.#words.set(this.#owner, 0);
    if (this.#words.sub(this.#state, 1) === LOCKED) return;
    // The word is free before anybody is woken: a sleeper that wakes first would sleep for good.
    this.#words.store(this.#state, FREE);
    this.#words.notify(this.#state, 1);
  }

  #lockContested(): void {
    this.#context.contention.waits++;
    if (this.#spinUntilLocked()) return;
    // From here on the word says that somebody may sleep, so that the owner will notify.
    while (this.#words.exchange(this.#state, CONTESTED) !== FREE) {
      if (this.#words.wait(this.#state, CONTESTED, OWNER_CHECK_MS) === 'timed-out') {
        throwIfAbandoned(this.#name, this.#words.load(this.#owner) - 1, this.#context.crew);
      }
    }
  }

  #spinUntilLocked(): boolean {
    for (let turn = 0; turn < SPIN_TURNS; turn++) {
      const free = this.#words.load(this.#state) === FREE;
      if (free && this.#words.compareExchange(this.#state, FREE, LOCKED) === FREE) return true;
      this.#words.spin();
    }
    return false;
  }
}
