import { Crew } from '../../src/store/crew.ts';
import { Layout, LINE_WORDS } from '../../src/store/layout.ts';
import { Mutex } from '../../src/store/locks/mutex.ts';
import { RwLock } from '../../src/store/locks/rw-lock.ts';
import type { Contention } from '../../src/store/strategy.ts';
import { type AtomicWords, allocateWords } from '../../src/store/words.ts';

/** One lock and some words that it guards, shared by a crew. */
export interface LockRoom {
  readonly crew: Crew;
  readonly contention: Contention;
  readonly mutex: Mutex;
  readonly rwLock: RwLock;
  /** Two words that are changed under the lock. */
  readonly left: number;
  readonly right: number;
  /** A word that is changed atomically, to meet at. */
  readonly met: number;
  /** How often somebody saw what the lock should have kept from him. */
  readonly violations: number;
}

function layOut(size: number) {
  const layout = new Layout();
  return {
    layout,
    crew: Crew.reserve(layout, size),
    lock: layout.reserve(LINE_WORDS),
    data: layout.reserve(LINE_WORDS),
  };
}

export function allocateLockRoom(size: number): SharedArrayBuffer {
  return allocateWords(layOut(size).layout.words).buffer;
}

/** The room as thread `self` sees it. The two locks share their words: use one of them. */
export function enterLockRoom(words: AtomicWords, size: number, self: number): LockRoom {
  const at = layOut(size);
  const crew = new Crew(words, at.crew, size);
  const contention: Contention = { retries: 0, waits: 0 };
  const context = { words, crew, self, contention };
  return {
    crew,
    contention,
    mutex: new Mutex(context, at.lock, 'the lock'),
    rwLock: new RwLock(context, at.lock, 'the lock'),
    left: at.data,
    right: at.data + 1,
    met: at.data + 2,
    violations: at.data + 3,
  };
}
