// Every seller remembers for itself which events are sold out, and refuses without looking. It forgets
// that when it takes tickets back itself, but hears nothing of what the others take back.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const staleRefusal: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'stale-refusal',
    summary: 'Remembers in each thread what is sold out, and goes on refusing what has come back.',
    source: 'textbook stale cache: a "sold out" that nobody takes back',
    open(context: SaleContext): Reserver {
      const { words, inventory, size } = context;
      const sale = compareAndSwap.open(context);
      const soldOut = new Uint8Array(size.events);
      return {
        ...sale,
        reserve(event, quantity, client) {
          if (quantity > 0 && soldOut[event] === 1) return SOLD_OUT;
          const ticket = sale.reserve(event, quantity, client);
          if (ticket === SOLD_OUT && words.load(inventory.remaining(event)) === 0) {
            soldOut[event] = 1;
          }
          return ticket;
        },
        cancel(event, ticket, quantity, client) {
          soldOut[event] = 0;
          return sale.cancel(event, ticket, quantity, client);
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '1', operations: '2', cancels: '1' },
  scenario: { mix: 'reserve=60,cancel=40' },
};
