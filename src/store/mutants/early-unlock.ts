// Looks at the stock under the lock and works outside of it, to hold the lock for as short as possible.
// Then it writes what it made of a number that others have long changed.
import { eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const earlyUnlock: Mutant = {
  strategy: {
    ...eventLock,
    name: 'early-unlock',
    summary: 'A mutex per event, for the look only: the write comes after the unlock.',
    source: 'a lock left out as an optimisation, and oversold events: fossasia/eventyay#1359',
    open(context: SaleContext): Reserver {
      const { words, inventory, work } = context;
      const lock = mutexPerEvent(context);
      return {
        ...sellUnderLock(context, lock),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          lock.enter(event);
          const seen = words.load(at);
          lock.leave(event);
          if (seen < quantity) return SOLD_OUT;
          work();
          words.store(at, seen - quantity);
          return inventory.issue(event, quantity);
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
};
