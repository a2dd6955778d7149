// Keeps the stock of all events in one file: a sale locks its event, reads the file, changes the number
// of its event, and writes the whole file back. What was sold of other events meanwhile is undone.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { eventLock } from '../memory/event-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const rewrittenFile: Mutant = {
  strategy: {
    ...eventLock,
    name: 'rewritten-file',
    summary:
      'A mutex per event, but one file for all: each sale writes back what it read of others.',
    source: 'seed system 4, which reads its file of events, changes one, and writes the file',
    open(context: SaleContext) {
      const { words, inventory, size, own } = context;
      const mutexes = Array.from(
        { length: size.events },
        (_, event) => new Mutex(context, own + event * MUTEX_WORDS, `the lock of event ${event}`),
      );
      const file = new Int32Array(size.events);
      const lock = (event: number): void => (mutexes[event] as Mutex).lock();
      const unlock = (event: number): void => (mutexes[event] as Mutex).unlock();
      return sellUnderLock(context, {
        enter(event) {
          lock(event);
          for (let each = 0; each < size.events; each++) {
            file[each] = words.load(inventory.remaining(each));
          }
        },
        leave(event) {
          file[event] = words.load(inventory.remaining(event));
          file.forEach((remaining, each) => {
            words.store(inventory.remaining(each), remaining);
          });
          unlock(event);
        },
        enterToRead: lock,
        leaveAfterReading: unlock,
      });
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '1', events: '2' },
};
