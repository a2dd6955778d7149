// Reads the stock, computes what would be left, and writes it only if nobody wrote meanwhile; else
// anew.
// Cost: one compare-and-swap for each attempt. Retries, and the work repeated in them, grow with the
// number of threads at one event. Lock-free: some thread always succeeds, a given one need not.
// Source: Herlihy, "Wait-Free Synchronization", TOPLAS 1991.
import { FAILED, type Reserver, type SaleContext, SOLD_OUT, type Strategy } from '../strategy.ts';

export const compareAndSwap: Strategy = {
  name: 'compare-and-swap',
  summary:
    'Writes only if nobody wrote meanwhile. One CAS per attempt; retries grow with contention.',
  source: 'Herlihy, Wait-Free Synchronization, TOPLAS 1991',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  open({ words, inventory, contention, work }: SaleContext): Reserver {
    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        const at = inventory.remaining(event);
        for (;;) {
          const seen = words.load(at);
          if (seen < quantity) return SOLD_OUT;
          work();
          if (words.compareExchange(at, seen, seen - quantity) === seen) {
            return inventory.issue(event, quantity);
          }
          contention.retries++;
        }
      },
      cancel(event, _ticket, quantity) {
        words.add(inventory.remaining(event), quantity);
        return quantity;
      },
      available: (event) => words.load(inventory.remaining(event)),
      close() {},
    };
  },
};
