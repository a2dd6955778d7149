// Takes first and looks afterwards: subtracts, and adds back if too few were there.
// Cost: one subtraction for a grant, and never a retry; a refusal pays a second operation. While a
// refused request has not yet added back, the stock looks smaller than it is: somebody who asked for
// few can be refused because somebody else asked for many. Hence no promise about false sold-outs.
// Source: DECRBY with compensation, as often done on Redis; here on one shared word.
import { FAILED, type Reserver, type SaleContext, SOLD_OUT, type Strategy } from '../strategy.ts';

export const fetchAndSubtract: Strategy = {
  name: 'fetch-and-subtract',
  summary:
    'Subtracts, and undoes it if too few were left. Never retries; may refuse falsely in a dip.',
  source: 'decrement with compensation, as done with Redis DECRBY',
  promises: ['noOversell', 'noLostReceipt'],
  open({ words, inventory, work }: SaleContext): Reserver {
    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        const at = inventory.remaining(event);
        // A look before the leap keeps a sold-out event from being written at by every refusal.
        if (words.load(at) < quantity) return SOLD_OUT;
        work();
        if (words.sub(at, quantity) >= quantity) return inventory.issue(event, quantity);
        words.add(at, quantity);
        return SOLD_OUT;
      },
      cancel(event, _ticket, quantity) {
        words.add(inventory.remaining(event), quantity);
        return quantity;
      },
      available: (event) => Math.max(0, words.load(inventory.remaining(event))),
      close() {},
    };
  },
};
