// A map of locks with a mutex of its own. Whoever adds an event holds that mutex; where the map is full,
// another event has to go, and the function that sees to it takes the same mutex again. One event more
// than there are entries, and the thread waits for itself, and all others for it.
import { cachedLock } from '../memory/cached-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext, SaleSize } from '../strategy.ts';
import { LockMap, NO_ENTRY, NO_EVENT } from './lock-map.ts';
import type { Mutant } from './mutant.ts';

/** Nobody holds two locks, so there always is one that nobody holds. */
function entriesFor({ members }: SaleSize): number {
  return Math.max(2, members);
}

export const evictRelocks: Mutant = {
  strategy: {
    name: 'evict-relocks',
    summary: 'A small map of locks; to make room in it, a thread locks what it has locked already.',
    source:
      'seed system 2: add() of its cache calls evict(), and both lock; its 11th event hangs it',
    promises: cachedLock.promises,
    ownWords: (size) => LockMap.words(entriesFor(size)),
    describeWord: (offset) => LockMap.describe(offset),
    open(context: SaleContext) {
      const map = new LockMap(context, entriesFor(context.size));
      const evict = (): void => {
        map.guard.lock();
        map.give(map.findIdle(), NO_EVENT);
        map.guard.unlock();
      };
      const add = (event: number): number => {
        if (map.find(NO_EVENT) === NO_ENTRY) evict();
        const entry = map.find(NO_EVENT);
        map.give(entry, event);
        return entry;
      };
      let held = NO_ENTRY;
      const enter = (event: number): void => {
        map.guard.lock();
        const found = map.find(event);
        held = found === NO_ENTRY ? add(event) : found;
        // Before the map is unlocked: then whoever evicts sees that it is held.
        map.lock(held);
        map.guard.unlock();
      };
      const leave = (): void => map.unlock(held);
      return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
    },
  },
  caughtBy: ['contract', 'explorer', 'audit'],
  smallSale: { clients: '1', tickets: '1', events: '3', operations: '3' },
};
