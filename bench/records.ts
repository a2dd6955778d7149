// npm run build && node dist/bench/records.js [seconds]: how many reservations a second each kind of records books, by
// durability and how many are asked for at once. Prints Markdown.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { freshId } from '../src/base/fresh-id.ts';
import { freshName } from '../src/base/fresh-name.ts';
import { findServer, provideServers } from '../src/servers/provide.ts';
import { EmbeddedRecords } from '../src/service/records/embedded-records.ts';
import { MemoryRecords } from '../src/service/records/memory-records.ts';
import { PostgresRecords } from '../src/service/records/postgres-records.ts';
import type { Durability, Records } from '../src/service/records/records.ts';
import type { KeptAnswer, Reservation } from '../src/service/terms.ts';

const IN_FLIGHT = [1, 8, 80];
const DURABLE: readonly Durability[] = ['fsync', 'async', 'none'];
const ACCOUNTS = 5000;
const CONNECTIONS = 10;
const SECONDS = Number(process.argv[2] ?? 1);

const clock = systemClock(currentEpoch());
const startMs = 1_800_000_000_000;
const nowMs = (): number => startMs + Math.floor(clock.now() / 1e6);
const accounts = Array.from({ length: ACCOUNTS }, () => freshId(startMs));
let serial = 0;

function aReservation(eventId: string): Reservation {
  const atMs = nowMs();
  return {
    id: freshId(atMs),
    eventId,
    eventNumber: 0,
    accountId: accounts[(serial * 7919) % ACCOUNTS] as string,
    quantity: 2,
    priceCents: 4200,
    run: '1',
    serial: 2 * serial++,
    order: 281_474_976_710_655 - serial,
    state: 'held',
    createdAtMs: atMs,
    expiresAtMs: atMs + 600_000,
    changedAtMs: atMs,
  };
}

/** As the HTTP service would keep it. */
function anAnswer({ id, accountId, createdAtMs }: Reservation): KeptAnswer {
  return {
    scope: accountId,
    key: id.slice(-12),
    fingerprint: id.padEnd(43, 'f'),
    status: 201,
    body: JSON.stringify({
      id,
      state: 'held',
      quantity: 2,
      tickets: ['0-1-0', '0-1-1'],
      createdAtMs,
    }).padEnd(220),
    atMs: createdAtMs,
  };
}

async function perSecond(records: Records, inFlight: number): Promise<number> {
  const eventId = freshId(nowMs());
  const fields = { name: 'e', date: '2027-05-01', priceCents: 1, capacity: 1e6 };
  await records.addEvent({ ...fields, id: eventId, organizerId: 'o', createdAtMs: 1 });
  const startNs = clock.now();
  const untilNs = startNs + SECONDS * 1e9;
  let booked = 0;
  const buyer = async (): Promise<void> => {
    while (clock.now() < untilNs) {
      const reservation = aReservation(eventId);
      await records.book(reservation, anAnswer(reservation));
      booked++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, buyer));
  return booked / ((clock.now() - startNs) / 1e9);
}

async function row(name: string, open: () => Promise<Records>): Promise<void> {
  const records = await open();
  const cells: string[] = [];
  for (const inFlight of IN_FLIGHT) {
    cells.push(Math.round(await perSecond(records, inFlight)).toLocaleString('en-US'));
  }
  await records.close();
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}

process.stdout.write(`| records | ${IN_FLIGHT.join(' | ')} |\n| --- | ---: | ---: | ---: |\n`);
await row('in memory', async () => new MemoryRecords());
for (const durability of DURABLE) {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-'));
  await row(`in a folder, ${durability}`, () => EmbeddedRecords.open(folder, durability));
  rmSync(folder, { recursive: true });
}
if (findServer('postgres')) {
  const provision = await provideServers(['postgres'], {});
  for (const durability of ['fsync', 'async'] as const) {
    const place = { connections: CONNECTIONS, schema: freshName('onsale_bench'), durability };
    await row(`in PostgreSQL, ${durability}`, () =>
      PostgresRecords.open(provision.urls.postgres as string, place),
    );
  }
  await provision.stop();
}
