// Books on a disk that fills up: until nothing can be written, then on, and again when there is room. Prints what it was told
// as JSON. Arguments: the durability, a folder on a small disk.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/base/errors.ts';
import { EmbeddedRecords } from '../../src/service/records/embedded-records.ts';
import type { Durability } from '../../src/service/records/records.ts';
import { Refusal } from '../../src/service/refusals.ts';
import { anAnswer, anEvent, aReservation } from './record-samples.ts';

const [durability, disk] = process.argv.slice(2) as [Durability, string];
const folder = join(disk, 'records');
const AT_ONCE = 20;
const FILLER_BYTES = 300_000;

const filler = join(disk, 'filler');
writeFileSync(filler, Buffer.alloc(FILLER_BYTES));
let records = await EmbeddedRecords.open(folder, durability);
await records.addEvent(anEvent());
let serial = 0;
const booked: string[] = [];
const refusals: string[] = [];

/** Books some at once; how many were not booked. */
async function bookSome(): Promise<number> {
  const refused = refusals.length;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const id = `r-${String(serial++).padStart(6, '0')}`;
      try {
        await records.book(aReservation({ id }), anAnswer({ key: id }));
        booked.push(id);
      } catch (error) {
        refusals.push(
          error instanceof Refusal ? `${error.code}: ${error.message}` : messageOf(error),
        );
      }
    }),
  );
  return refusals.length - refused;
}

async function seen(): Promise<string[]> {
  const list = await records.reservationsOf('account-1', { limit: 1_000_000 });
  return list.map(({ id }) => id).toReversed();
}

while ((await bookSome()) === 0) await sleep(1);
const onFull = [await bookSome(), await bookSome()];
const seenOnFull = await seen();
const bookedOnFull = [...booked];
rmSync(filler);
while ((await bookSome()) > 0) await sleep(20);
await records.close();
records = await EmbeddedRecords.open(folder, durability);
const stored = await seen();
const totals = [...(await records.totals()).values()];
await records.close();
process.stdout.write(
  JSON.stringify({ onFull, seenOnFull, bookedOnFull, booked, refusals, stored, totals }),
);
