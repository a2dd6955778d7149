// Sells by one compare-and-swap on a word that holds both what is sold (lower 16 bits) and the next
// serial (upper 16), which saves a second atomic operation. From 65,536 tickets on, what is sold begins
// again at zero.
import { compareAndSwap } from '../memory/compare-and-swap.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const BITS = 16;
const MASK = 0xffff;

function soldOf(state: number): number {
  return state & MASK;
}

function nextSerialOf(state: number): number {
  return state >>> BITS;
}

export const packedCounterWrap: Mutant = {
  strategy: {
    ...compareAndSwap,
    name: 'packed-counter-wrap',
    summary:
      'What is sold and the next serial in one word, 16 bits each: too few for a large house.',
    source: 'counts packed for one compare-and-swap, as lock-free code does with versions',
    ownWords: ({ events }) => events,
    describeWord: (event) => ({
      name: `event ${event} sold and next serial`,
      show: (state) => `${soldOf(state)} sold, next ${nextSerialOf(state)}`,
    }),
    open({ words, own, size, inventory, contention, work }: SaleContext): Reserver {
      return {
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          for (;;) {
            const seen = words.load(own + event);
            if (size.tickets - soldOf(seen) < quantity) return SOLD_OUT;
            work();
            const next = seen + (quantity << BITS) + quantity;
            if (words.compareExchange(own + event, seen, next) === seen) {
              return inventory.serial(event, nextSerialOf(seen), quantity);
            }
            contention.retries++;
          }
        },
        cancel(event, _ticket, quantity) {
          words.sub(own + event, quantity);
          return quantity;
        },
        available: (event) => size.tickets - soldOf(words.load(own + event)),
        close() {},
      };
    },
  },
  caughtBy: ['contract', 'audit', 'linearizability'],
  scenario: { events: '1', tickets: '70000', quantity: '4', workInside: '0' },
};
