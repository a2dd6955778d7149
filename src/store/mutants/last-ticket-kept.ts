// The guard against selling too much is off by one: it asks whether anything would be left. The last
// ticket, or the last group that fits exactly, is never sold.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const lastTicketKept: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'last-ticket-kept',
    summary: 'Compare-and-swap with a guard that is off by one: never sells the last ticket.',
    source: 'seed system 4, whose guard is `remaining - n <= 0`',
    open(context: SaleContext): Reserver {
      const { words, inventory, contention, work } = context;
      return {
        ...compareAndSwap.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          for (;;) {
            const seen = words.load(at);
            if (seen - quantity <= 0) return SOLD_OUT;
            work();
            if (words.compareExchange(at, seen, seen - quantity) === seen) {
              return inventory.issue(event, quantity);
            }
            contention.retries++;
          }
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
};
