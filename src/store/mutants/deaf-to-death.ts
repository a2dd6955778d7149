// A mutex whose waiters sleep until they are woken, however long that takes. The thread that was to wake
// them may have died, and then they sleep for ever.
import { describeMutexes, eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { type Lock, sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const FREE = 0;
const HELD = 1;
const WAITED_FOR = 2;
const STATE_NAMES = ['free', 'held', 'held, waited for'];

function namelessMutex({ words, contention }: SaleContext, at: number): Lock {
  return {
    lock() {
      if (words.compareExchange(at, FREE, HELD) === FREE) return;
      contention.waits++;
      while (words.exchange(at, WAITED_FOR) !== FREE) words.wait(at, WAITED_FOR);
    },
    unlock() {
      if (words.exchange(at, FREE) === WAITED_FOR) words.notify(at, 1);
    },
  };
}

export const deafToDeath: Mutant = {
  strategy: {
    ...eventLock,
    name: 'deaf-to-death',
    summary: 'A mutex per event that does not know its owner: if that dies, all others hang.',
    source: 'the third mutex of Drepper, Futexes Are Tricky, 2011, in threads that can be killed',
    describeWord(offset) {
      const { name } = describeMutexes(offset);
      return { name, show: (state) => STATE_NAMES[state] ?? `${state}` };
    },
    open: (context) =>
      sellUnderLock(
        context,
        mutexPerEvent(context, (first) => namelessMutex(context, first)),
      ),
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1', crashes: '1' },
};
