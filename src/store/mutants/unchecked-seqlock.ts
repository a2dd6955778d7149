// Reads the stock under one version of the event and writes under another: it takes the version as a
// cancel does, whichever is current. But a cancel reads after that; this has read, and worked, before.
import { SEQLOCK_WORDS, Seqlock } from '../locks/seqlock.ts';
import { optimistic } from '../memory/optimistic.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

export const uncheckedSeqlock: Mutant = {
  strategy: {
    ...optimistic,
    name: 'unchecked-seqlock',
    summary: 'Decides from a version and sells without a look whether it still is that one.',
    source:
      'Kung and Robinson, On Optimistic Methods for Concurrency Control, without their validation',
    open(context: SaleContext): Reserver {
      const { size, words, inventory, contention, own, work } = context;
      const versions = Array.from(
        { length: size.events },
        (_, event) =>
          new Seqlock(context, own + event * SEQLOCK_WORDS, `the version of event ${event}`),
      );
      return {
        ...optimistic.open(context),
        reserve(event, quantity) {
          if (quantity < 1) return FAILED;
          const lock = versions[event] as Seqlock;
          const at = inventory.remaining(event);
          lock.begin();
          const seen = words.load(at);
          if (seen < quantity) return SOLD_OUT;
          work();
          while (!lock.take(lock.begin())) contention.retries++;
          words.store(at, seen - quantity);
          const ticket = inventory.issueLocked(event, quantity);
          lock.publish();
          return ticket;
        },
      };
    },
  },
  caughtBy: ['explorer', 'audit', 'linearizability', 'microscope'],
  smallSale: { clients: '2', tickets: '1' },
};
