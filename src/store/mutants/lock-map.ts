import { LINE_WORDS } from '../layout.ts';
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SaleContext } from '../strategy.ts';
import type { SharedWords } from '../words.ts';

/** Instead of an entry. */
export const NO_ENTRY = -1;
/** Instead of an event. */
export const NO_EVENT = -1;

const NAME = 'the lock map';

// The lines: the mutex of the map, a counter for whoever uses it, and the entries. An entry has a line
// that says which event's it is, and its mutex.
const COUNTER = MUTEX_WORDS;
const ENTRIES: number = COUNTER + LINE_WORDS;
const ENTRY_MUTEX: number = LINE_WORDS;
const ENTRY_WORDS: number = ENTRY_MUTEX + MUTEX_WORDS;

function nameOf(entry: number): string {
  return `the lock of entry ${entry}`;
}

/**
 * A few mutexes for many events, as seed system 2 has them: one thread's handle on a map in shared
 * words. It keeps nobody out; that is for the strategies, each of which gets it wrong in its own way.
 */
export class LockMap {
  /** The mutex of the map itself. */
  readonly guard: Mutex;
  /** A word under that mutex, for whoever has something to count. */
  readonly counter: number;
  readonly #words: SharedWords;
  readonly #first: number;
  readonly #mutexes: readonly Mutex[];

  constructor(context: SaleContext, entries: number) {
    this.guard = new Mutex(context, context.own, NAME);
    this.counter = context.own + COUNTER;
    this.#words = context.words;
    this.#first = context.own + ENTRIES;
    this.#mutexes = Array.from(
      { length: entries },
      (_, entry) => new Mutex(context, this.#at(entry) + ENTRY_MUTEX, nameOf(entry)),
    );
  }

  static words(entries: number): number {
    return ENTRIES + entries * ENTRY_WORDS;
  }

  static describe(offset: number): WordMeaning {
    if (offset < COUNTER) return Mutex.describe(offset, NAME);
    if (offset === COUNTER) return { name: `${NAME}: counter` };
    if (offset < ENTRIES) return { name: `${NAME}: unused word ${offset}` };
    const entry = Math.floor((offset - ENTRIES) / ENTRY_WORDS);
    const word = (offset - ENTRIES) % ENTRY_WORDS;
    if (word >= ENTRY_MUTEX) return Mutex.describe(word - ENTRY_MUTEX, nameOf(entry));
    if (word > 0) return { name: `entry ${entry}: unused word ${word}` };
    return {
      name: `entry ${entry}: event`,
      show: (state) => (state === 0 ? 'none' : `event ${state - 1}`),
    };
  }

  /** The entry that has the event, or {@link NO_ENTRY}. */
  find(event: number): number {
    for (let entry = 0; entry < this.#mutexes.length; entry++) {
      if (this.#words.get(this.#at(entry)) === event + 1) return entry;
    }
    return NO_ENTRY;
  }

  /** An entry whose mutex nobody holds. There has to be one, though perhaps not at the first look. */
  findIdle(): number {
    let entry = 0;
    while (!(this.#mutexes[entry] as Mutex).isFree()) entry = (entry + 1) % this.#mutexes.length;
    return entry;
  }

  give(entry: number, event: number): void {
    this.#words.set(this.#at(entry), event + 1);
  }

  lock(entry: number): void {
    (this.#mutexes[entry] as Mutex).lock();
  }

  unlock(entry: number): void {
    (this.#mutexes[entry] as Mutex).unlock();
  }

  #at(entry: number): number {
    return this.#first + entry * ENTRY_WORDS;
  }
}
