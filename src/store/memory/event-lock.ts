// One mutex for each event.
// Cost: a lock and an unlock for every request; only buyers of the same event wait for each other,
// so a single hot event gains nothing over one global lock.
// Source: textbook lock striping; seed system 2 locks each event.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import type { WordMeaning } from '../meaning.ts';
import type { SaleContext, Strategy } from '../strategy.ts';
import { type Lock, lockPerEvent, type SaleLock, sellUnderLock } from './locked-sale.ts';

export const eventLock: Strategy = {
  name: 'event-lock',
  summary:
    'A mutex per event. A lock and unlock per request; buyers of one event wait for each other.',
  source:
    'lock striping (Herlihy and Shavit, The Art of Multiprocessor Programming); seed system 2',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: ({ events }) => events * MUTEX_WORDS,
  describeWord: describeMutexes,
  open: (context) => sellUnderLock(context, mutexPerEvent(context)),
};

/** @param mutexAt makes the lock that begins with word `first` */
export function mutexPerEvent(
  context: SaleContext,
  mutexAt: (first: number, name: string) => Lock = (first, name) => new Mutex(context, first, name),
): SaleLock {
  const { size, own } = context;
  return lockPerEvent(size.events, (event) => mutexAt(own + event * MUTEX_WORDS, nameOf(event)));
}

/** What the word at `offset` of the mutexes means. */
export function describeMutexes(offset: number): WordMeaning {
  return Mutex.describe(offset % MUTEX_WORDS, nameOf(Math.floor(offset / MUTEX_WORDS)));
}

function nameOf(event: number): string {
  return `the lock of event ${event}`;
}
