// Whoever waits for a thread that died with the lock does what a restart would: loads the stock as it
// was saved last, which was before the sale, and goes on. All that was sold is for sale again.
import { AbandonedLockError } from '../locks/abandoned.ts';
import { globalLock } from '../memory/global-lock.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const crashRestocks: Mutant = {
  strategy: {
    ...globalLock,
    name: 'crash-restocks',
    summary:
      'One mutex around every sale; if its owner dies, the stock of the opening is loaded again.',
    source: 'seed systems 1 and 3, which load their stock from before the sale after a crash',
    open(context: SaleContext): Reserver {
      const { words, inventory, size, own } = context;
      const sale = globalLock.open(context);
      const surviving = (ask: () => number): number => {
        try {
          return ask();
        } catch (error) {
          if (!(error instanceof AbandonedLockError)) throw error;
          inventory.stock(size.tickets);
          // The mutex of the dead is free again.
          words.store(own, 0);
          return ask();
        }
      };
      return {
        ...sale,
        reserve: (...asked) => surviving(() => sale.reserve(...asked)),
        cancel: (...asked) => surviving(() => sale.cancel(...asked)),
        available: (event) => surviving(() => sale.available(event)),
      };
    },
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1', operations: '2', crashes: '1' },
};
