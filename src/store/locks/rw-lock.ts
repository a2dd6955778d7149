// A readers-writer lock on futex-like words that prefers writers.
// Cost: a load and a compare-and-swap for a reader, one compare-and-swap for a writer, while
// uncontended. Readers wait as soon as a writer does, so writers never starve; a steady stream of
// writers can starve readers.
// Source: the futex lock of the Rust standard library (library/std/src/sys/sync/rwlock/futex.rs);
// the owner word is our addition.
import { LINE_WORDS } from '../layout.ts';
import { MEMBER_PLUS_ONE, showMember, type WordMeaning } from '../meaning.ts';
import type { SharedWords } from '../words.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';
import type { LockContext } from './mutex.ts';

/** Words a readers-writer lock takes: a whole line. */
export const RW_LOCK_WORDS: number = LINE_WORDS;

// Words of the lock.
const STATE = 0;
const WAKE_UPS = 1;
const WRITER = 2;

// The state word: 30 bits count readers, all ones mean a writer; the upper two say who sleeps.
const COUNT_MASK = 0x3fffffff;
const WRITE_LOCKED = COUNT_MASK;
const READERS_WAITING = 0x40000000;
// The sign bit, as an int32 shows it.
const WRITERS_WAITING = -0x80000000;
const BOTH_WAITING = READERS_WAITING | WRITERS_WAITING;

// Only the owner's death is unknown among readers: the state word counts them, it does not name them.
const UNKNOWN_OWNER = -1;

function isUnlocked(state: number): boolean {
  return (state & COUNT_MASK) === 0;
}

function isReadable(state: number): boolean {
  return (state & BOTH_WAITING) === 0 && (state & COUNT_MASK) < WRITE_LOCKED - 1;
}

function showState(state: number): string {
  const count = state & COUNT_MASK;
  let held = `read by ${count}`;
  if (count === 0) held = 'free';
  else if (count === WRITE_LOCKED) held = 'held by a writer';
  const readers = (state & READERS_WAITING) !== 0 ? ', readers wait' : '';
  return `${held}${readers}${(state & WRITERS_WAITING) !== 0 ? ', a writer waits' : ''}`;
}

/** One thread's handle on a lock in shared words: `[state, writer wake-ups, writer + 1]`. */
export class RwLock {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #state: number;
  readonly #wakeUps: number;
  readonly #writer: number;
  readonly #name: string;

  constructor(context: LockContext, first: number, name: string) {
    this.#context = context;
    this.#words = context.words;
    this.#state = first + STATE;
    this.#wakeUps = first + WAKE_UPS;
    this.#writer = first + WRITER;
    this.#name = name;
  }

  /** What the word at `offset` of a readers-writer lock means. */
  static describe(offset: number, name: string): WordMeaning {
    if (offset === STATE) return { name, show: showState };
    if (offset === WAKE_UPS) return { name: `${name}: wake-ups of writers` };
    if (offset > WRITER) return { name: `${name}: unused word ${offset}` };
    return { name: `${name}: writer`, naming: MEMBER_PLUS_ONE, show: showMember };
  }

  lockRead(): void {
    const state = this.#words.load(this.#state);
    if (isReadable(state) && this.#swap(state, state + 1)) return;
    this.#lockReadContested();
  }

  unlockRead(): void {
    const state = this.#words.sub(this.#state, 1) - 1;
    // Readers sleep on a read-locked lock only behind a writer, so a waiting writer is all to look for.
    if (isUnlocked(state) && (state & WRITERS_WAITING) !== 0) this.#wakeNext(state);
  }

  lockWrite(): void {
    if (!this.#swap(0, WRITE_LOCKED)) this.#lockWriteContested();
    // Atomically, since whoever waits reads it without holding the lock.
    this.#words.store(this.#writer, this.#context.self + 1);
  }

  unlockWrite(): void {
    this.#words.store(this.#writer, 0);
    const state = (this.#words.sub(this.#state, WRITE_LOCKED) - WRITE_LOCKED) | 0;
    if ((state & BOTH_WAITING) !== 0) this.#wakeNext(state);
  }

  #lockReadContested(): void {
    let waited = false;
    for (;;) {
      const state = this.#spinWhile((seen) => !isReadable(seen) && (seen & BOTH_WAITING) === 0);
      if (isReadable(state)) {
        if (this.#swap(state, state + 1)) return;
        continue;
      }
      // Another reader that came first is nothing to wait for; a writer is.
      if (!waited) this.#context.contention.waits++;
      waited = true;
      if ((state & READERS_WAITING) !== 0 || this.#swap(state, state | READERS_WAITING)) {
        // Announced before sleeping, so that whoever unlocks knows to wake us.
        this.#sleep(this.#state, state | READERS_WAITING);
      }
    }
  }

  #lockWriteContested(): void {
    this.#context.contention.waits++;
    let othersWaiting = 0;
    for (;;) {
      const state = this.#spinWhile((seen) => !isUnlocked(seen) && (seen & WRITERS_WAITING) === 0);
      if (isUnlocked(state)) {
        if (this.#swap(state, state | WRITE_LOCKED | othersWaiting)) return;
      } else if ((state & WRITERS_WAITING) !== 0 || this.#swap(state, state | WRITERS_WAITING)) {
        // The bit does not count: once we have slept, another writer may sleep too, so we keep it set.
        othersWaiting = WRITERS_WAITING;
        this.#sleepAsWriter();
      }
    }
  }

  /** Looks again while the lock may soon be free; the state it ended with. */
  #spinWhile(busy: (state: number) => boolean): number {
    let state = this.#words.load(this.#state);
    for (let turn = 1; turn < this.#words.patience && busy(state); turn++) {
      this.#words.spin();
      state = this.#words.load(this.#state);
    }
    return state;
  }

  #sleepAsWriter(): void {
    // The wake-up count is read before the state: a wake-up between the two is then never slept through.
    const wakeUps = this.#words.load(this.#wakeUps);
    const state = this.#words.load(this.#state);
    if (isUnlocked(state) || (state & WRITERS_WAITING) === 0) return;
    this.#sleep(this.#wakeUps, wakeUps);
  }

  #sleep(index: number, seen: number): void {
    if (this.#words.wait(index, seen, OWNER_CHECK_MS) !== 'timed-out') return;
    const writer = this.#words.load(this.#writer) - 1;
    throwIfAbandoned(this.#name, writer >= 0 ? writer : UNKNOWN_OWNER, this.#context.crew);
  }

  /** Called with the state after unlocking. Whoever locks meanwhile will wake the sleepers itself. */
  #wakeNext(unlocked: number): void {
    let state = unlocked;
    if (state === WRITERS_WAITING) {
      if (this.#swap(state, 0)) {
        this.#wakeWriter();
        return;
      }
      state = this.#words.load(this.#state);
    }
    if (state === BOTH_WAITING) {
      if (!this.#swap(state, READERS_WAITING) || this.#wakeWriter()) return;
      // No writer was asleep yet, so none was surely woken: the readers are next.
      state = READERS_WAITING;
    }
    if (state === READERS_WAITING && this.#swap(state, 0)) this.#words.notify(this.#state);
  }

  #wakeWriter(): boolean {
    this.#words.add(this.#wakeUps, 1);
    return this.#words.notify(this.#wakeUps, 1) > 0;
  }

  #swap(seen: number, next: number): boolean {
    return this.#words.compareExchange(this.#state, seen, next) === seen;
  }
}
