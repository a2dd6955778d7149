// A group is not atomic: its tickets are taken one by one, and when there are none left for the last, the
// group is refused. What the first ones had taken by then is nobody's, for ever.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const partialGroup: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'partial-group',
    summary: 'Takes one ticket after the other, and keeps them when it cannot have them all.',
    source: 'a compensation forgotten; seed system 3 ignores the errors of its own',
    open(context: SaleContext): Reserver {
      const { words, inventory, contention, work } = context;
      const takeOne = (at: number): boolean => {
        for (;;) {
          const seen = words.load(at);
          if (seen === 0) return false;
          if (words.compareExchange(at, seen, seen - 1) === seen) return true;
          contention.retries++;
        }
      };
      return {
        ...compareAndSwap.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const at = inventory.remaining(event);
          for (let taken = 0; taken < quantity; taken++) if (!takeOne(at)) return SOLD_OUT;
          work();
          return inventory.issue(event, quantity);
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '3', quantity: '2' },
  scenario: { quantity: '1..4' },
};
