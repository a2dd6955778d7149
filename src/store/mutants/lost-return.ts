// Gives tickets back as check-then-act sells them: reads the stock, adds, writes. Whatever is sold or
// given back in between is forgotten.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const lostReturn: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'lost-return',
    summary:
      'Sells by compare-and-swap, but takes back by read and write: forgets what others did.',
    source: 'seed system 4, which rewrites its whole file with what it read before',
    open(context: SaleContext): Reserver {
      const { words, inventory, work } = context;
      return {
        ...compareAndSwap.open(context),
        cancel(event, _ticket, quantity) {
          const at = inventory.remaining(event);
          const seen = words.load(at);
          work();
          words.store(at, seen + quantity);
          return quantity;
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '2', operations: '2', cancels: '2' },
  scenario: { mix: 'reserve=60,cancel=40' },
};
