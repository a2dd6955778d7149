// One mutex for the whole box office.
// Cost: a lock and an unlock for every request. Buyers of one event wait for buyers of all others,
// and a holder that is preempted stops everybody.
// Source: textbook monitor; seed system 0 sells this way.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import type { SaleContext, Strategy } from '../strategy.ts';
import { sellUnderLock } from './locked-sale.ts';

const NAME = 'the global lock';

export const globalLock: Strategy = {
  name: 'global-lock',
  summary:
    'One mutex around every sale. A lock and unlock per request; all events wait for each other.',
  source: 'Hoare, Monitors, CACM 1974; seed system 0',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: () => MUTEX_WORDS,
  describeWord: (offset) => Mutex.describe(offset, NAME),
  open(context: SaleContext) {
    const mutex = new Mutex(context, context.own, NAME);
    const enter = (): void => mutex.lock();
    const leave = (): void => mutex.unlock();
    return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
  },
};
