// Keeps a register of who holds which ticket, as large as the house: more tickets than there are seats
// are never out at once. But serials grow with every resale, so a late ticket shares its entry with an
// early one that is still held, and whoever comes second to give it back is turned away.
import { MEMBER_PLUS_ONE } from '../meaning.ts';
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { FAILED, type Reserver, type SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const NOBODY = 0;

export const cancelByAnother: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'cancel-by-another',
    summary: 'A register of holders in which two tickets share an entry: turns a true holder away.',
    source: 'a hash table without chains; in seed system 3 all buyers of a batch share a receipt',
    ownWords: ({ events, tickets }) => events * tickets,
    describeWord: (offset, { tickets }) => ({
      name: `event ${Math.floor(offset / tickets)}: holder in entry ${offset % tickets}`,
      // In a small sale every client is a member of the crew.
      naming: MEMBER_PLUS_ONE,
      show: (holder) => (holder === NOBODY ? 'nobody' : `client ${holder - 1}`),
    }),
    open(context: SaleContext): Reserver {
      const { words, own, size } = context;
      const sale = compareAndSwap.open(context);
      const entryOf = (event: number, ticket: number): number =>
        own + event * size.tickets + (ticket % size.tickets);
      return {
        ...sale,
        reserve(event, quantity, client) {
          const ticket = sale.reserve(event, quantity, client);
          if (ticket >= 0) words.store(entryOf(event, ticket), client + 1);
          return ticket;
        },
        cancel(event, ticket, quantity, client) {
          const holder = client + 1;
          const found = words.compareExchange(entryOf(event, ticket), holder, NOBODY);
          return found === holder ? sale.cancel(event, ticket, quantity, client) : FAILED;
        },
      };
    },
  },
  caughtBy: ['contract', 'explorer', 'audit', 'microscope'],
  smallSale: { clients: '3', tickets: '2', cancels: '3' },
  scenario: { mix: 'reserve=60,cancel=40' },
};
