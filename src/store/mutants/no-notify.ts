// Frees a mutex with a plain "free", over the bit that says that somebody sleeps. Whoever does is never
// woken; in a real sale the wait times out, so that it looks like a slow lock and nothing worse.
import { Mutex } from '../locks/mutex.ts';
import { eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { Mutant } from './mutant.ts';

const FREE = 0;

export const noNotify: Mutant = {
  strategy: {
    ...eventLock,
    name: 'no-notify',
    summary: 'A mutex per event whose unlock forgets that somebody may sleep: wakes nobody.',
    source: 'the lost wake-up of futexes (Drepper, Futexes Are Tricky, 2011)',
    open(context) {
      const lock = mutexPerEvent(context, (first, name) => {
        const mutex = new Mutex(context, first, name);
        return { lock: () => mutex.lock(), unlock: () => context.words.store(first, FREE) };
      });
      return sellUnderLock(context, lock);
    },
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1' },
};
