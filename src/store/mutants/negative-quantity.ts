// Nobody looks whether the number of tickets is one. Fewer than none are never too many for the stock,
// and to take them away is to add them: whoever asks for minus five makes five tickets.
import { Mutex } from '../locks/mutex.ts';
import { globalLock } from '../memory/global-lock.ts';
import { stockKeeper } from '../memory/stock-keeper.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const negativeQuantity: Mutant = {
  strategy: {
    ...globalLock,
    name: 'negative-quantity',
    summary: 'One mutex around every sale, and no look at the quantity: minus five mints five.',
    source: 'seed systems 0 to 3, which all take a negative number of tickets for a number',
    open(context: SaleContext): Reserver {
      const mutex = new Mutex(context, context.own, 'the global lock');
      const stock = stockKeeper(context);
      const decide = (event: number, quantity: number): number => {
        mutex.lock();
        const answer = stock.decide(event, quantity);
        mutex.unlock();
        return answer;
      };
      return {
        ...globalLock.open(context),
        reserve: decide,
        cancel: (event, _ticket, quantity) => decide(event, -quantity),
      };
    },
  },
  caughtBy: ['contract'],
};
