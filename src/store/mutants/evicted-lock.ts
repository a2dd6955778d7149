// A map of the two locks made last. An event that is not in it gets a new lock, and the older one goes,
// whether or not somebody holds it. The next buyer of its event gets a new lock, too, and both are
// inside.
import { cachedLock } from '../memory/cached-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext, SaleSize } from '../strategy.ts';
import { LockMap, NO_ENTRY, NO_EVENT } from './lock-map.ts';
import type { Mutant } from './mutant.ts';

/** Made in turn, and anew long after they went. That two events share one would do no harm. */
const LOCKS = 4;

/** Few, so that the map is full at once. */
function keptOf({ events }: SaleSize): number {
  return events > 2 ? 2 : 1;
}

export const evictedLock: Mutant = {
  strategy: {
    name: 'evicted-lock',
    summary: 'A map of two locks, evicted also while they are held: an event then has two of them.',
    source: 'seed system 2, once its cache does not lock itself out: locks go while they are held',
    promises: cachedLock.promises,
    ownWords: () => LockMap.words(LOCKS),
    describeWord: (offset) => LockMap.describe(offset),
    open(context: SaleContext) {
      const { words, size } = context;
      const map = new LockMap(context, LOCKS);
      const add = (event: number): number => {
        const made = words.get(map.counter);
        words.set(map.counter, (made + 1) % LOCKS);
        map.give(made, event);
        map.give((made + LOCKS - keptOf(size)) % LOCKS, NO_EVENT);
        return made;
      };
      let held = NO_ENTRY;
      const enter = (event: number): void => {
        map.guard.lock();
        const found = map.find(event);
        held = found === NO_ENTRY ? add(event) : found;
        map.guard.unlock();
        map.lock(held);
      };
      const leave = (): void => map.unlock(held);
      return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '1', events: '2', operations: '2' },
  scenario: { events: '8', tickets: '200' },
};
