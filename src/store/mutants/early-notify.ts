// Wakes a sleeper of the mutex before the word is free. The sleeper finds it taken and sleeps on; then
// the word becomes free, and nobody wakes anybody. In a real sale the wait times out.
import { Mutex } from '../locks/mutex.ts';
import { eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import type { Mutant } from './mutant.ts';

const FREE = 0;

export const earlyNotify: Mutant = {
  strategy: {
    ...eventLock,
    name: 'early-notify',
    summary: 'A mutex per event whose unlock wakes first and frees afterwards.',
    source: 'the lost wake-up of futexes (Drepper, Futexes Are Tricky, 2011)',
    open(context) {
      const { words } = context;
      const lock = mutexPerEvent(context, (first, name) => {
        const mutex = new Mutex(context, first, name);
        return {
          lock: () => mutex.lock(),
          unlock() {
            words.notify(first, 1);
            words.store(first, FREE);
          },
        };
      });
      return sellUnderLock(context, lock);
    },
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1' },
};
