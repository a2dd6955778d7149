// One readers-writer lock for the whole box office: who browses reads together, who buys is alone.
// Cost: as one global lock for sales, and dearer, since a readers-writer lock does more; pays only
// where most requests browse. Writers are preferred, so a crowd that browses cannot hold up a sale.
// Source: seed systems 1 and 2 (a Go sync.RWMutex around all events).
import { RW_LOCK_WORDS, RwLock } from '../locks/rw-lock.ts';
import type { SaleContext, Strategy } from '../strategy.ts';
import { sellUnderLock } from './locked-sale.ts';

const NAME = 'the readers-writer lock';

export const rwLock: Strategy = {
  name: 'rw-lock',
  summary:
    'One readers-writer lock: browsers read together, buyers go alone. Sales cost a global lock.',
  source:
    'Courtois et al., Concurrent Control with Readers and Writers, CACM 1971; seed systems 1, 2',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: () => RW_LOCK_WORDS,
  describeWord: (offset) => RwLock.describe(offset, NAME),
  open(context: SaleContext) {
    const lock = new RwLock(context, context.own, NAME);
    return sellUnderLock(context, {
      enter: () => lock.lockWrite(),
      leave: () => lock.unlockWrite(),
      enterToRead: () => lock.lockRead(),
      leaveAfterReading: () => lock.unlockRead(),
    });
  },
};
