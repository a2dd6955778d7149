// Takes the answer of a compare-and-swap for a yes or no. It is what the word held: whoever lost to
// somebody else believes to have won, unless the other one took the last ticket.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const ignoredFailure: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'ignored-failure',
    summary:
      'Takes a compare-and-swap that failed for one that succeeded, and grants all the same.',
    source: "C++'s compare_exchange answers true or false, JavaScript's with what the word held",
    open(context: SaleContext): Reserver {
      const { words, inventory, contention, work } = context;
      return {
        ...compareAndSwap.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          for (;;) {
            const seen = words.load(at);
            if (seen < quantity) return SOLD_OUT;
            work();
            if (words.compareExchange(at, seen, seen - quantity)) {
              return inventory.issue(event, quantity);
            }
            contention.retries++;
          }
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '2' },
};
