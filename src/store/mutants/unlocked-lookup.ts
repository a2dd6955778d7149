// A map of locks, lent to events as they are wanted, that is looked at without its own mutex: only who
// adds an event takes that. What was found may be another event's by the time its lock is had; what was
// not found may be added by somebody else first. Either way an event has two locks.
import { cachedLock } from '../memory/cached-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext } from '../strategy.ts';
import { LockMap, NO_ENTRY } from './lock-map.ts';
import type { Mutant } from './mutant.ts';

export const unlockedLookup: Mutant = {
  strategy: {
    name: 'unlocked-lookup',
    summary: 'A small map of locks, read without its own lock: what is found may be gone when had.',
    source: "seed system 2, which reads the map of its events' locks without the lock of that map",
    promises: cachedLock.promises,
    // Nobody holds two locks, so there always is one that nobody holds.
    ownWords: ({ members }) => LockMap.words(members),
    describeWord: (offset) => LockMap.describe(offset),
    open(context: SaleContext) {
      const map = new LockMap(context, context.size.members);
      let held = NO_ENTRY;
      const add = (event: number): void => {
        map.guard.lock();
        held = map.findIdle();
        map.give(held, event);
        // Before the map is unlocked: then nobody takes it for idle.
        map.lock(held);
        map.guard.unlock();
      };
      const enter = (event: number): void => {
        held = map.find(event);
        if (held === NO_ENTRY) add(event);
        else map.lock(held);
      };
      const leave = (): void => map.unlock(held);
      return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
    },
  },
  // Real threads come between a look and its lock in one run and not in the next.
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1' },
};
