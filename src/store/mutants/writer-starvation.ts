// A readers-writer lock that lets readers in while a writer waits. As long as somebody new comes to look
// before the last one has gone, whoever wants to buy waits.
import { LINE_WORDS } from '../layout.ts';
import { OWNER_CHECK_MS, throwIfAbandoned } from '../locks/abandoned.ts';
import { sellUnderLock } from '../memory/locked-sale.ts';
import { rwLock } from '../memory/rw-lock.ts';
import type { SaleContext } from '../strategy.ts';
import type { Mutant } from './mutant.ts';

const NAME = 'the readers-writer lock';
const FREE = 0;
/** Anything above zero is so many readers. */
const WRITTEN = -1;
// Readers are only counted.
const UNKNOWN_OWNER = -1;

/** The lock's one word is the first of the own words. */
function readersFirst({ words, own, crew, contention }: SaleContext) {
  const sleep = (state: number): void => {
    contention.waits++;
    if (words.wait(own, state, OWNER_CHECK_MS) !== 'timed-out') return;
    throwIfAbandoned(NAME, UNKNOWN_OWNER, crew);
  };
  return {
    lockRead(): void {
      for (;;) {
        const state = words.load(own);
        if (state === WRITTEN) sleep(state);
        else if (words.compareExchange(own, state, state + 1) === state) return;
      }
    },
    unlockRead(): void {
      if (words.sub(own, 1) === 1) words.notify(own);
    },
    lockWrite(): void {
      for (;;) {
        const state = words.compareExchange(own, FREE, WRITTEN);
        if (state === FREE) return;
        sleep(state);
      }
    },
    unlockWrite(): void {
      words.store(own, FREE);
      words.notify(own);
    },
  };
}

export const writerStarvation: Mutant = {
  strategy: {
    ...rwLock,
    name: 'writer-starvation',
    summary:
      'A readers-writer lock that prefers readers: buyers wait as long as lookers keep coming.',
    source:
      'the first solution of Courtois et al., Concurrent Control with Readers and Writers, 1971',
    promises: [...rwLock.promises, 'noStarvation'],
    ownWords: () => LINE_WORDS,
    describeWord: (offset) => ({ name: offset === 0 ? NAME : `${NAME}: unused word ${offset}` }),
    open(context) {
      const lock = readersFirst(context);
      return sellUnderLock(context, {
        enter: () => lock.lockWrite(),
        leave: () => lock.unlockWrite(),
        enterToRead() {
          lock.lockRead();
          // Who looks is shown a page, and that takes as long as a sale.
          context.work();
        },
        leaveAfterReading: () => lock.unlockRead(),
      });
    },
  },
  caughtBy: ['audit'],
  scenario: { threads: '12', mix: 'reserve=1,browse=1999', workInside: '150us' },
};
