// A mutex for each event that is in demand, found through a small cache of the latest wanted.
// Cost: a look into the cache under a mutex that buyers of all events share, and then the event's own
// mutex: about twice an event lock. In return the locks take the same memory for any number of events.
// Source: seed system 2, which keeps its events' locks in a cache of ten; there a lock could leave
// the cache while it was held, and the next buyer of the event got a second one.
import { LockCache } from '../locks/lock-cache.ts';
import type { SaleContext, SaleSize, Strategy } from '../strategy.ts';
import { sellUnderLock } from './locked-sale.ts';

/** As the seed system has. */
const CACHE_ENTRIES = 10;

/** A cache larger than what can be looked for in it would only be longer to search. */
function entriesFor({ events }: SaleSize): number {
  return Math.min(CACHE_ENTRIES, events);
}

export const cachedLock: Strategy = {
  name: 'cached-lock',
  summary:
    'A mutex per event, from an LRU cache of ten. Two locks per request; the memory of ten for all.',
  source: 'seed system 2, with pinned entries (Gray and Reuter, Transaction Processing, 1993)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: (size) => LockCache.words(entriesFor(size)),
  describeWord: (offset) => LockCache.describe(offset),
  open(context: SaleContext) {
    const cache = new LockCache(context, context.own, entriesFor(context.size));
    const enter = (event: number): void => cache.lock(event);
    const leave = (): void => cache.unlock();
    return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
  },
};
