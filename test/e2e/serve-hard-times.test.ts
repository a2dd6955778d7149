// A server that has too few files, is paused, or is held by slow clients, through the command that people start.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, putOnSale, type Told } from '../support/buyer.ts';
import { until } from '../support/processes.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const IN_MEMORY = ['--memory', '--threads', '1', '--log-level', 'error'];

const folder = mkdtempSync(join(tmpdir(), 'onsale-hard-'));
const sockets = new Set<Socket>();
after(async () => {
  for (const socket of sockets) socket.destroy();
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** A connection, once it is there or refused. */
async function connected({ url }: ServeProcess): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.add(socket);
  // Refused or reset is a way to be told that there is no room.
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** Asks again while the server says that it has too much to do. */
async function buy(url: string, eventId: string, quantity: number, hold = false): Promise<Told> {
  for (;;) {
    const told = await ask(url, 'POST /reservations', { eventId, quantity, hold });
    if (told.status !== 429) return told;
    await delay(50);
  }
}

/** Hundredths of a second of processor that a process has had. Needs Linux. */
function cpuTicks({ child }: ServeProcess): number {
  const [, said = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
  const fields = said.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

const NOT_LINUX = process.platform !== 'linux' && 'looks into /proc';

test('started with 64 file descriptors, under 100 connections, the server stays, does not spin, and sells when they have gone', {
  skip: NOT_LINUX,
}, async () => {
  const through = ['sh', '-c', 'ulimit -n 64 && exec "$@"', 'sh'];
  const server = await startServe(IN_MEMORY, { through });
  const eventId = await putOnSale(server.url, 10);
  const crowd = await Promise.all(Array.from({ length: 100 }, () => connected(server)));
  // Those beyond what can be opened are closed, by and by.
  await until(() => crowd.some((socket) => socket.closed));
  // One that tries again and again what it cannot do would never come to rest.
  await until(async () => {
    const before = cpuTicks(server);
    await delay(500);
    return cpuTicks(server) - before <= 5;
  });
  assert.equal(server.child.exitCode, null);
  for (const socket of crowd) socket.destroy();
  await until(async () => {
    const told = await ask(server.url, 'GET /ready').catch(() => undefined);
    return told?.status === 200;
  });
  assert.equal((await buy(server.url, eventId, 2)).status, 201);
  assert.doesNotMatch(server.stderr(), /^ +at /m);
  assert.equal((await server.stop()).code, 0);
});

/** Does something while the server is stopped; what it had asked is answered afterwards. */
async function paused<T>({ child }: ServeProcess, ms: number, act: () => T): Promise<T> {
  child.kill('SIGSTOP');
  const asked = act();
  await delay(ms);
  child.kill('SIGCONT');
  return asked;
}

describe('a server that is paused', { skip: NOT_LINUX }, () => {
  test('for 600 ms, and holds last longer: the hold is confirmed, and nobody else gets its tickets', async () => {
    const server = await startServe(['--data', join(folder, 'short'), '--threads', '1']);
    const { url } = server;
    const eventId = await putOnSale(url, 5);
    const { id } = (await buy(url, eventId, 5, true)).body;
    const rivals = await paused(server, 600, () =>
      Promise.all(Array.from({ length: 10 }, () => buy(url, eventId, 1))),
    );
    for (const { status } of rivals) assert.equal(status, 409);
    const confirmed = await ask(url, `POST /reservations/${id}/confirm`);
    assert.deepEqual([confirmed.status, confirmed.body.state], [200, 'confirmed']);
    await until(async () => (await ask(url, 'GET /ready')).status === 200);
    await server.stop();
  });

  const PAUSE_MS = LONG ? 5000 : 1500;
  test(`for ${PAUSE_MS} ms, and holds end meanwhile: either the holder gets the tickets or another, never both`, async () => {
    const args = ['--data', join(folder, 'long'), '--threads', '1', '--hold-ttl', '1'];
    const server = await startServe(args);
    const { url } = server;
    const eventId = await putOnSale(url, 5);
    const { id } = (await buy(url, eventId, 5, true)).body;
    const [confirmed, rival] = await paused(server, PAUSE_MS, () =>
      Promise.all([ask(url, `POST /reservations/${id}/confirm`), buy(url, eventId, 5)]),
    );
    assert.notEqual(confirmed.status, 200, 'its time was over, and it is not told otherwise');
    // Refused while the hold had not been ended yet: it is now.
    if (rival.status === 409) {
      await until(async () => (await buy(url, eventId, 5)).status === 201);
    }
    const { body } = await ask(url, `GET /events/${eventId}/totals`);
    assert.deepEqual(body, { held: 0, confirmed: 5, available: 0 });
    await server.stop();
  });
});

if (LONG) {
  describe('many connections', { skip: NOT_LINUX }, () => {
    test('10,000 idle ones, and 500 whose requests come a byte at a time: one who asks is served, and the slow are cut off', async () => {
      const through = ['sh', '-c', 'ulimit -n 20000 && exec "$@"', 'sh'];
      const server = await startServe([...IN_MEMORY, '--connections', '10600'], { through });
      const eventId = await putOnSale(server.url, 10);
      const idle = await Promise.all(Array.from({ length: 10_000 }, () => connected(server)));
      assert.equal(idle.filter((socket) => socket.destroyed).length, 0);
      const slow = await Promise.all(Array.from({ length: 500 }, () => connected(server)));
      const dripping = setInterval(() => {
        for (const socket of slow) if (!socket.destroyed) socket.write('a');
      }, 200);
      for (const socket of slow) socket.write('POST /reservations HTTP/1.1\r\nX: ');
      assert.equal((await buy(server.url, eventId, 1)).status, 201);
      await until(() => slow.every((socket) => socket.destroyed));
      clearInterval(dripping);
      assert.equal((await buy(server.url, eventId, 1)).status, 201);
      for (const socket of idle) socket.destroy();
      assert.equal((await server.stop()).code, 0);
    });
  });
}
