// A lock that is only lent: whoever has waited for it for as long as a lease lasts takes it over, since
// its owner must have died. An owner that is merely slow goes on writing: nothing at the stock asks it
// whose turn it is.
import { MEMBER_PLUS_ONE, showMember } from '../meaning.ts';
import { describeMutexes, eventLock, mutexPerEvent } from '../memory/event-lock.ts';
import { type Lock, sellUnderLock } from '../memory/locked-sale.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const FREE = 0;
/** A hundred times what a sale usually takes. */
const LEASE_MS = 5;

function lentLock({ words, self, contention }: SaleContext, at: number): Lock {
  const mine = self + 1;
  return {
    lock() {
      for (;;) {
        const owner = words.compareExchange(at, FREE, mine);
        if (owner === FREE) return;
        contention.waits++;
        if (words.wait(at, owner, LEASE_MS) !== 'timed-out') continue;
        if (words.compareExchange(at, owner, mine) === owner) return;
      }
    },
    unlock() {
      // Only if it still is ours: else it would be another's that is set free.
      if (words.compareExchange(at, mine, FREE) === mine) words.notify(at, 1);
    },
  };
}

export const stolenLock: Mutant = {
  strategy: {
    ...eventLock,
    name: 'stolen-lock',
    summary:
      'A lock with a lease and no fencing: a slow owner and the next one are inside together.',
    source: 'Redis locks without fencing tokens (Kleppmann, How to do distributed locking, 2016)',
    describeWord(offset) {
      const { name } = describeMutexes(offset);
      return { name, naming: MEMBER_PLUS_ONE, show: showMember };
    },
    open: (context) =>
      sellUnderLock(
        context,
        mutexPerEvent(context, (first) => lentLock(context, first)),
      ),
  },
  caughtBy: ['explorer', 'audit', 'linearizability'],
  smallSale: { clients: '2', tickets: '1', 'time-outs': '1' },
  scenario: { events: '1', tickets: '50', workInside: '10ms' },
};
