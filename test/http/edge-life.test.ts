// Health, stalls and the end of a server.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { busyFor, currentEpoch, systemClock } from '../../src/base/clock.ts';
import { deferred } from '../support/deferred.ts';
import { metricOf, openEdgeServer, RawClient, until } from '../support/edge-server.ts';

test('live is live; ready says why not, reason by reason', async () => {
  const { url, edge, shutdown } = await openEdgeServer();
  const ready = async () => {
    const answer = await fetch(`${url}/ready`);
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await ready(), [200, { status: 'ready', reasons: [] }]);
  edge.readiness.set('starting', true);
  edge.readiness.set('records-cannot-be-written', true);
  assert.deepEqual(await ready(), [
    503,
    { status: 'unready', reasons: ['starting', 'records-cannot-be-written'] },
  ]);
  const live = await fetch(`${url}/live`);
  assert.deepEqual([live.status, await live.json()], [200, { status: 'live' }]);
  assert.equal(live.headers.get('cache-control'), 'no-store');
  edge.readiness.set('starting', false);
  edge.readiness.set('records-cannot-be-written', false);
  assert.deepEqual(await ready(), [200, { status: 'ready', reasons: [] }]);
  await shutdown();
});

test('while the event loop is stalled for 500 ms, bookings are refused and reads are not; then it recovers', async () => {
  const { url, port, edge, shutdown } = await openEdgeServer({
    limits: { stallMs: 250 },
    routes: (app) => {
      app.get('/stall', () => {
        busyFor(systemClock(currentEpoch()), 5e8);
        return {};
      });
    },
  });
  const stalling = fetch(`${url}/stall`);
  const clients: RawClient[] = [];
  // The server is this process: what is written here is read when it has recovered from the stall.
  const refused = () => metricOf(edge, 'onsale_refused_total{reason="stalled"}');
  while (refused() === 0) {
    const client = await RawClient.to(port);
    client.socket.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    clients.push(client);
  }
  assert.equal((await stalling).status, 200);
  assert.equal((await fetch(`${url}/live`)).status, 200);
  await until('all are answered', () => clients.every(({ statuses }) => statuses.length === 1));
  const said = clients.find(({ statuses }) => statuses[0] === 429);
  assert.match(said?.text ?? '', /^Retry-After: 1\r$/im);
  assert.match(said?.text ?? '', /fallen behind/);
  await until('it is ready again', () => edge.readiness.reasons.length === 0);
  const booked = await fetch(`${url}/echo`, { method: 'POST' });
  assert.equal(booked.status, 200);
  assert.ok(metricOf(edge, 'onsale_event_loop_delay_seconds{thread="0"}') > 0.25);
  for (const { socket } of clients) socket.destroy();
  await shutdown();
});

const BOOKING = 'POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';

async function openSlow(deadlineMs: number) {
  const gate = deferred();
  let inside = 0;
  const server = await openEdgeServer({
    deadlineMs,
    admission: { concurrency: 15, queue: 100 },
    routes: (app) => {
      app.post('/slow', async () => {
        inside++;
        await gate.promise;
        return { done: true };
      });
    },
  });
  return { ...server, release: gate.resolve, inside: () => inside };
}

test('the end answers all 40 requests in flight, 25 of them in the queue, closes the idle, and accepts nobody', async () => {
  const server = await openSlow(20_000);
  const { port, edge } = server;
  const connect = (count: number) =>
    Promise.all(Array.from({ length: count }, () => RawClient.to(port)));
  const busy = await connect(38);
  // Asked twice on one connection: only the second answer may be the last.
  const [twice] = (await connect(1)) as [RawClient];
  const [idle, silent] = (await connect(2)) as [RawClient, RawClient];
  idle.socket.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  for (const { socket } of busy) socket.write(BOOKING);
  twice.socket.write(BOOKING + BOOKING);
  await until('all are there', () => server.inside() === 15 && edge.admission.waiting === 25);
  await until('the idle are answered', () => idle.statuses.length === 1);

  const end = server.shutdown();
  assert.equal(server.shutdown(), end, 'said twice, done once');
  assert.deepEqual(edge.readiness.reasons, ['draining']);
  await Promise.all([idle.closed, silent.closed]);
  assert.equal((await RawClient.to(port)).socket.destroyed, true, 'nobody is accepted');
  server.release();
  await Promise.all(busy.map(({ closed }) => closed));
  await twice.closed;
  for (const { statuses, text } of busy) {
    assert.deepEqual(statuses, [200]);
    assert.match(text, /^Connection: close\r$/im);
    assert.match(text, /\{"done":true\}$/);
  }
  assert.deepEqual(twice.statuses, [200, 200]);
  assert.equal(await end, 0);
});

test('what is asked on an open connection while the server ends is still answered', async () => {
  const server = await openSlow(20_000);
  const [first, second] = [await RawClient.to(server.port), await RawClient.to(server.port)];
  first.socket.write(BOOKING);
  // The rest of this one comes late.
  second.socket.write('GET /events HTTP/1.1\r\n');
  await until('the first is there', () => server.inside() === 1);
  await until('the second has begun', () => second.socket.bytesWritten > 0);
  // One more exchange with the server, so that it has read what was written before.
  await new Promise((resolve) => {
    request({ port: server.port, path: '/live' }, (answer) =>
      answer.resume().on('end', resolve),
    ).end();
  });
  const end = server.shutdown();
  second.socket.write('Host: a\r\n\r\n');
  await second.closed;
  assert.deepEqual(second.statuses, [200]);
  assert.match(second.text, /^Connection: close\r$/im);
  server.release();
  await first.closed;
  assert.deepEqual(first.statuses, [200]);
  assert.equal(await end, 0);
});

test('what has no answer at the deadline is cut off', async () => {
  const server = await openSlow(50);
  const client = await RawClient.to(server.port);
  client.socket.write(BOOKING);
  await until('it is there', () => server.inside() === 1);
  assert.equal(await server.shutdown(), 1);
  await client.closed;
  assert.deepEqual(client.statuses, []);
  server.release();
});
