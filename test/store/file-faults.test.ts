// What befalls files: cut off at every byte, a disk that is full, a seller that is killed while it writes.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomStream } from '../../src/base/random.ts';
import { fileLock } from '../../src/store/file/file-lock.ts';
import { fileLog } from '../../src/store/file/file-log.ts';
import { fileNaive } from '../../src/store/file/file-naive.ts';
import type { StoredSale, StorePlace, StoreStrategy } from '../../src/store/stored.ts';
import { FAILED, IN_DOUBT } from '../../src/store/strategy.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const STRATEGIES = [fileNaive, fileLock, fileLog] as const;
const SMALL = { events: 1, tickets: 10 };
const LARGE = { events: 1, tickets: 1_000_000 };
const KILLS = process.env['ONSALE_LONG'] ? 100 : 6;
const SEED = process.env['ONSALE_TEST_SEED'] ?? '1';

/** Sells three groups; the bytes of the file that holds them. */
async function sellThree(
  strategy: StoreStrategy,
  use: (place: StorePlace, file: string, bytes: Buffer) => Promise<void>,
): Promise<void> {
  await withStore(strategy, SMALL, {}, async (place) => {
    const seller = await strategy.open(contextOf(place, SMALL));
    for (let id = 1; id <= 3; id++) {
      assert.equal((await seller.reserve({ id, event: 0, quantity: 2, client: id })) >= 0, true);
    }
    await seller.close();
    const names = {
      'file-naive': 'event-0.json',
      'file-lock': 'event-0.v4',
      'file-log': 'sales.jsonl',
    };
    const file = join(place.folder, names[strategy.name as keyof typeof names]);
    await use(place, file, readFileSync(file));
  });
}

function idsOf({ grants }: StoredSale): number[] {
  return grants.map(({ id }) => id).toSorted((one, other) => one - other);
}

describe('a file that was cut off', () => {
  for (const strategy of [fileNaive, fileLock]) {
    test(`${strategy.name}: is named and sells nothing, wherever it was cut`, () =>
      sellThree(strategy, async (place, file, bytes) => {
        for (let length = 0; length < bytes.length; length++) {
          writeFileSync(file, bytes.subarray(0, length));
          const named = new RegExp(`^Error: ${file} holds no JSON: `);
          await assert.rejects(strategy.readBack(place, SMALL), named);
          const seller = await strategy.open(contextOf(place, SMALL));
          await assert.rejects(seller.reserve({ id: 9, event: 0, quantity: 1, client: 9 }), named);
          assert.deepEqual(readFileSync(file), bytes.subarray(0, length));
        }
      }));
  }

  test('file-lock: half of the next version was never published, and is written over', () =>
    sellThree(fileLock, async (place, file, bytes) => {
      const next = join(place.folder, 'event-0.vnext.0');
      for (let length = 0; length <= bytes.length; length += 7) {
        writeFileSync(next, bytes.subarray(0, length));
        assert.deepEqual(idsOf(await fileLock.readBack(place, SMALL)), [1, 2, 3]);
      }
      const seller = await fileLock.open(contextOf(place, SMALL));
      assert.equal(await seller.reserve({ id: 4, event: 0, quantity: 1, client: 4 }), 6);
      assert.deepEqual(idsOf(await fileLock.readBack(place, SMALL)), [1, 2, 3, 4]);
      assert.ok(file.endsWith('v4'));
    }));

  test('file-log: every whole record counts, what is torn never does, and selling goes on behind it', () =>
    sellThree(fileLog, async (place, file, bytes) => {
      for (let length = 0; length <= bytes.length; length++) {
        writeFileSync(file, bytes);
        truncateSync(file, length);
        const whole = bytes
          .subarray(0, length)
          .toString()
          .split('\n')
          .filter((line) => line.endsWith('}'));
        const ids = whole.map((line) => (JSON.parse(line) as { id: number }).id);
        assert.deepEqual(idsOf(await fileLog.readBack(place, SMALL)), ids, `cut at ${length}`);
        const seller = await fileLog.open(contextOf(place, SMALL));
        const ticket = await seller.reserve({ id: 9, event: 0, quantity: 1, client: 9 });
        await seller.close();
        assert.equal(ticket, 2 * ids.length, `cut at ${length}`);
        const stored = await fileLog.readBack(place, SMALL);
        assert.deepEqual(idsOf(stored), [...ids, 9], `cut at ${length}`);
        assert.deepEqual(stored.remaining, [10 - 2 * ids.length - 1]);
      }
    }));
});

/** A disk of 64 KiB for one command: in a name space of its own, so that nothing of it stays. */
const ON_SMALL_DISK = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" "$3" "$4" "$1"';

/** How to get one here, as root or not. */
function smallDisk(): readonly string[] | undefined {
  return [['-m'], ['-Urm']].find((flags) => {
    const mount = 'mount -t tmpfs -o size=64k tmpfs /tmp';
    return spawnSync('unshare', [...flags, 'sh', '-c', mount]).status === 0;
  });
}

const FLAGS = smallDisk();

type Told = readonly (readonly [id: number, answer: number])[];

interface FullDisk {
  readonly full: Told;
  readonly onFull: Told;
  readonly storedOnFull: StoredSale;
  readonly withRoom: Told;
  readonly stored: StoredSale;
}

function served(told: Told): number[] {
  return told.filter(([, answer]) => answer >= 0).map(([id]) => id);
}

describe('a disk that is full', {
  skip: FLAGS === undefined && 'unshare and mount make no small disk here',
}, () => {
  const program = fileURLToPath(new URL('../support/full-disk.js', import.meta.url));
  for (const { name } of STRATEGIES) {
    test(`${name}: refuses, keeps what it has sold, and sells on when there is room`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'onsale-disk-'));
      const args = ['sh', '-c', ON_SMALL_DISK, 'sh', folder, process.execPath, program, name];
      const { stdout, stderr } = spawnSync('unshare', [...(FLAGS ?? []), ...args], {
        encoding: 'utf8',
      });
      rmSync(folder, { recursive: true });
      assert.equal(stderr, '');
      const { full, onFull, storedOnFull, withRoom, stored } = JSON.parse(stdout) as FullDisk;
      assert.ok(served(full).length > 50);
      // The last line of a log may be there in part: who wrote it does not know.
      assert.ok([FAILED, IN_DOUBT].includes(full.at(-1)?.[1] as number));
      assert.deepEqual(new Set(onFull.map(([, answer]) => answer)), new Set([FAILED]));
      assert.deepEqual(idsOf(storedOnFull), served(full));
      assert.ok(served(withRoom).length > 0);
      assert.deepEqual(idsOf(stored), [...served(full), ...served(withRoom)]);
      assert.equal(stored.grants.length + (stored.remaining[0] as number), LARGE.tickets);
    });
  }
});

const BROKEN = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

/** Calls of the system, each failing as it does when the disk is broken. */
const BREAKING = {
  fdatasync: (t: TestContext) =>
    t.mock.method(fs, 'fdatasync', (_file: number, told: (error: Error) => void) =>
      setImmediate(told, BROKEN),
    ),
  write: (t: TestContext) =>
    t.mock.method(fs, 'writeSync', () => {
      throw BROKEN;
    }),
} as const;

describe('a disk that fails', () => {
  for (const call of ['fdatasync', 'write'] as const) {
    test(`file-log: sells nothing behind a ${call} that failed, though later ones succeed`, (t) =>
      withStore(fileLog, SMALL, {}, async (place) => {
        const seller = await fileLog.open(contextOf(place, SMALL));
        const ask = (id: number) => seller.reserve({ id, event: 0, quantity: 1, client: 1 });
        assert.equal(await ask(1), 0);
        const { mock } = BREAKING[call](t);
        syncBuiltinESMExports();
        // The second comes while the first is written, and is not written any more.
        assert.deepEqual(await Promise.all([ask(2), ask(3)]), [IN_DOUBT, FAILED]);
        mock.restore();
        syncBuiltinESMExports();
        const bytes = readFileSync(join(place.folder, 'sales.jsonl'));
        assert.equal(await ask(4), FAILED);
        const given = { id: 5, event: 0, quantity: 1, client: 1, ticket: 0 };
        assert.equal(await seller.cancel(given), FAILED);
        assert.equal(await seller.resize({ id: 6, event: 0, by: 1 }), FAILED);
        assert.equal(await seller.available(0), FAILED);
        await seller.close();
        assert.deepEqual(readFileSync(join(place.folder, 'sales.jsonl')), bytes);
      }));
  }
});

describe('a seller that is killed while it writes', () => {
  const program = fileURLToPath(new URL('../support/file-seller.js', import.meta.url));
  const BUYERS = { 'file-naive': 1, 'file-lock': 3, 'file-log': 3 };

  /** Sells until so many orders were acknowledged, and then for a moment; what was acknowledged. */
  async function sellAndDie(
    { folder }: StorePlace,
    {
      name,
      first,
      orders,
      delayMs,
    }: { name: string; first: number; orders: number; delayMs: number },
  ): Promise<Told> {
    const buyers = BUYERS[name as keyof typeof BUYERS];
    const args = [program, folder, name, `${first}`, `${buyers}`];
    const seller: ChildProcess = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    seller.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.split('\n').length > orders) setTimeout(() => seller.kill('SIGKILL'), delayMs);
    });
    await once(seller, 'close');
    const lines = said.split('\n').slice(0, -1);
    return lines.map((line) => line.split(' ').map(Number) as [number, number]);
  }

  for (const strategy of STRATEGIES) {
    const { name } = strategy;
    test(`${name}: ${KILLS} times; all it acknowledged is there, once, and the next goes on`, async (t) => {
      t.diagnostic(`seed ${SEED}`);
      const { next } = randomStream(SEED, `kills of ${name}`);
      await withStore(strategy, LARGE, {}, async (place) => {
        const acknowledged = new Map<number, number>();
        for (let kill = 0; kill < KILLS; kill++) {
          const [orders, delayMs] = [1 + Math.floor(next() * 8), next() * 3];
          const told = await sellAndDie(place, { name, first: kill * 1e6, orders, delayMs });
          assert.ok(told.length >= orders, `seed ${SEED}, kill ${kill}`);
          for (const [id, ticket] of told) acknowledged.set(id, ticket);
          const { grants, remaining } = await strategy.readBack(place, LARGE);
          const stored = new Map(grants.map(({ id, ticket }) => [id, ticket]));
          for (const [id, ticket] of acknowledged)
            assert.equal(stored.get(id), ticket, `order ${id}`);
          assert.equal(new Set(stored.values()).size, grants.length);
          assert.equal(grants.length + (remaining[0] as number), LARGE.tickets);
        }
      });
    });
  }

  test('file-lock: the lock of a process that is gone is taken away', () =>
    withStore(fileLock, SMALL, {}, async (place) => {
      const gone = spawnSync(process.execPath, ['-e', '']).pid;
      const lock = join(place.folder, 'event-0.lock');
      writeFileSync(lock, `${gone} 0 owner`);
      const seller = await fileLock.open(contextOf(place, SMALL));
      assert.equal(await seller.reserve({ id: 1, event: 0, quantity: 1, client: 1 }), 0);
      assert.ok(!readdirSync(place.folder).includes('event-0.lock'));
    }));

  test('file-lock: whoever lost his lock while he slept writes nothing, and begins anew', () =>
    withStore(fileLock, SMALL, {}, async (place) => {
      const other = await fileLock.open(contextOf(place, SMALL, { self: 1 }));
      const contention = { retries: 0, waits: 0 };
      let slept = 0;
      const work = async (): Promise<void> => {
        if (slept++ > 0) return;
        // As if he had been taken for dead.
        rmSync(join(place.folder, 'event-0.lock'));
        assert.equal(await other.reserve({ id: 2, event: 0, quantity: 3, client: 2 }), 0);
      };
      const seller = await fileLock.open(contextOf(place, SMALL, { work, contention }));
      assert.equal(await seller.reserve({ id: 1, event: 0, quantity: 2, client: 1 }), 3);
      assert.deepEqual([slept, contention.retries], [2, 1]);
      const stored = await fileLock.readBack(place, SMALL);
      assert.deepEqual([idsOf(stored), stored.remaining], [[1, 2], [5]]);
    }));
});
