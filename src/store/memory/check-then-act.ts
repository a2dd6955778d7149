// Reads the stock, decides, and writes the new stock, as if nobody else were there. The control: two
// threads that read the same number both sell the same tickets.
// Cost: one plain read and one plain write; the cheapest of all, and wrong.
// Source: the reservation code of most first drafts; seed system 4 does this with a file.
import { FAILED, type Reserver, type SaleContext, SOLD_OUT, type Strategy } from '../strategy.ts';

export const checkThenAct: Strategy = {
  name: 'check-then-act',
  summary:
    'Control: reads, then writes, with nothing between. Costs a plain read and write; oversells.',
  source: 'textbook lost update',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  breaks: ['noOversell', 'noFalseSoldOut', 'noStaleRead'],
  open({ words, inventory, work }: SaleContext): Reserver {
    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        const at = inventory.remaining(event);
        const seen = words.get(at);
        if (seen < quantity) return SOLD_OUT;
        work();
        words.set(at, seen - quantity);
        return inventory.issue(event, quantity);
      },
      cancel(event, _ticket, quantity) {
        const at = inventory.remaining(event);
        words.set(at, words.get(at) + quantity);
        return quantity;
      },
      available: (event) => words.get(inventory.remaining(event)),
      close() {},
    };
  },
};
