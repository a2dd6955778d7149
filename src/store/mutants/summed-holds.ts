// There is no count of what is left: every seller writes down what it has sold, and a sale adds up what
// all have. Two that add up at the same time find the same tickets free.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { wordsFor } from '../memory/leases.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const summedHolds: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'summed-holds',
    summary: 'Sums up what is held and then adds its own: two who sum at once both add.',
    source:
      'TigerFans (tigerfans/model/accounting/_postgres.py): a SUM of the holds, then an INSERT',
    ownWords: ({ events, members }) => members * wordsFor(events),
    describeWord(offset, { events }) {
      const event = offset % wordsFor(events);
      const name = event < events ? `holds of event ${event}` : `unused word ${event}`;
      return { name, member: Math.floor(offset / wordsFor(events)) };
    },
    open({ words, own, self, size, inventory, work }: SaleContext): Reserver {
      const held = (member: number, event: number): number =>
        own + member * wordsFor(size.events) + event;
      const available = (event: number): number => {
        let left = size.tickets;
        for (let member = 0; member < size.members; member++)
          left -= words.load(held(member, event));
        return Math.max(0, left);
      };
      return {
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          if (available(event) < quantity) return SOLD_OUT;
          work();
          words.add(held(self, event), quantity);
          return inventory.issue(event, quantity);
        },
        cancel(event, _ticket, quantity) {
          words.sub(held(self, event), quantity);
          return quantity;
        },
        available,
        close() {},
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
  scenario: { workInside: '200us' },
};
