// Takes the answer of a subtraction for what is left after it; it is what was there before. So whoever
// finds nothing left is still served: one more ticket than there are.
import { fetchAndSubtract } from '../memory/fetch-and-subtract.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const oneTooMany: Mutant = {
  strategy: {
    ...fetchAndSubtract,
    name: 'one-too-many',
    summary: 'Subtracts and looks at the wrong side of the subtraction: sells one ticket too many.',
    source: 'DECR of Redis answers with the new count, an atomic subtraction with the old one',
    open(context: SaleContext): Reserver {
      const { words, inventory, work } = context;
      return {
        ...fetchAndSubtract.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          work();
          if (words.sub(at, quantity) >= 0) return inventory.issue(event, quantity);
          words.add(at, quantity);
          return SOLD_OUT;
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
};
