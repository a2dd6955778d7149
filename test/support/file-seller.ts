// Sells from files until it is killed, and says what it sold: one line for each order that was acknowledged.
// Arguments: the folder, the strategy, the first order's number, how many buyers ask at the same time.
import { writeSync } from 'node:fs';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type { StoreStrategy } from '../../src/store/stored.ts';
import { contextOf } from './stocked-store.ts';

const [folder, name, first, buyers] = process.argv.slice(2) as [string, string, string, string];
const SIZE = { events: 1, tickets: 1_000_000 };
const STDOUT = 1;

const strategy = storeCatalog.find((each) => each.name === name) as StoreStrategy;
const place = { name: 'sale', servers: {}, folder };
const seller = await strategy.open(contextOf(place, SIZE));
let id = Number(first);

async function buy(): Promise<void> {
  for (;;) {
    const order = { id: id++, event: 0, quantity: 1, client: 1 };
    const ticket = await seller.reserve(order);
    writeSync(STDOUT, `${order.id} ${ticket}\n`);
  }
}

await Promise.all(Array.from({ length: Number(buyers) }, buy));
