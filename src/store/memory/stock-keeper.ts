import { type SaleContext, SOLD_OUT } from '../strategy.ts';

/** Decides requests, for a thread that is the only one to write stock at that time. */
export interface StockKeeper {
  /**
   * Takes `quantity` tickets of the event, or gives back as many as it is below zero.
   * @returns what `reserve` and `cancel` of a reserver do
   */
  decide(event: number, quantity: number): number;
}

/**
 * Keeps the stock such that anybody may read it: it is written atomically. That costs a sale a little,
 * and lets those who only look go their way without waiting for anybody.
 */
export function stockKeeper({ words, inventory, work }: SaleContext): StockKeeper {
  return {
    decide(event, quantity) {
      const at = inventory.remaining(event);
      const seen = words.get(at);
      if (quantity < 0) {
        words.store(at, seen - quantity);
        return -quantity;
      }
      if (seen < quantity) return SOLD_OUT;
      work();
      words.store(at, seen - quantity);
      return inventory.issueLocked(event, quantity);
    },
  };
}
