// As many mutexes as it has entries, for any number of events: an event gets one when it is first
// wanted, and keeps it until the least recently wanted entry is needed for another event.
// Cost: a second mutex, which all share while they look for their entry, and an addition and a
// subtraction for the pin. An entry that somebody holds or waits for is pinned and never taken away:
// without that, an event would get a second mutex while its first one is held.
// Source: the table of buffers of a database with its pin counts (Gray and Reuter, Transaction
// Processing, 1993, ch. 13); seed system 2 keeps its locks in such a cache, without pins.
import { LINE_WORDS } from '../layout.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SharedWords } from '../words.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from './abandoned.ts';
import { type LockContext, MUTEX_WORDS, Mutex } from './mutex.ts';

// The lines: the mutex of the cache, its clock, who waits for a pin to go, and one for each entry.
const GUARD = 0;
const CLOCK: number = GUARD + MUTEX_WORDS;
const UNPINNED: number = CLOCK + LINE_WORDS;
const WAITERS: number = UNPINNED + 1;
const ENTRIES: number = UNPINNED + LINE_WORDS;

// Words of an entry; its mutex follows in a line of its own.
const EVENT = 0;
const PINS = 1;
const WANTED_AT = 2;
const ENTRY_MUTEX: number = LINE_WORDS;
const ENTRY_WORDS: number = ENTRY_MUTEX + MUTEX_WORDS;

const NO_ENTRY = -1;

const NAME = 'the lock cache';

function nameOf(entry: number): string {
  return `the lock of cache entry ${entry}`;
}

/** One thread's handle on a cache of mutexes in shared words. It holds one of them at a time. */
export class LockCache {
  readonly #context: LockContext;
  readonly #words: SharedWords;
  readonly #first: number;
  readonly #entries: number;
  readonly #guard: Mutex;
  readonly #mutexes: readonly Mutex[];
  /** The entry that this thread has pinned last. */
  #pinned = NO_ENTRY;

  constructor(context: LockContext, first: number, entries: number) {
    this.#context = context;
    this.#words = context.words;
    this.#first = first;
    this.#entries = entries;
    this.#guard = new Mutex(context, first + GUARD, NAME);
    this.#mutexes = Array.from(
      { length: entries },
      (_, entry) => new Mutex(context, this.#at(entry, ENTRY_MUTEX), nameOf(entry)),
    );
  }

  /** Words that a cache of so many mutexes takes. */
  static words(entries: number): number {
    return ENTRIES + entries * ENTRY_WORDS;
  }

  /** What the word at `offset` of a cache means. */
  static describe(offset: number): WordMeaning {
    if (offset < CLOCK) return Mutex.describe(offset - GUARD, NAME);
    if (offset === CLOCK) return { name: `${NAME}: clock` };
    if (offset === UNPINNED) return { name: `${NAME}: entries unpinned while awaited` };
    if (offset === WAITERS) return { name: `${NAME}: waiters for an entry` };
    if (offset < ENTRIES) return { name: `${NAME}: unused word ${offset}` };
    const entry = Math.floor((offset - ENTRIES) / ENTRY_WORDS);
    const word = (offset - ENTRIES) % ENTRY_WORDS;
    if (word >= ENTRY_MUTEX) return Mutex.describe(word - ENTRY_MUTEX, nameOf(entry));
    if (word === PINS) return { name: `cache entry ${entry}: pins` };
    if (word === WANTED_AT) return { name: `cache entry ${entry}: last wanted` };
    if (word > WANTED_AT) return { name: `cache entry ${entry}: unused word ${word}` };
    return {
      name: `cache entry ${entry}: event`,
      show: (state) => (state === 0 ? 'none' : `event ${state - 1}`),
    };
  }

  /** @throws AbandonedLockError when the owner of a mutex that is waited for died */
  lock(event: number): void {
    this.#pinned = this.#pin(event);
    (this.#mutexes[this.#pinned] as Mutex).lock();
  }

  unlock(): void {
    (this.#mutexes[this.#pinned] as Mutex).unlock();
    // Without the cache's mutex: pins may go at any time, they only must not come while one looks.
    if (this.#words.sub(this.#at(this.#pinned, PINS), 1) > 1) return;
    if (this.#words.load(this.#first + WAITERS) === 0) return;
    this.#words.add(this.#first + UNPINNED, 1);
    // All of them: one that finds its event's entry pinned already would leave this one to nobody.
    this.#words.notify(this.#first + UNPINNED);
  }

  /** Finds the event's entry, or makes one, and keeps it from being taken away. */
  #pin(event: number): number {
    let announced = false;
    for (;;) {
      this.#guard.lock();
      // Read before the pins: one that goes after we have looked is then not slept through.
      const unpinned = announced ? this.#words.load(this.#first + UNPINNED) : 0;
      const entry = this.#want(event);
      this.#guard.unlock();
      if (entry !== NO_ENTRY) {
        if (announced) this.#words.sub(this.#first + WAITERS, 1);
        return entry;
      }
      if (announced) {
        this.#sleep(unpinned);
      } else {
        // Then looks again: who unpinned before this did not know that anybody waits.
        announced = true;
        this.#context.contention.waits++;
        this.#words.add(this.#first + WAITERS, 1);
      }
    }
  }

  /** Under the cache's mutex: the event's entry with one more pin, unless every entry is another's. */
  #want(event: number): number {
    const entry = this.#find(event);
    if (entry === NO_ENTRY) return NO_ENTRY;
    this.#words.set(this.#at(entry, EVENT), event + 1);
    this.#words.add(this.#at(entry, PINS), 1);
    const clock = this.#words.get(this.#first + CLOCK);
    // Who is wanted again and again stays the latest: no need to say so each time.
    if (this.#words.get(this.#at(entry, WANTED_AT)) !== clock || clock === 0) {
      const now = (clock + 1) | 0;
      this.#words.set(this.#first + CLOCK, now);
      this.#words.set(this.#at(entry, WANTED_AT), now);
    }
    return entry;
  }

  /** The entry that has the event, else a free one, else the least recently wanted without a pin. */
  #find(event: number): number {
    let oldest = NO_ENTRY;
    let age = 0;
    for (let entry = 0; entry < this.#entries; entry++) {
      const owner = this.#words.get(this.#at(entry, EVENT));
      // Entries are filled in their order, so the event has none behind a free one.
      if (owner === event + 1 || owner === 0) return entry;
      if (this.#words.load(this.#at(entry, PINS)) > 0) continue;
      const clock = this.#words.get(this.#first + CLOCK);
      const unwantedFor = (clock - this.#words.get(this.#at(entry, WANTED_AT))) | 0;
      if (oldest === NO_ENTRY || unwantedFor > age) {
        oldest = entry;
        age = unwantedFor;
      }
    }
    return oldest;
  }

  #sleep(unpinned: number): void {
    const at = this.#first + UNPINNED;
    if (this.#words.wait(at, unpinned, OWNER_CHECK_MS) !== 'timed-out') return;
    // A pin does not say whose it is.
    throwIfAbandoned(NAME, -1, this.#context.crew);
  }

  #at(entry: number, word: number): number {
    return this.#first + ENTRIES + entry * ENTRY_WORDS + word;
  }
}
