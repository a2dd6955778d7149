// What a server does about signals, and what it leaves behind where it does not come to serve.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ask } from '../support/buyer.ts';
import { until } from '../support/processes.ts';
import { endAll, startServe } from '../support/serve-command.ts';
import { sim, startSim } from '../support/sim-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-signals-'));
after(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Whoever connects is not answered. */
async function silentServer() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    connected: once(server, 'connection'),
    url: `postgres://me@127.0.0.1:${port}/x`,
  };
}

function routesIn(path: string): string[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { route: string }).route);
}

test('a log file that is renamed gets no more lines after SIGHUP, and none of 60 is lost', async () => {
  const path = join(folder, 'rotated.log');
  const server = await startServe(['--memory', '--log-file', path]);
  const askTimes = async (count: number) => {
    for (let i = 0; i < count; i++) await ask(server.url, 'GET /live');
  };
  await askTimes(20);
  await until(() => routesIn(path).length === 20);
  renameSync(path, `${path}.1`);
  await askTimes(20);
  await until(() => routesIn(`${path}.1`).length === 40);
  server.child.kill('SIGHUP');
  await until(() => existsSync(path));
  const before = readFileSync(`${path}.1`, 'utf8');
  assert.equal(routesIn(`${path}.1`).length, 40);
  await askTimes(20);
  await until(() => routesIn(path).length === 20);
  assert.equal(readFileSync(`${path}.1`, 'utf8'), before);
  // Where there can be no new file, nothing is lost either.
  renameSync(path, `${path}.2`);
  mkdirSync(path);
  server.child.kill('SIGHUP');
  await until(() => /^sim: --log-file cannot write .*: it is a folder; /m.test(server.stderr()));
  await askTimes(1);
  assert.equal((await server.stop()).code, 0);
  assert.equal(routesIn(`${path}.2`).length, 21);
});

describe('while a database does not answer', () => {
  for (const [signal, expected] of [
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const) {
    test(`${signal} ends the start with ${expected}, without a word`, async () => {
      const { server, connected, url } = await silentServer();
      const { child, ended } = startSim(['serve', '--port', '0', '--postgres', url]);
      const [socket] = await connected;
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      assert.deepEqual([code, stdout, stderr], [expected, '', '']);
      socket.destroy();
      server.close();
    });
  }
});

test('while events are loaded from a file, SIGTERM ends the start; the rest of them is added by the next one', async () => {
  const COUNT = 1000;
  const path = join(folder, 'many.json');
  const events = Array.from({ length: COUNT }, (_, i) => ({
    name: `Event ${i}`,
    date: '2027-05-01',
    capacity: 5,
  }));
  writeFileSync(path, JSON.stringify(events));
  const data = join(folder, 'loading');
  const args = ['--data', data, '--threads', '1', '--events', path];
  const { child, ended } = startSim(['serve', '--port', '0', ...args]);
  await until(() => existsSync(join(data, 'token-secret')));
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  const server = await startServe(args);
  const [, added, present] = /(\d+) added, (\d+) were there/.exec(server.stderr()) ?? [];
  assert.equal(Number(added) + Number(present), COUNT);
  assert.ok(Number(added) > 0, 'it was loaded before it could be ended');
  assert.equal((await server.stop()).code, 0);
});

test('where the books are damaged, nothing is written beside them', async () => {
  const data = join(folder, 'damaged');
  const books = join(data, 'books');
  mkdirSync(books, { recursive: true });
  writeFileSync(join(books, 'data.mdb'), 'x'.repeat(10_000));
  const { code, stderr } = await sim('serve', '--port', '0', '--data', data);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^sim: .*data\.mdb is not a database of records, or is damaged: [^\n]+\n$/);
  assert.deepEqual(readdirSync(data), ['books']);
  assert.deepEqual(readdirSync(books), ['data.mdb']);
});
