// Everybody publishes requests; whoever gets the lock serves those of all.
// Cost: a lock, an unlock and two looks at the slot of every thread, whether one request is pending or
// many. Under contention the stock stays in one processor's cache, and most threads never lock.
// Source: Hendler, Incze, Shavit and Tzafrir, "Flat Combining and the Synchronization-Parallelism
// Tradeoff", SPAA 2010. Theirs waits busily; that a thread may sleep here is our addition.
//
// No request is left behind. Who sleeps has published, and then found the lock taken. Whoever held it
// looks at the slots again after unlocking, so finds the sleeper, and wakes one: that one tries the
// lock and, if it gets it, serves all who had published. If it does not, another thread has the lock,
// which looks again in its turn. One round each, rather than going on for as long as somebody asks,
// keeps a thread from serving others for ever.
import { MUTEX_WORDS, Mutex } from '../locks/mutex.ts';
import { FAILED, type Reserver, type SaleContext, type Strategy } from '../strategy.ts';
import { RequestSlots } from './request-slots.ts';
import { type StockKeeper, stockKeeper } from './stock-keeper.ts';

const NAME = "the combiner's lock";

export const flatCombining: Strategy = {
  name: 'flat-combining',
  summary:
    'One thread serves what all have published. A lock and a look at all slots serve many requests.',
  source: 'Hendler, Incze, Shavit and Tzafrir, Flat Combining, SPAA 2010',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  ownWords: (size) => MUTEX_WORDS + RequestSlots.words(size),
  describeWord: (offset) =>
    offset < MUTEX_WORDS
      ? Mutex.describe(offset, NAME)
      : RequestSlots.describe(offset - MUTEX_WORDS),
  open: (context) => sellByCombining(context, serveEachWhoAsked),
};

/** What the thread that has the lock does with the requests of all. */
export type CombiningRound = (slots: RequestSlots, stock: StockKeeper) => void;

const serveEachWhoAsked: CombiningRound = (slots, stock) => {
  for (let member = 0; member < slots.members; member++) {
    if (!slots.hasAsked(member)) continue;
    slots.give(member, stock.decide(slots.eventOf(member), slots.quantityOf(member)));
  }
};

export function sellByCombining(context: SaleContext, serveRound: CombiningRound): Reserver {
  const { words, inventory } = context;
  const serve = combiner(context, serveRound);
  return {
    reserve: (event, quantity) => (quantity < 1 ? FAILED : serve(event, quantity)),
    cancel: (event, _ticket, quantity) => serve(event, -quantity),
    available: (event) => words.load(inventory.remaining(event)),
    close() {},
  };
}

/** Has a request served, by this thread or by another one; its answer. */
function combiner(
  context: SaleContext,
  serveRound: CombiningRound,
): (event: number, quantity: number) => number {
  const { words, contention } = context;
  const mutex = new Mutex(context, context.own, NAME);
  const slots = new RequestSlots(context, context.own + MUTEX_WORDS);
  const stock = stockKeeper(context);

  const combine = (): void => {
    serveRound(slots, stock);
    mutex.unlock();
    slots.wakeOne();
  };

  /** Waits for the answer or the lock; whether it was the lock. */
  const awaitAnswerOrLock = (): boolean => {
    contention.waits++;
    for (let turn = 1; turn < words.patience; turn++) {
      words.spin();
      if (slots.answered) return false;
      if (mutex.isFree() && mutex.tryLock()) return true;
    }
    // Announced before the lock is tried: whoever has it then will see that when it looks again.
    while (slots.announceSleep()) {
      if (mutex.tryLock()) return true;
      if (!slots.sleep()) mutex.throwIfOwnerDied();
    }
    return false;
  };

  return (event, quantity) => {
    slots.ask(event, quantity);
    if (mutex.tryLock() || awaitAnswerOrLock()) combine();
    return slots.answer;
  };
}
