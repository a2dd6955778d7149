// An MCS lock whose waiter links itself to the one ahead before it says that it waits. The one ahead may
// call it in between; then the waiter says that it waits, over the call, and waits for ever.
import { McsLock } from '../locks/mcs-lock.ts';
import { fifoLock } from '../memory/fifo-lock.ts';
import { lockPerEvent, sellUnderLock } from '../memory/locked-sale.ts';
import type { Mutant } from './mutant.ts';

class HastyMcsLock extends McsLock {
  protected override standBehind(ahead: number): void {
    this.link(ahead);
    this.announceWait(ahead);
  }
}

function nameOf(event: number): string {
  return `the queue of event ${event}`;
}

export const swappedLink: Mutant = {
  strategy: {
    ...fifoLock,
    name: 'swapped-link',
    summary: 'An MCS lock per event with two stores in the wrong order: a waiter misses its call.',
    source: 'Mellor-Crummey and Scott, TOCS 1991, copied with two lines swapped',
    ownWords: ({ events, members }) => events * McsLock.words(members),
    describeWord(offset, { members }) {
      const words = McsLock.words(members);
      return McsLock.describe(offset % words, nameOf(Math.floor(offset / words)));
    },
    open(context) {
      const { size, own } = context;
      const words = McsLock.words(size.members);
      const lock = lockPerEvent(
        size.events,
        (event) => new HastyMcsLock(context, own + event * words, nameOf(event)),
      );
      return sellUnderLock(context, lock);
    },
  },
  caughtBy: ['explorer'],
  smallSale: { clients: '2', tickets: '1' },
  // Among several threads it hangs for good, in one run of some twenty.
  scenario: { threads: '1' },
};
