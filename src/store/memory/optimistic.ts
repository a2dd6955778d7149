// Decides without a lock, from one version of the event, and then sells only if that still is the
// version; else decides anew.
// Cost: two loads, a compare-and-swap, a store and an exchange for a sale; browsers and refusals only
// read. As with any optimist the work is done again after each conflict, and the unlucky wait longest.
// Source: Kung and Robinson, "On Optimistic Methods for Concurrency Control", TODS 1981; the version
// is a seqlock's.
import { SEQLOCK_WORDS, Seqlock } from '../locks/seqlock.ts';
import { FAILED, type Reserver, type SaleContext, SOLD_OUT, type Strategy } from '../strategy.ts';

export const optimistic: Strategy = {
  name: 'optimistic',
  summary:
    'Decides from a version and sells if it still holds. Reading is free; conflicts redo the work.',
  source: 'Kung and Robinson, On Optimistic Methods for Concurrency Control, TODS 1981',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: ({ events }) => events * SEQLOCK_WORDS,
  describeWord: (offset) =>
    Seqlock.describe(offset % SEQLOCK_WORDS, nameOf(Math.floor(offset / SEQLOCK_WORDS))),
  open(context: SaleContext): Reserver {
    const { size, words, inventory, contention, work } = context;
    const versions = Array.from(
      { length: size.events },
      (_, event) => new Seqlock(context, context.own + event * SEQLOCK_WORDS, nameOf(event)),
    );
    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        const lock = versions[event] as Seqlock;
        const at = inventory.remaining(event);
        for (;;) {
          const version = lock.begin();
          const seen = words.load(at);
          if (seen < quantity) {
            // What a writer has not published yet is no reason to refuse anybody.
            if (lock.validate(version)) return SOLD_OUT;
          } else {
            work();
            if (lock.take(version)) {
              words.store(at, seen - quantity);
              // Plain accesses: nobody looks at the serials without having taken the version.
              const ticket = inventory.issueLocked(event, quantity);
              lock.publish();
              return ticket;
            }
          }
          contention.retries++;
        }
      },
      cancel(event, _ticket, quantity) {
        const lock = versions[event] as Seqlock;
        const at = inventory.remaining(event);
        while (!lock.take(lock.begin())) contention.retries++;
        words.store(at, words.load(at) + quantity);
        lock.publish();
        return quantity;
      },
      available(event) {
        const lock = versions[event] as Seqlock;
        const at = inventory.remaining(event);
        for (;;) {
          const version = lock.begin();
          const remaining = words.load(at);
          if (lock.validate(version)) return remaining;
          contention.retries++;
        }
      },
      close() {},
    };
  },
};

function nameOf(event: number): string {
  return `the version of event ${event}`;
}
