// A server whose disk is full refuses to sell, says why, and goes on when there is room.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ask, putOnSale, type Told } from '../support/buyer.ts';
import { until } from '../support/processes.ts';
import { endAll, startServe } from '../support/serve-command.ts';
import { type SmallDisk, smallDisk, withoutSmallDisk } from '../support/small-disk.ts';

const DISK_BYTES = 2 * 1024 * 1024;
const AT_ONCE = 20;
const UNREADY = [503, ['records-cannot-be-written']];

const folder = mkdtempSync(join(tmpdir(), 'onsale-full-'));
let disk: SmallDisk | undefined;
after(async () => {
  await endAll();
  await disk?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Leaves no room on a disk. */
function fill(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(join(path, 'filler'), Buffer.alloc(bavail * bsize));
}

const readinessOf = async (url: string): Promise<unknown> => {
  const { status, body } = await ask(url, 'GET /ready');
  return [status, body.reasons];
};

test('on a full disk reservations are refused with 503, events are listed, /ready says why; with room, sales go on, and all that was acknowledged is there after a restart', {
  skip: withoutSmallDisk,
}, async () => {
  const full = await smallDisk(folder, DISK_BYTES);
  disk = full;
  const log = join(folder, 'log');
  const args = ['--data', join(folder, 'data'), '--threads', '1', '--log-file', log];
  const server = await startServe(args, { through: full.through });
  const { url } = server;
  const eventId = await putOnSale(url, 10_000);
  const sold: string[] = [];
  const buySome = async (): Promise<Told[]> => {
    const orders = Array.from({ length: AT_ONCE }, () =>
      ask(url, 'POST /reservations', { eventId, quantity: 1 }),
    );
    const told = await Promise.all(orders);
    for (const { status, body } of told) if (status === 201) sold.push(body.id);
    return told.filter(({ status }) => status !== 201);
  };
  assert.deepEqual(await buySome(), []);
  fill(full.path);
  const refused: Told[] = [];
  // Pages of the file that are free are written first, and a small change may find one after a larger one did not.
  await until(async () => {
    refused.push(...(await buySome()));
    return refused.length > 0 && isDeepStrictEqual(await readinessOf(url), UNREADY);
  });
  for (const { status, type, body } of refused) {
    assert.equal(status, 503);
    assert.match(type ?? '', /^application\/problem\+json/);
    assert.equal(body.type, 'urn:onsale:problem:unavailable');
    assert.doesNotMatch(JSON.stringify(body), /at .*\.js|ENOSPC|stack/);
  }
  const listed = await ask(url, `GET /events/${eventId}`);
  assert.deepEqual([listed.status, listed.body.available], [200, 10_000 - sold.length]);
  assert.equal((await ask(url, 'GET /live')).status, 200);
  const soldWhenFull = sold.length;

  rmSync(join(full.path, 'filler'));
  // Nobody asks for anything but this: the server finds out by itself.
  await until(async () => (await ask(url, 'GET /ready')).status === 200);
  assert.deepEqual(await buySome(), []);
  assert.equal(sold.length, soldWhenFull + AT_ONCE);
  assert.equal((await server.stop()).code, 0);

  const again = await startServe(args, { through: full.through });
  for (const id of sold) {
    const { status } = await ask(again.url, `GET /reservations/${id}`);
    assert.equal(status, 200, `${id} was acknowledged`);
  }
  const left = await ask(again.url, `GET /events/${eventId}`);
  assert.equal(left.body.available, 10_000 - sold.length);
  await again.stop();
});
