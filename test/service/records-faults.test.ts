// What becomes of records in a folder when a process is killed, a disk is full or a file is damaged.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { InputError, messageOf } from '../../src/base/errors.ts';
import { EmbeddedRecords } from '../../src/service/records/embedded-records.ts';
import type { Durability } from '../../src/service/records/records.ts';
import { takesStock } from '../../src/service/terms.ts';
import { aClaim, anAnswer, anEvent, aReservation } from '../support/record-samples.ts';

const KILLS = process.env['ONSALE_LONG'] ? 50 : 5;
const CHILD = fileURLToPath(new URL('../support/booking-child.js', import.meta.url));
const FULL_DISK = fileURLToPath(new URL('../support/full-disk-records.js', import.meta.url));

let outside: string;
let folder: string;
let children = 0;
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'onsale-faults-'));
  folder = join(outside, 'records');
  mkdirSync(folder);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

interface Booking {
  readonly child: ChildProcess;
  /** What it has said so far. A file: a pipe would refuse what is not read at once. */
  readonly said: () => string;
  /** Kills it once it has said so many lines. */
  readonly killAt: (lines: number) => Promise<void>;
}

function startBooking(durability: Durability): Booking {
  const path = join(outside, `said-${++children}`);
  const file = openSync(path, 'w');
  const child = spawn(process.execPath, [CHILD, folder, durability], {
    stdio: ['ignore', file, 'inherit'],
  });
  closeSync(file);
  const said = () => readFileSync(path, 'utf8');
  return {
    child,
    said,
    async killAt(lines) {
      while (said().split('\n').length <= lines) {
        assert.equal(child.exitCode, null);
        await sleep(5);
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** The ids that were told to be booked. */
async function bookUntilKilled(durability: Durability, lines: number): Promise<string[]> {
  const { said, killAt } = startBooking(durability);
  await killAt(lines);
  return said().split('\n').slice(0, -1);
}

/** Checks that each reservation is whole: itself, in its lists, in the sums, with its answer. */
async function idsOfWhole(records: EmbeddedRecords): Promise<Set<string>> {
  const ids = new Set<string>();
  const sums = { held: 0, confirmed: 0 };
  for (let account = 0; account < 8; account++) {
    for (const each of await records.reservationsOf(`account-${account}`, { limit: 1_000_000 })) {
      const { id, state, quantity } = each;
      ids.add(id);
      assert.ok(takesStock(state));
      sums[state as 'held' | 'confirmed'] += quantity;
      const answer = anAnswer({ key: id });
      assert.deepEqual(await records.claim(aClaim({ key: id })), { outcome: 'kept', answer });
    }
  }
  assert.deepEqual(await records.totals(), new Map([[0, sums]]));
  return ids;
}

describe('a server that is killed while it books, 40 at once', () => {
  for (const durability of ['fsync', 'async', 'none'] as const) {
    test(`${durability}: after each of ${KILLS} kills all is whole${durability === 'fsync' ? ', and nothing acknowledged is lost' : ''}`, async () => {
      let stored = new Set<string>();
      for (let kill = 1; kill <= KILLS; kill++) {
        const told = await bookUntilKilled(durability, 100 + 37 * kill);
        const records = await EmbeddedRecords.open(folder, durability);
        const now = await idsOfWhole(records);
        await records.close();
        assert.ok(told.length > 100);
        for (const id of stored) assert.ok(now.has(id), `${id} of an earlier run`);
        if (durability === 'fsync') for (const id of told) assert.ok(now.has(id), id);
        stored = now;
      }
      const records = await EmbeddedRecords.open(folder, durability);
      const cancelled = await records.removeEvent('event-1', 1000);
      assert.equal(cancelled.length, stored.size);
      await records.close();
    });
  }
});

/** A disk of 1 MiB for one command: in a name space of its own, so that nothing of it stays. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" "$3" "$4" "$1"';

/** How to get one here, as root or not. */
const FLAGS = [['-m'], ['-Urm']].find(
  (flags) =>
    spawnSync('unshare', [...flags, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /tmp']).status ===
    0,
);

/** What the database itself says of it. */
const NOTICE = /Write error: No space left on device position \d+, size \d+/g;

interface FullDisk {
  readonly onFull: readonly number[];
  readonly seenOnFull: readonly string[];
  readonly bookedOnFull: readonly string[];
  readonly booked: readonly string[];
  readonly refusals: readonly string[];
  readonly stored: readonly string[];
  readonly totals: readonly unknown[];
}

describe('a disk that is full', {
  skip: FLAGS === undefined && 'unshare and mount make no small disk here',
}, () => {
  for (const durability of ['fsync', 'async'] as const) {
    test(`${durability}: 20 at once are refused, all can be read, and booking goes on when there is room`, () => {
      const args = ['sh', '-c', ON_SMALL_DISK, 'sh', folder, process.execPath, FULL_DISK];
      const { stdout, stderr } = spawnSync('unshare', [...(FLAGS ?? []), ...args, durability], {
        encoding: 'utf8',
      });
      assert.equal(stderr.replace(NOTICE, ''), '');
      const told = JSON.parse(stdout) as FullDisk;
      assert.ok(told.bookedOnFull.length > 40, `${told.bookedOnFull.length}`);
      assert.deepEqual(told.onFull, [20, 20]);
      assert.deepEqual(
        [...new Set(told.refusals)],
        ['unavailable: the records cannot be written: the disk is full'],
      );
      assert.deepEqual(told.seenOnFull, told.bookedOnFull.toSorted());
      assert.ok(told.booked.length > told.bookedOnFull.length);
      assert.deepEqual(told.stored, told.booked.toSorted());
      assert.deepEqual(told.totals, [{ held: 2 * told.booked.length, confirmed: 0 }]);
    });
  }
});

function fault(words: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof InputError, messageOf(error));
    assert.match(error.message, words);
    assert.ok(!error.message.includes('\n'));
    return true;
  };
}

async function fill(path: string, bookings: number): Promise<void> {
  const records = await EmbeddedRecords.open(path, 'none');
  await records.addEvent(anEvent());
  const some = Array.from({ length: bookings }, (_, at) =>
    records.book(aReservation({ id: `r-${at}` }), anAnswer({ key: `${at}` })),
  );
  await Promise.all(some);
  await records.close();
}

function open(path = folder): Promise<EmbeddedRecords> {
  return EmbeddedRecords.open(path, 'fsync');
}

describe('a folder that cannot be opened says why, in one line', () => {
  test('open in this process, and then not any more', async () => {
    const records = await open();
    await assert.rejects(
      open(),
      fault(new RegExp(`${folder} are open in process ${process.pid} `)),
    );
    await records.close();
    await (await open()).close();
  });

  test('open in another process, which is then killed', async () => {
    const { child, said, killAt } = startBooking('fsync');
    while (said() === '') await sleep(5);
    await assert.rejects(open(), fault(new RegExp(`open in process ${child.pid} `)));
    await killAt(1);
    await (await open()).close();
  });

  test('somebody else’s, or no folder', async () => {
    writeFileSync(join(folder, 'diary.txt'), 'dear');
    await assert.rejects(open(), fault(/need a folder of their own.*diary\.txt/));
    await assert.rejects(open(join(folder, 'diary.txt')), fault(/cannot be a folder/));
  });

  test('a file of another kind, or an empty one', async () => {
    const path = join(folder, 'data.mdb');
    for (const bytes of [Buffer.alloc(20_000, 7), Buffer.from('hello'), Buffer.alloc(0)]) {
      writeFileSync(path, bytes);
      await assert.rejects(open(), fault(/is not a database of records, or is damaged/));
    }
  });

  test('a file that is cut at 12 places, and is as it was afterwards', async () => {
    const whole = join(folder, 'whole');
    await fill(whole, 200);
    const size = readFileSync(join(whole, 'data.mdb')).length;
    for (let part = 1; part <= 12; part++) {
      const cut = join(folder, `cut-${part}`);
      mkdirSync(cut);
      copyFileSync(join(whole, 'data.mdb'), join(cut, 'data.mdb'));
      const bytes = Math.floor((size * part) / 13);
      truncateSync(join(cut, 'data.mdb'), bytes);
      await assert.rejects(open(cut), fault(/cut short by \d+ bytes|is damaged/));
      assert.equal(readFileSync(join(cut, 'data.mdb')).length, bytes);
    }
  });

  test('but not for pages that were given up before they were written', async () => {
    const records = await EmbeddedRecords.open(join(folder, 'none'), 'none');
    await records.addEvent(anEvent());
    for (let at = 0; at < 400; at++) {
      await records.book(aReservation({ id: `r-${at}` }), anAnswer({ key: `${at}`, atMs: at }));
    }
    await records.beginRun();
    await records.expire(1000, 300);
    await records.forgetKept(1000);
    await records.beginRun();
    const copy = join(folder, 'data.mdb');
    copyFileSync(join(folder, 'none', 'data.mdb'), copy);
    await records.close();
    rmSync(join(folder, 'none'), { recursive: true });
    const bytes = readFileSync(copy).length;
    const copied = await open();
    assert.deepEqual(await copied.totals(), new Map([[0, { held: 200, confirmed: 0 }]]));
    await copied.close();
    assert.ok(readFileSync(copy).length > bytes);
  });

  test('a newer format', async () => {
    const lmdb = await import('lmdb');
    const root = lmdb.open({ path: join(folder, 'data.mdb'), overlappingSync: false });
    const meta = root.openDB('meta', { encoding: 'json' });
    meta.putSync('format', 2);
    await root.close();
    await assert.rejects(open(), fault(/has format 2, and this version reads and writes format 1/));
  });
});
