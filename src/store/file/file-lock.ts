// A lock file per event, and a fence: every version of the stock is a file of its own, and the file system lets
// each be made once. So whoever slept through his lock being taken for abandoned writes nothing.
// Cost: a lock file made and removed, and the whole stock read and written, for every sale.
// Source: exclusive creation, open(2); fencing tokens, Kleppmann, "How to do distributed locking", 2016.
import { setTimeout as sleep } from 'node:timers/promises';
import { isWhole, type StoreContext, type StoreStrategy } from '../stored.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT, SOLD_OUT } from '../strategy.ts';
import { LockFile } from './lock-file.ts';
import { type EventStock, putBack, resize, take } from './stock-file.ts';
import { readVersions, stockVersions, VersionedStock } from './versioned-stock.ts';

/** Tries for the lock, each after a longer sleep, before a buyer is told to come again: some seconds. */
const TRIES_MAX = 1000;
const SLEEP_MAX_MS = 8;

export const fileLock: StoreStrategy = {
  family: 'file',
  name: 'file-lock',
  summary:
    'Takes a lock file around reading and writing the stock, and fences it: each version can be written once. Everybody else sleeps and tries again.',
  source: 'exclusive creation of files; fencing tokens (Kleppmann, How to do distributed locking)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  needs: [],
  isolation: 'serial, by a lock for each event',
  durability: 'every sale is on disk before it is acknowledged',
  async prepare(place, size) {
    stockVersions(place, size);
  },
  async open(context) {
    const events = Array.from({ length: context.size.events }, (_, event) =>
      eventOf(context, event),
    );
    const at = (event: number): LockedEvent => events[event] as LockedEvent;
    return {
      async reserve(order) {
        if (order.quantity < 1) return FAILED;
        return changed(context, at(order.event), {
          failure: FAILED,
          async apply(stock) {
            await context.work();
            return take(stock, order) ?? SOLD_OUT;
          },
        });
      },
      cancel(given) {
        return changed(context, at(given.event), {
          failure: DROPPED,
          async apply(stock) {
            return putBack(stock, given.ticket, given) ? given.quantity : FAILED;
          },
        });
      },
      async resize(change) {
        if (!isWhole(change)) return FAILED;
        return changed(context, at(change.event), {
          failure: FAILED,
          async apply(stock) {
            return resize(stock, change.by) ?? SOLD_OUT;
          },
        });
      },
      async available(event) {
        context.traffic.roundTrips++;
        context.traffic.statements++;
        return at(event).stock.read().stock.remaining;
      },
      async close() {},
    };
  },
  async readBack(place, size) {
    return readVersions(place, size);
  },
  async remove() {},
};

interface LockedEvent {
  readonly lock: LockFile;
  readonly stock: VersionedStock;
}

function eventOf({ place, self }: StoreContext, event: number): LockedEvent {
  return {
    lock: new LockFile(place, event, self),
    stock: new VersionedStock(place, event, self),
  };
}

interface Change {
  /** Changes a stock; what to answer. */
  readonly apply: (stock: EventStock) => Promise<number>;
  /** The answer when nothing could be written. */
  readonly failure: number;
}

/** Changes a stock under its lock; what `apply` answers, once it is on disk. */
async function changed(
  { contention, traffic, random }: StoreContext,
  { lock, stock }: LockedEvent,
  { apply, failure }: Change,
): Promise<number> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const holder = lock.acquire();
    if (holder === 'broken') return failure;
    if (holder === 'another') {
      contention.waits++;
      await sleep(Math.min(SLEEP_MAX_MS, 2 ** attempt) * random());
      continue;
    }
    try {
      traffic.roundTrips += 2;
      traffic.statements += 2;
      const read = stock.read();
      const answer = await apply(read.stock);
      // A refusal changed nothing.
      if (answer < 0) return answer;
      const writing = stock.write({ ...read, number: read.number + 1 });
      if (writing === 'done') return answer;
      if (writing === 'failed') return failure;
      if (writing === 'unknown') return IN_DOUBT;
      contention.retries++;
    } finally {
      lock.release();
    }
  }
  return CONTENDED;
}
