import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '../../src/base/errors.ts';
import { type LiveServer, serveLive } from '../../src/http/live-server.ts';
import type { SessionState } from '../../src/sim/session-state.ts';
import { Events } from '../support/events.ts';
import { HALFWAY } from '../support/sessions.ts';

let state: SessionState;
let server: LiveServer;
let port: number;
beforeEach(async () => {
  state = HALFWAY;
  server = await serveLive(0, () => state);
  port = Number(new URL(server.url).port);
});
afterEach(() => server.end());

/** What the server answers to a request with any headers: status, headers, text. */
async function asked(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const asking = request({ host: '127.0.0.1', port, path, method, headers }).end();
  const [response] = await once(asking, 'response');
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers, text };
}

test('the page is one document that may load nothing and run nothing else', async () => {
  const { status, headers, text } = await asked('/');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-store');
  const policy = headers['content-security-policy'] as string;
  assert.match(
    policy,
    /^default-src 'none'; script-src 'sha256-[^ ']+'; style-src 'sha256-[^ ']+';/,
  );
  assert.match(policy, /connect-src 'self'.*frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(text, /<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
  assert.match(text, /<script>.{10000}/s);
});

for (const host of [
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  '[::1]',
  '127.0.0.1@evil.example',
]) {
  test(`who calls this machine "${host}" gets nothing`, async () => {
    for (const path of ['/', '/events']) {
      const { status, text } = await asked(path, { host });
      assert.equal(status, 403);
      assert.equal(text, 'only 127.0.0.1 and localhost are served\n');
    }
  });
}

test('localhost is a name of this machine, in whatever letters and with any port', async () => {
  for (const host of ['localhost', 'LOCALHOST:1', `127.0.0.1:${port}`]) {
    const { status } = await asked('/', { host });
    assert.equal(status, 200, host);
  }
});

test('nothing can be written, and nothing else be read', async () => {
  assert.equal((await asked('/', {}, 'POST')).status, 405);
  assert.equal((await asked('/', {}, 'HEAD')).text, '');
  for (const path of ['/favicon.ico', '/../package.json', '//events', '/events/']) {
    assert.equal((await asked(path)).status, 404, path);
  }
});

test('nobody but this machine can connect: its other addresses refuse', async () => {
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((each) => each !== undefined && !each.internal && !each.address.startsWith('fe80'));
  // 127.0.0.2 leads to this machine, too, on Linux.
  const addresses = ['::1', ...(process.platform === 'linux' ? ['127.0.0.2'] : [])];
  for (const address of [...addresses, ...others.map((each) => each?.address as string)]) {
    const socket = connect(port, address);
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      socket.once('error', resolve).once('connect', () => resolve(undefined));
    });
    socket.destroy();
    assert.ok(error, `${address} answers`);
  }
});

test('who comes late is told all that is known, then what is new', async () => {
  const events = await Events.of(server.url);
  assert.deepEqual(await events.next(), { event: 'state', data: HALFWAY });
  server.tell('sample');
  const latest = HALFWAY.current?.samples.at(-1);
  assert.deepEqual(await events.next(), { event: 'sample', data: latest });
  state = { ...HALFWAY, runs: { done: 2, expected: 3 } };
  server.tell('state');
  assert.deepEqual(await events.next(), { event: 'state', data: state });
  const late = await Events.of(server.url);
  assert.deepEqual(await late.next(), { event: 'state', data: state });
  events.close();
  late.close();
});

test('the end is told to all, and then everybody is let go: 3 browsers', async () => {
  const all = await Promise.all([1, 2, 3].map(() => Events.of(server.url)));
  state = { ...HALFWAY, end: 'done' };
  await server.end();
  for (const events of all) {
    assert.deepEqual((await events.next())?.data, HALFWAY);
    assert.deepEqual((await events.next())?.data, state);
    assert.equal(await events.next(), undefined);
  }
  await assert.rejects(fetch(server.url));
});

test('the 17th browser is sent away, and is let in when another has left', async () => {
  const all = await Promise.all(Array.from({ length: 16 }, () => Events.of(server.url)));
  const { status, text } = await asked('/events');
  assert.deepEqual([status, text], [503, '16 follow already\n']);
  all[0]?.close();
  for (let tries = 0; ; tries++) {
    const last = await Events.of(server.url).catch(() => undefined);
    if (last) {
      all.push(last);
      break;
    }
    assert.ok(tries < 100, 'nobody was let in');
    await delay(10);
  }
  for (const events of all) events.close();
});

test('who does not read is dropped, and keeps neither the others nor the end waiting', async () => {
  const samples = Array.from({ length: 600 }, () => HALFWAY.current?.samples[1]);
  state = { ...HALFWAY, current: { ...HALFWAY.current, samples } } as SessionState;
  const idle: Socket = connect(port, '127.0.0.1');
  idle.pause();
  idle.write(`GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const events = await Events.of(server.url);
  await events.next();
  const gone = once(idle, 'close', { signal: AbortSignal.timeout(60_000) });
  // Each is some 60 kB: the system's buffers hold a few megabytes, and the server half of one.
  for (let i = 0; i < 200; i++) {
    server.tell('state');
    assert.ok(await events.next());
  }
  // Only who reads notices that the other side has hung up.
  idle.resume();
  await gone;
  events.close();
});

test('a port that is in use is refused in one line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port: used } = taken.address() as AddressInfo;
  await assert.rejects(
    serveLive(used, () => state),
    new InputError(`--live cannot listen on port ${used}: it is in use; 0 takes a free one`),
  );
  taken.close();
});
