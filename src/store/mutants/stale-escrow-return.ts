// Gives the rest of a lease back before it asks for a new one, for others to have it, and only then
// finds out that there is no new one. It still believes to have the rest, and sells from it once more.
import { escrow, leaseOf, sellFromLeases } from '../memory/escrow.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const staleEscrowReturn: Mutant = {
  strategy: {
    ...escrow,
    name: 'stale-escrow-return',
    summary: 'Sells from leases, and from the rest of one that it has given back already.',
    source: "textbook use after free, of the rights of O'Neil's escrow (TODS 1986)",
    open: (context) => sellFromLeases(context, forgetfulLeaser),
  },
  caughtBy: ['contract', 'explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '12', quantity: '2,9', operations: '2' },
  scenario: { events: '16', tickets: '100', quantity: '3' },
};

function forgetfulLeaser(
  { words, inventory, size, contention }: SaleContext,
  rights: Int32Array,
  serials: Int32Array,
): (event: number, quantity: number) => boolean {
  return (event, quantity) => {
    const at = inventory.remaining(event);
    words.add(at, rights[event] as number);
    for (;;) {
      const free = words.load(at);
      if (free < quantity) return false;
      const granted = leaseOf(free, quantity, size);
      if (words.compareExchange(at, free, free - granted) === free) {
        rights[event] = granted;
        serials[event] = inventory.issue(event, granted);
        return true;
      }
      contention.retries++;
    }
  };
}
