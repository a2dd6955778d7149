// Whoever starts puts the whole stock on sale, as the file of events has it. What was sold before is
// written nowhere: one more server, or one that was restarted, and all is for sale again.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const restartResells: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'restart-resells',
    summary:
      'Compare-and-swap on a stock that each thread loads anew when it starts: sells it again.',
    source: 'seed system 1, which keeps its sales in memory and loads its events at the start',
    open(context: SaleContext): Reserver {
      context.inventory.stock(context.size.tickets);
      return compareAndSwap.open(context);
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '1' },
};
