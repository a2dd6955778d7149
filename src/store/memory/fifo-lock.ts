// One ticket lock for each event: buyers of an event are served in the order they came to its lock.
// Cost: two atomic operations to lock and two to unlock; where threads outnumber processors, every
// hand-over waits for the one next in line to be scheduled, and throughput falls far below a mutex's.
// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization", TOCS 1991.
import { TicketLock } from '../locks/ticket-lock.ts';
import type { SaleContext, Strategy } from '../strategy.ts';
import { lockPerEvent, sellUnderLock } from './locked-sale.ts';

export const fifoLock: Strategy = {
  name: 'fifo-lock',
  summary:
    'A ticket lock per event, first come, first served. Two atomics each way; convoys when crowded.',
  source: 'Mellor-Crummey and Scott, Algorithms for Scalable Synchronization, TOCS 1991',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead', 'noStarvation'],
  ownWords: ({ events, members }) => events * TicketLock.words(members),
  describeWord(offset, { members }) {
    const size = TicketLock.words(members);
    return TicketLock.describe(offset % size, nameOf(Math.floor(offset / size)));
  },
  open(context: SaleContext) {
    const { size, own } = context;
    const words = TicketLock.words(size.members);
    const lock = lockPerEvent(
      size.events,
      (event) => new TicketLock(context, own + event * words, nameOf(event)),
    );
    return sellUnderLock(context, lock);
  },
};

function nameOf(event: number): string {
  return `the lock of event ${event}`;
}
