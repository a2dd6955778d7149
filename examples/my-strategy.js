// A strategy of one's own: compare-and-swap in which those who keep losing queue up. Whoever has lost
// twice takes a mutex before trying on, so at most one loser competes with those who come fresh.
// Cost: as compare-and-swap while few want the same event; a lock and an unlock for each who lost.
// Source: after Dice, Hendler and Mirsky, "Lightweight Contention Management for Efficient
// Compare-and-Swap Operations", Euro-Par 2013.
import { defineStrategy, FAILED, MUTEX_WORDS, Mutex, SOLD_OUT } from 'onsale';

const FREE_TRIES = 2;
/** Neither a ticket nor a refusal: somebody else came first. */
const LOST = -100;

export default defineStrategy({
  name: 'queueing-swap',
  summary: 'Compare-and-swap; who loses twice takes a lock first. Few retries, more waits.',
  source: 'Dice et al., Lightweight Contention Management, Euro-Par 2013',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  // Words of its own, beside the stock: here a lock for each event, a cache line long.
  ownWords: ({ events }) => events * MUTEX_WORDS,
  describeWord: (offset) => Mutex.describe(offset % MUTEX_WORDS, 'the queue'),
  // Called once in each thread. What is kept in variables here, no other thread sees.
  open(context) {
    const { words, inventory, contention, work, size, own } = context;
    const queues = Array.from(
      { length: size.events },
      (_, event) => new Mutex(context, own + event * MUTEX_WORDS, 'the queue'),
    );
    /** @param {number} event @param {number} quantity */
    const tryToSell = (event, quantity) => {
      const stock = inventory.remaining(event);
      const seen = words.load(stock);
      if (seen < quantity) return SOLD_OUT;
      work();
      // Only if nobody wrote since we looked: else `seen` would be sold twice.
      if (words.compareExchange(stock, seen, seen - quantity) === seen) {
        return inventory.issue(event, quantity);
      }
      contention.retries++;
      return LOST;
    };
    return {
      reserve(event, quantity) {
        if (quantity < 1) return FAILED;
        let ticket = LOST;
        for (let tries = 0; tries < FREE_TRIES && ticket === LOST; tries++) {
          ticket = tryToSell(event, quantity);
        }
        if (ticket !== LOST) return ticket;
        queues[event].lock();
        while (ticket === LOST) ticket = tryToSell(event, quantity);
        queues[event].unlock();
        return ticket;
      },
      cancel(event, _ticket, quantity) {
        words.add(inventory.remaining(event), quantity);
        return quantity;
      },
      available: (event) => words.load(inventory.remaining(event)),
      close() {},
    };
  },
});
