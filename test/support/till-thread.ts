// Thread entry: buys and gives back at one till for as long as it takes, and tells what it holds at the end.
import { parentPort, workerData } from 'node:worker_threads';
import { randomStream } from '../../src/base/random.ts';
import { openMemoryTill, type SharedStock } from '../../src/service/stock/open-memory-stock.ts';
import type { Sold } from './stock-books.ts';

export interface TillThreadData {
  readonly shared: SharedStock;
  readonly self: number;
  readonly seed: string;
  readonly events: number;
  readonly requests: number;
}

/** What a till did. */
export interface TillReport {
  /** All that was sold, in order, whether or not it came back. */
  readonly sold: readonly Sold[];
  readonly returned: readonly Sold[];
}

const { shared, self, seed, events, requests } = workerData as TillThreadData;
const { next } = randomStream(seed, `till ${self}`);
const till = await openMemoryTill(shared, self);
const sold: Sold[] = [];
const returned: Sold[] = [];
const held: Sold[] = [];
const below = (limit: number): number => Math.floor(next() * limit);
for (let id = 0; id < requests; id++) {
  const event = below(events);
  const quantity = 1 + below(3);
  const ticket = till.reserve({ id, event, quantity, client: self });
  if (ticket >= 0) {
    sold.push({ event, ticket, quantity });
    held.push({ event, ticket, quantity });
  }
  if (held.length > 0 && next() < 0.4) {
    const [back] = held.splice(below(held.length), 1) as [Sold];
    till.giveBack({ ...back, id, client: self });
    returned.push(back);
  }
}
till.close();
const report: TillReport = { sold, returned };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort?.postMessage(report);
