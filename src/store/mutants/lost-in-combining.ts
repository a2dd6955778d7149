// Decides in a first pass over the slots, and answers in a second. Whoever asks between the two is
// answered, too: with what was decided for the slot some rounds ago.
import { flatCombining, sellByCombining } from '../memory/flat-combining.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const lostInCombining: Mutant = {
  strategy: {
    ...flatCombining,
    name: 'lost-in-combining',
    summary: 'A combiner that answers requests which came after it had decided.',
    source:
      'flat combining done in two passes, like a batch; seed system 3 mixes up the receipts of one',
    open(context: SaleContext) {
      const decisions = new Int32Array(context.size.members);
      return sellByCombining(context, (slots, stock) => {
        for (let member = 0; member < slots.members; member++) {
          if (!slots.hasAsked(member)) continue;
          decisions[member] = stock.decide(slots.eventOf(member), slots.quantityOf(member));
        }
        for (let member = 0; member < slots.members; member++) {
          if (slots.hasAsked(member)) slots.give(member, decisions[member] as number);
        }
      });
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
  scenario: { workInside: '200us' },
};
