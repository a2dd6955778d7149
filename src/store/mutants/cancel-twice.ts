// Every change raises the event's version, from which others see that what they show is out of date. A
// cancel that finds the version raised in between tries again, all of it: its tickets come back twice.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const cancelTwice: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'cancel-twice',
    summary: 'A cancel that has to try again gives its tickets back again: makes tickets.',
    source:
      'a retry of something that is not idempotent (Helland, Idempotence Is Not a Medical Condition, 2012)',
    ownWords: ({ events }) => events,
    describeWord: (event) => ({ name: `event ${event} version` }),
    open(context: SaleContext): Reserver {
      const { words, inventory, contention, own, work } = context;
      const sale = compareAndSwap.open(context);
      return {
        ...sale,
        reserve(event, quantity, client) {
          const ticket = sale.reserve(event, quantity, client);
          if (ticket >= 0) words.add(own + event, 1);
          return ticket;
        },
        cancel(event, _ticket, quantity) {
          for (;;) {
            const version = words.load(own + event);
            words.add(inventory.remaining(event), quantity);
            work();
            if (words.compareExchange(own + event, version, version + 1) === version) {
              return quantity;
            }
            contention.retries++;
          }
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1', cancels: '1' },
  scenario: { mix: 'reserve=60,cancel=40', workInside: '50us' },
};
