// Puts the serials of returned tickets back, so that there are no gaps. The next buyer gets a ticket with
// the number of one that is in somebody's hands, or was: at the door, two tickets look alike.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const reusedSerial: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'reused-serial',
    summary: 'Turns the serials back with every cancel, and issues them once more.',
    source: 'ticket numbers made from a count, as in SELECT COUNT(*) + 1',
    open(context: SaleContext): Reserver {
      const { words, inventory } = context;
      const sale = compareAndSwap.open(context);
      return {
        ...sale,
        cancel(event, ticket, quantity, client) {
          words.sub(inventory.issued(event), quantity);
          return sale.cancel(event, ticket, quantity, client);
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'microscope'],
  smallSale: { clients: '2', tickets: '1', cancels: '1' },
  scenario: { mix: 'reserve=60,cancel=40' },
};
