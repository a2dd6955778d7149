import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { defaultStrategy } from '../../src/http/default-strategy.ts';
import { type RunningServer, serve, serveAs } from '../../src/http/serve.ts';
import { canSharePort } from '../../src/http/threads/shared-port.ts';
import { topologyOf } from '../../src/http/threads/topology.ts';
import { Refusal } from '../../src/service/refusals.ts';
import { serverSettings } from '../support/server-settings.ts';
import { strategyModules } from '../support/strategy-modules.ts';

const EVENT = {
  id: 'an-event',
  name: 'Concert',
  date: '2027-05-01',
  priceCents: 4200,
  capacity: 5,
  organizerId: 'an-organizer',
  createdAtMs: 0,
};
const sharesPort = await canSharePort('127.0.0.1');
const needsPort = !sharesPort && 'this Node cannot let several threads listen on one port';
/** What is asked while the other side ends may have been done, or not. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Refusal && ['unavailable', 'in-doubt'].includes(error.code);
}

async function status(url: string): Promise<number> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  return response.status;
}

/** Asks as a new client; its answer must come from a server, whatever it says. */
async function isServing({ url }: RunningServer): Promise<boolean> {
  return (await status(`${url}/no-such-thing`)) === 404;
}

test('a server of one thread answers, calls its back office, and stops but once', async () => {
  const server = await serve(serverSettings());
  assert.ok(await isServing(server));
  const { event } = await server.backOffice.createEvent(EVENT);
  assert.equal(event.number, 0);
  assert.equal(server.stop(), server.stop());
  await server.stop();
  assert.equal(await server.closed, undefined);
  await assert.rejects(status(server.url));
});

test('a back office in a thread of its own makes an event, and keeps it for the acceptor', async () => {
  const server = await serveAs(serverSettings(), { acceptors: 1, house: 'thread', notes: [] });
  assert.ok(await isServing(server));
  await server.backOffice.createEvent(EVENT);
  assert.equal((await server.backOffice.listings()).length, 1);
  await server.stop();
  await assert.rejects(server.backOffice.listings(), isUnreachable);
});

test('a strategy with a clerk has its thread, which ends with the server', async () => {
  const server = await serve(serverSettings({ strategy: 'single-writer' }));
  await server.backOffice.createEvent(EVENT);
  await server.stop();
  assert.equal(await server.closed, undefined);
});

test('a thread that dies ends the server, which says which it was', async () => {
  const modules = strategyModules();
  const strategy = modules.write('dying', 'process.exit(1)', 'available: () => 1e9,');
  const threads = { acceptors: 1, house: 'thread', notes: [] } as const;
  const server = await serveAs(serverSettings({ strategy }), threads);
  await assert.rejects(server.backOffice.createEvent(EVENT), isUnreachable);
  assert.equal(await server.closed, 'the back office ended');
  await assert.rejects(status(server.url));
  modules.remove();
});

test('where there is no strategy given, each keeping has its own', () => {
  const postgres = { kind: 'postgres', url: 'postgres://' } as const;
  assert.equal(defaultStrategy({ kind: 'memory' }), 'compare-and-swap');
  assert.equal(defaultStrategy({ ...postgres, redis: undefined }), 'pg-update');
  assert.equal(defaultStrategy({ ...postgres, redis: 'redis://' }), 'redis-pg');
});

for (const house of ['main', 'thread'] as const) {
  test(`2 threads listen on one free port, the back office in ${house}`, {
    skip: needsPort,
  }, async () => {
    const topology = { acceptors: 2, house, notes: [] };
    const server = await serveAs(serverSettings({ threads: 2 }), topology);
    const served = await Promise.all(Array.from({ length: 20 }, () => isServing(server)));
    assert.ok(served.every(Boolean));
    const occupied = serverSettings({ threads: 2, port: Number(new URL(server.url).port) });
    await assert.rejects(serveAs(occupied, topology), /is in use; 0 takes a free one/);
    await server.stop();
    await assert.rejects(status(server.url));
  });
}

test('a port that is taken is refused in one line', async () => {
  const blocker: Server = await new Promise((resolve) => {
    const listening = createServer().listen(0, '127.0.0.1', () => resolve(listening));
  });
  const { port } = blocker.address() as AddressInfo;
  await assert.rejects(serve(serverSettings({ port })), {
    message: `port ${port} of 127.0.0.1 is in use; 0 takes a free one`,
  });
  blocker.close();
});

test('a strategy that does not exist is refused before anything is opened', async () => {
  await assert.rejects(serve(serverSettings({ strategy: 'no-such' })), /there is no strategy/);
});

test('where threads cannot share a port, one accepts and says so', () => {
  const keeping = { kind: 'memory' } as const;
  const alone = topologyOf({ threads: 4, keeping }, false);
  assert.equal(alone.acceptors, 1);
  assert.match(alone.notes.join(), /one thread accepts connections, not 4: this Node/);
  assert.deepEqual(topologyOf({ threads: 4, keeping }, true), {
    acceptors: 4,
    house: 'main',
    notes: [],
  });
  const folder = { kind: 'folder', folder: '/', durability: 'fsync' } as const;
  assert.equal(topologyOf({ threads: 1, keeping: folder }, false).house, 'thread');
});
