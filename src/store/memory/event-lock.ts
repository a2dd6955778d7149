// One mutex for each event.
// Cost: a lock and an unlock for every request; only buyers of the same event wait for each other,
// so a single hot event gains nothing over one global lock.
// Source: textbook lock striping; seed system 2 locks each event.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import type { SaleContext, Strategy } from '../strategy.ts';
import { sellUnderLock } from './locked-sale.ts';

export const eventLock: Strategy = {
  name: 'event-lock',
  summary:
    'A mutex per event. A lock and unlock per request; buyers of one event wait for each other.',
  source:
    'lock striping (Herlihy and Shavit, The Art of Multiprocessor Programming); seed system 2',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut'],
  ownWords: ({ events }) => events * MUTEX_WORDS,
  describeWord: (offset) =>
    Mutex.describe(offset % MUTEX_WORDS, nameOf(Math.floor(offset / MUTEX_WORDS))),
  open(context: SaleContext) {
    const mutexes = Array.from(
      { length: context.size.events },
      (_, event) => new Mutex(context, context.own + event * MUTEX_WORDS, nameOf(event)),
    );
    const enter = (event: number): void => (mutexes[event] as Mutex).lock();
    const leave = (event: number): void => (mutexes[event] as Mutex).unlock();
    return sellUnderLock(context, { enter, leave, enterToRead: enter, leaveAfterReading: leave });
  },
};

function nameOf(event: number): string {
  return `the lock of event ${event}`;
}
