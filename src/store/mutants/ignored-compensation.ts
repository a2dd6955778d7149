// Takes from a gate first, then from the ledger; where the ledger has changed meanwhile, the sale puts
// the gate back as it was and begins anew. But if the gate has changed as well, that fails, too, and
// nobody looks: what was taken there is lost. Tickets that come back change both.
import { LINE_WORDS } from '../layout.ts';
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

// Words of an event: its lock, and in a line of its own how many are sold, by the ledger.
const LEDGER = MUTEX_WORDS;
const EVENT_WORDS = MUTEX_WORDS + LINE_WORDS;

export const ignoredCompensation: Mutant = {
  strategy: {
    name: 'ignored-compensation',
    summary:
      'A gate before a ledger; what the ledger refuses goes back to the gate, or is forgotten.',
    source: 'seed system 3, which ignores errors when it gives back to Redis what Postgres refused',
    // The gate is low while a sale is half done, so looks at it are not always true.
    promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
    ownWords: ({ events }) => events * EVENT_WORDS,
    describeWord(offset) {
      const event = Math.floor(offset / EVENT_WORDS);
      const word = offset % EVENT_WORDS;
      if (word < LEDGER) return Mutex.describe(word, nameOf(event));
      if (word === LEDGER) return { name: `event ${event} sold, by the ledger` };
      return { name: `event ${event}: unused word ${word} of the ledger` };
    },
    open(context: SaleContext): Reserver {
      const { words, inventory, size, own, contention, work } = context;
      const mutexes = Array.from(
        { length: size.events },
        (_, event) => new Mutex(context, own + event * EVENT_WORDS, nameOf(event)),
      );
      const ledgerOf = (event: number): number => own + event * EVENT_WORDS + LEDGER;
      /** Under the event's lock: nobody else takes, but anybody may give back. */
      const sell = (event: number, quantity: number): number => {
        const gate = inventory.remaining(event);
        while (words.load(gate) >= quantity) {
          const left = words.sub(gate, quantity) - quantity;
          const sold = words.load(ledgerOf(event));
          work();
          if (words.compareExchange(ledgerOf(event), sold, sold + quantity) === sold) {
            return inventory.issueLocked(event, quantity);
          }
          words.compareExchange(gate, left, left + quantity);
          contention.retries++;
        }
        return SOLD_OUT;
      };
      return {
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const mutex = mutexes[event] as Mutex;
          mutex.lock();
          const ticket = sell(event, quantity);
          mutex.unlock();
          return ticket;
        },
        cancel(event, _ticket, quantity) {
          words.sub(ledgerOf(event), quantity);
          words.add(inventory.remaining(event), quantity);
          return quantity;
        },
        available: (event) => words.load(inventory.remaining(event)),
        close() {},
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '2', cancels: '1' },
  scenario: { mix: 'reserve=60,cancel=40' },
};

function nameOf(event: number): string {
  return `the lock of event ${event}`;
}
