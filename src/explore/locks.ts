import { MUTEX_WORDS, Mutex } from '../store/locks/mutex.ts';
import { RW_LOCK_WORDS, RwLock } from '../store/locks/rw-lock.ts';
import type { LockKind } from './lock-program.ts';

const NAME = 'the lock';

/** Every lock that strategies use, to be explored on its own. */
export const LOCKS: readonly LockKind[] = [
  {
    name: 'mutex',
    words: () => MUTEX_WORDS,
    describe: (offset) => Mutex.describe(offset, NAME),
    open(context, first) {
      const lock = new Mutex(context, first, NAME);
      return { enter: () => lock.lock(), leave: () => lock.unlock() };
    },
  },
  {
    name: 'rw-lock',
    words: () => RW_LOCK_WORDS,
    describe: (offset) => RwLock.describe(offset, NAME),
    open(context, first) {
      const lock = new RwLock(context, first, NAME);
      return {
        enter: () => lock.lockWrite(),
        leave: () => lock.unlockWrite(),
        enterToRead: () => lock.lockRead(),
        leaveAfterReading: () => lock.unlockRead(),
      };
    },
  },
];
