// Keeps a few tickets of each event at the counter and fetches more from the stock when they run out.
// Sales do that under a lock; who only looks adds up the two words without it, and between the two
// writes counts neither what has left the stock nor what has come to the counter.
import { MUTEX_WORDS } from '../locks/mutex.ts';
import { describeMutexes, eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

/** More than are asked for, to spare the next buyers the way to the stock. */
const FETCHED_AHEAD = 4;

export const halfWrite: Mutant = {
  strategy: {
    ...eventLock,
    name: 'half-write',
    summary: 'A counter and a stock behind it, changed under a lock and looked at without.',
    source: 'a read of two rows outside of a transaction: read skew (Berenson et al., SIGMOD 1995)',
    ownWords: ({ events }) => events * MUTEX_WORDS + events,
    describeWord(offset, { events }) {
      const event = offset - events * MUTEX_WORDS;
      return event < 0 ? describeMutexes(offset) : { name: `event ${event} at the counter` };
    },
    open(context: SaleContext): Reserver {
      const { words, inventory, size, own, work } = context;
      const counters = own + size.events * MUTEX_WORDS;
      const lock = mutexPerEvent(context);
      return {
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const stock = inventory.remaining(event);
          lock.enter(event);
          const atHand = words.load(counters + event);
          const left = words.load(stock);
          const fetched = atHand >= quantity ? 0 : Math.min(left, quantity + FETCHED_AHEAD);
          let ticket = SOLD_OUT;
          if (atHand + fetched >= quantity) {
            words.store(stock, left - fetched);
            work();
            words.store(counters + event, atHand + fetched - quantity);
            ticket = inventory.issueLocked(event, quantity);
          }
          lock.leave(event);
          return ticket;
        },
        cancel(event, _ticket, quantity) {
          lock.enter(event);
          words.add(counters + event, quantity);
          lock.leave(event);
          return quantity;
        },
        available: (event) => words.load(inventory.remaining(event)) + words.load(counters + event),
        close() {},
      };
    },
  },
  caughtBy: ['explorer', 'linearizability'],
  smallSale: { clients: '2', tickets: '14', quantity: '5,1', browses: '1' },
  scenario: { events: '1', tickets: '4000', mix: 'reserve=50,browse=50', workInside: '20us' },
};
