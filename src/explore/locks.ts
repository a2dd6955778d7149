import { LockCache } from '../store/locks/lock-cache.ts';
import { McsLock } from '../store/locks/mcs-lock.ts';
import { MUTEX_WORDS, Mutex } from '../store/locks/mutex.ts';
import { RW_LOCK_WORDS, RwLock } from '../store/locks/rw-lock.ts';
import { SEQLOCK_WORDS, Seqlock } from '../store/locks/seqlock.ts';
import { TicketLock } from '../store/locks/ticket-lock.ts';
import type { LockHandle, LockKind } from './lock-program.ts';

const NAME = 'the lock';
/** One entry for all: each lock and unlock then pins and unpins what others want, too. */
const CACHE_ENTRIES = 1;
const EVENT = 0;

/** Every lock that strategies use, to be explored on its own. */
export const LOCKS: readonly LockKind[] = [
  {
    name: 'mutex',
    words: () => MUTEX_WORDS,
    describe: (offset) => Mutex.describe(offset, NAME),
    open: (context, first) => exclusive(new Mutex(context, first, NAME)),
  },
  {
    name: 'ticket-lock',
    words: (members) => TicketLock.words(members),
    describe: (offset) => TicketLock.describe(offset, NAME),
    open: (context, first) => exclusive(new TicketLock(context, first, NAME)),
  },
  {
    name: 'mcs-lock',
    words: (members) => McsLock.words(members),
    describe: (offset) => McsLock.describe(offset, NAME),
    open: (context, first) => exclusive(new McsLock(context, first, NAME)),
  },
  {
    name: 'rw-lock',
    sharesReads: true,
    words: () => RW_LOCK_WORDS,
    describe: (offset) => RwLock.describe(offset, NAME),
    open(context, first) {
      const lock = new RwLock(context, first, NAME);
      return {
        write(action) {
          lock.lockWrite();
          action();
          lock.unlockWrite();
        },
        read(action) {
          lock.lockRead();
          const value = action();
          lock.unlockRead();
          return value;
        },
      };
    },
  },
  {
    name: 'seqlock',
    // Readers do not keep writers out, so what it guards is accessed atomically.
    guardsAtomics: true,
    sharesReads: true,
    words: () => SEQLOCK_WORDS,
    describe: (offset) => Seqlock.describe(offset, NAME),
    open(context, first) {
      const lock = new Seqlock(context, first, NAME);
      return {
        write(action) {
          while (!lock.take(lock.begin()));
          action();
          lock.publish();
        },
        read(action) {
          for (;;) {
            const version = lock.begin();
            const value = action();
            if (lock.validate(version)) return value;
          }
        },
      };
    },
  },
  {
    name: 'lock-cache',
    words: () => LockCache.words(CACHE_ENTRIES),
    describe: (offset) => LockCache.describe(offset),
    open(context, first) {
      const cache = new LockCache(context, first, CACHE_ENTRIES);
      return exclusive({ lock: () => cache.lock(EVENT), unlock: () => cache.unlock() });
    },
  },
];

interface Exclusive {
  lock(): void;
  unlock(): void;
}

/** A lock that lets in one at a time, whatever for. */
export function exclusive(lock: Exclusive): LockHandle {
  return {
    write(action) {
      lock.lock();
      action();
      lock.unlock();
    },
    read(action) {
      lock.lock();
      const value = action();
      lock.unlock();
      return value;
    },
  };
}
