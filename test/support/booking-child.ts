// Books as fast as it can, 40 at once, until it is killed. Prints the id of each reservation once it is acknowledged.
// Arguments: a folder, the durability.
import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { EmbeddedRecords } from '../../src/service/records/embedded-records.ts';
import type { Durability } from '../../src/service/records/records.ts';
import { anAnswer, anEvent, aReservation } from './record-samples.ts';

const [folder, durability] = process.argv.slice(2) as [string, Durability];
const AT_ONCE = 40;

const records = await EmbeddedRecords.open(folder, durability);
// A run begins on disk whatever the durability, and what came before it is then, too.
if ((await records.events()).length === 0) await records.addEvent(anEvent());
const run = await records.beginRun();
let serial = 0;

async function book(): Promise<void> {
  for (;;) {
    const id = `${String(run).padStart(4, '0')}-${String(serial++).padStart(8, '0')}`;
    const accountId = `account-${serial % 8}`;
    await records.book(aReservation({ id, accountId, run: `${run}` }), anAnswer({ key: id }));
    if (serial % 5 === 0) await records.settle(id, 'confirmed', 50);
    // In one call: a line is there whole, or not at all.
    writeSync(1, `${id}\n`);
    // As between two messages of other threads.
    await turn();
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, book));
