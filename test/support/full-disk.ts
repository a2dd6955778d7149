// Sells from files on a disk that fills up: until nothing can be written, then on, and again when there is room. Prints
// what it was told as JSON. Arguments: the strategy, a folder on a small disk.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type { StoreStrategy } from '../../src/store/stored.ts';
import { contextOf } from './stocked-store.ts';

const [name, folder] = process.argv.slice(2) as [string, string];
const SIZE = { events: 1, tickets: 1_000_000 };
/** Orders after the first that was refused, and orders when there is room again. */
const MORE = 20;
const FILLER_BYTES = 24_576;

const strategy = storeCatalog.find((each) => each.name === name) as StoreStrategy;
const place = { name: 'sale', servers: {}, folder };
await strategy.prepare(place, SIZE);
const filler = join(folder, 'filler');
writeFileSync(filler, Buffer.alloc(FILLER_BYTES));
const seller = await strategy.open(contextOf(place, SIZE));
let id = 0;

/** What an order is told, with its number. */
async function ask(): Promise<readonly [number, number]> {
  const order = { id: id++, event: 0, quantity: 1, client: 1 };
  return [order.id, await seller.reserve(order)];
}

const full: (readonly [number, number])[] = [];
do full.push(await ask());
while ((full.at(-1) as readonly [number, number])[1] >= 0);
const onFull: (readonly [number, number])[] = [];
for (let more = 0; more < MORE; more++) onFull.push(await ask());
const storedOnFull = await strategy.readBack(place, SIZE);
rmSync(filler);
const withRoom: (readonly [number, number])[] = [];
for (let more = 0; more < MORE; more++) withRoom.push(await ask());
await seller.close();
const stored = await strategy.readBack(place, SIZE);
process.stdout.write(JSON.stringify({ full, onFull, storedOnFull, withRoom, stored }));
