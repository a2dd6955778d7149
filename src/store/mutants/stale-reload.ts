// Sells from a fast copy of the stock. The ledger, which is slow, hears of sales in batches; whenever a
// seller has written its batch, it reloads the fast copy from the ledger, so that the two agree. But
// what other sellers have sold and not yet written is then for sale again.
import { LINE_WORDS } from '../layout.ts';
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import type { Reserver, SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

/** Sales of an event that a seller writes at once. */
const BATCH = 2;

export const staleReload: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'stale-reload',
    summary:
      'Sells from a fast copy, reloaded now and then from a ledger that lags some sales behind.',
    source: 'seed system 3, which reloads its quota in Redis from a Postgres up to 30 s behind',
    ownWords: ({ events }) => events * LINE_WORDS,
    describeWord(offset) {
      const event = Math.floor(offset / LINE_WORDS);
      const word = offset % LINE_WORDS;
      if (word === 0) return { name: `event ${event} sold, by the ledger` };
      return { name: `event ${event}: unused word ${word} of the ledger` };
    },
    open(context: SaleContext): Reserver {
      const { words, inventory, size, own } = context;
      const gate = compareAndSwap.open(context);
      const unwritten = Array.from({ length: size.events }, () => ({ sales: 0, tickets: 0 }));
      const note = (event: number, quantity: number): void => {
        const batch = unwritten[event] as (typeof unwritten)[number];
        batch.sales++;
        batch.tickets += quantity;
        if (batch.sales < BATCH) return;
        const ledger = own + event * LINE_WORDS;
        words.add(ledger, batch.tickets);
        batch.sales = 0;
        batch.tickets = 0;
        words.store(inventory.remaining(event), size.tickets - words.load(ledger));
      };
      return {
        ...gate,
        reserve(event, quantity, client) {
          const ticket = gate.reserve(event, quantity, client);
          if (ticket >= 0) note(event, quantity);
          return ticket;
        },
        cancel(event, ticket, quantity, client) {
          const taken = gate.cancel(event, ticket, quantity, client);
          note(event, -quantity);
          return taken;
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '3', operations: '2' },
};
