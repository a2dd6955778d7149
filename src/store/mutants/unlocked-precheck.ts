// Looks at the stock before it takes the lock, so that nobody queues up for what is sold out, and takes
// what it saw for granted once it is inside. All who wait for the lock have seen the same last ticket.
import { Mutex } from '../locks/mutex.ts';
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { globalLock } from '../memory/global-lock.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const unlockedPrecheck: Mutant = {
  strategy: {
    ...globalLock,
    name: 'unlocked-precheck',
    summary: 'Checks the stock, then locks and subtracts: whoever waited for the lock oversells.',
    source: 'seed system 1, which checks before it locks, though inside once more; eventyay#1359',
    open(context: SaleContext): Reserver {
      const { words, inventory, work } = context;
      const mutex = new Mutex(context, context.own, 'the global lock');
      return {
        ...compareAndSwap.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          if (words.load(at) < quantity) return SOLD_OUT;
          mutex.lock();
          work();
          // Atomically, since others look at it without the lock.
          words.sub(at, quantity);
          const ticket = inventory.issueLocked(event, quantity);
          mutex.unlock();
          return ticket;
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
  scenario: { mix: 'reserve=60,cancel=40' },
};
