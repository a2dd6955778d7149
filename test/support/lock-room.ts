import { Crew } from '../../src/store/crew.ts';
import { Layout, LINE_WORDS } from '../../src/store/layout.ts';
import { LockCache } from '../../src/store/locks/lock-cache.ts';
import { McsLock } from '../../src/store/locks/mcs-lock.ts';
import { Mutex } from '../../src/store/locks/mutex.ts';
import { RwLock } from '../../src/store/locks/rw-lock.ts';
import { Seqlock } from '../../src/store/locks/seqlock.ts';
import { TicketLock } from '../../src/store/locks/ticket-lock.ts';
import type { Contention } from '../../src/store/strategy.ts';
import { type AtomicWords, allocateWords } from '../../src/store/words.ts';

/** Fewer entries than events, so that threads wait for each other's entries. */
const CACHE_ENTRIES = 2;
export const ROOM_EVENTS = 5;

/** How a thread takes the lock of a room. */
export type LockKind = 'mutex' | 'ticket' | 'mcs' | 'seqlock' | 'cached' | 'read' | 'write';

/** One lock and some words that it guards, shared by a crew. */
export interface LockRoom {
  readonly crew: Crew;
  readonly contention: Contention;
  readonly mutex: Mutex;
  readonly rwLock: RwLock;
  readonly ticketLock: TicketLock;
  readonly mcsLock: McsLock;
  readonly seqlock: Seqlock;
  readonly lockCache: LockCache;
  /** The first word of the lock. */
  readonly first: number;
  /** Two words that are changed under the lock. */
  readonly left: number;
  readonly right: number;
  /** A word that is changed atomically, to meet at. */
  readonly met: number;
  /** How often somebody saw what the lock should have kept from him. */
  readonly violations: number;
  /** The first of a word for each event of the lock cache. */
  readonly events: number;
}

function layOut(size: number) {
  const layout = new Layout();
  return {
    layout,
    crew: Crew.reserve(layout, size),
    lock: layout.reserve(
      Math.max(TicketLock.words(size), McsLock.words(size), LockCache.words(CACHE_ENTRIES)),
    ),
    data: layout.reserve(LINE_WORDS),
  };
}

export function allocateLockRoom(size: number): SharedArrayBuffer {
  return allocateWords(layOut(size).layout.words).buffer;
}

/** The room as thread `self` sees it. The locks share their words: use one of them. */
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
    ticketLock: new TicketLock(context, at.lock, 'the lock'),
    mcsLock: new McsLock(context, at.lock, 'the lock'),
    seqlock: new Seqlock(context, at.lock, 'the lock'),
    lockCache: new LockCache(context, at.lock, CACHE_ENTRIES),
    first: at.lock,
    left: at.data,
    right: at.data + 1,
    met: at.data + 2,
    violations: at.data + 3,
    events: at.data + 4,
  };
}

export function take(room: LockRoom, kind: LockKind): void {
  if (kind === 'mutex') room.mutex.lock();
  else if (kind === 'ticket') room.ticketLock.lock();
  else if (kind === 'mcs') room.mcsLock.lock();
  else if (kind === 'cached') room.lockCache.lock(0);
  else if (kind === 'read') room.rwLock.lockRead();
  else if (kind === 'write') room.rwLock.lockWrite();
  else while (!room.seqlock.take(room.seqlock.begin())) room.contention.retries++;
}

export function leave(room: LockRoom, kind: LockKind): void {
  if (kind === 'mutex') room.mutex.unlock();
  else if (kind === 'ticket') room.ticketLock.unlock();
  else if (kind === 'mcs') room.mcsLock.unlock();
  else if (kind === 'cached') room.lockCache.unlock();
  else if (kind === 'read') room.rwLock.unlockRead();
  else if (kind === 'write') room.rwLock.unlockWrite();
  else room.seqlock.publish();
}
