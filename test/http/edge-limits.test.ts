import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type EdgeServer,
  metricOf,
  openEdgeServer,
  RawClient,
  until,
} from '../support/edge-server.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const CONNECTIONS = LONG ? 10_000 : 500;
const GIGABYTE = 2 ** 30;
/** What the sockets of both sides and the kernel may hold, and much less than what is sent. */
const CUT_OFF_BYTES = 64 * 2 ** 20;
/** Much less than a body, much more than noise. */
const MEMORY_BYTES = 128 * 2 ** 20;

let server: EdgeServer;
before(async () => {
  server = await openEdgeServer({
    limits: { headersTimeoutMs: 600, requestTimeoutMs: 1200, keepAliveTimeoutMs: 700 },
    routes: (app) => {
      app.addHook('onRequest', (request, _reply, done) => {
        done(
          request.url === '/early'
            ? Object.assign(new Error('no'), { statusCode: 401 })
            : undefined,
        );
      });
      app.post('/early', () => ({}));
    },
  });
});
after(() => server.shutdown());

async function assertServes({ url } = server): Promise<void> {
  const answer = await fetch(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  assert.deepEqual([answer.status, await answer.json()], [200, { body: { a: 1 } }]);
}

/** Sends up to a gigabyte after the headers; how much went out before the server hung up. */
async function sendGigabyte(client: RawClient, chunk: Buffer): Promise<number> {
  let sent = 0;
  const { socket } = client;
  while (sent < GIGABYTE && !socket.destroyed && socket.writable) {
    sent += chunk.length;
    if (socket.write(chunk)) continue;
    await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), client.closed]);
  }
  return sent;
}

const MEGABYTE = Buffer.alloc(2 ** 20, 'x');
const CHUNK = Buffer.concat([Buffer.from('100000\r\n'), MEGABYTE, Buffer.from('\r\n')]);
for (const [kind, path, framing, chunk, status] of [
  ['chunked', '/echo', 'Transfer-Encoding: chunked', CHUNK, 413],
  ['announced', '/echo', `Content-Length: ${GIGABYTE}`, MEGABYTE, 413],
  ['chunked, for a route that there is not', '/nowhere', 'Transfer-Encoding: chunked', CHUNK, 404],
  [
    'announced, for a route that there is not',
    '/nowhere',
    `Content-Length: ${GIGABYTE}`,
    MEGABYTE,
    413,
  ],
  ['chunked, refused before it is read', '/early', 'Transfer-Encoding: chunked', CHUNK, 401],
] as const) {
  test(`a body of 1 GB, ${kind}, is cut off`, async () => {
    const early = process.memoryUsage.rss();
    const client = await RawClient.to(server.port);
    client.socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${framing}\r\n\r\n`,
    );
    const sent = await sendGigabyte(client, chunk);
    await client.closed;
    assert.ok(sent < CUT_OFF_BYTES, `${sent} bytes were sent`);
    const grown = process.memoryUsage.rss() - early;
    assert.ok(grown < MEMORY_BYTES, `${grown} bytes more memory`);
    // A reset may overtake the answer; and a route that there is not may read until it is too much.
    for (const each of client.statuses) assert.ok([status, 413].includes(each), `${each}`);
    await assertServes();
  });
}

test('a body of 1 GB that is asked for first is refused before any of it is sent', async () => {
  const client = await RawClient.to(server.port);
  client.socket.write(
    `POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${GIGABYTE}\r\n\r\n`,
  );
  await client.closed;
  assert.deepEqual(client.statuses, [413]);
  assert.match(client.text, /"type":"urn:onsale:problem:body-too-large"/);
});

test('a header of 1 MB is refused as too large', async () => {
  const client = await RawClient.to(server.port);
  client.socket.write(`GET /events HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2 ** 20)}\r\n\r\n`);
  await client.closed;
  for (const each of client.statuses) assert.equal(each, 431);
  assert.ok(metricOf(server.edge, 'onsale_refused_total{reason="headers-too-large"}') > 0);
  await assertServes();
});

test('a URL of 1 MB is refused, too', async () => {
  const client = await RawClient.to(server.port);
  client.socket.write(`GET /${'x'.repeat(2 ** 20)} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await client.closed;
  for (const each of client.statuses) assert.equal(each, 431);
});

test('50 clients that send a byte now and then are told 408 and hung up on; the honest are served meanwhile', async () => {
  const starts = [
    '',
    'P',
    'POST /echo HTTP/1.1\r\nHost: a\r\nX: ',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n',
  ];
  const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.to(server.port)));
  for (const [i, { socket }] of clients.entries())
    socket.write(starts[i % starts.length] as string);
  const trickle = setInterval(() => {
    for (const { socket } of clients) if (socket.writable) socket.write('a');
  }, 100);
  let served = 0;
  while (clients.some(({ isClosed }) => !isClosed)) {
    await assertServes();
    served++;
  }
  clearInterval(trickle);
  assert.ok(served > 0);
  for (const { statuses } of clients) {
    // Letters where a chunk or a method should be are malformed before they are late.
    for (const status of statuses) assert.ok([400, 408].includes(status), `${status}`);
  }
  assert.ok(metricOf(server.edge, 'onsale_refused_total{reason="request-timeout"}') >= 10);
});

test('a connection that asks nothing more is closed after a while', async () => {
  const client = await RawClient.to(server.port);
  client.socket.write('GET /events HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.closed;
  assert.deepEqual(client.statuses, [200]);
});

test(`${CONNECTIONS} connections where 200 may be: the rest is dropped, and the honest are served afterwards`, async () => {
  const small = await openEdgeServer({
    admission: { connections: 200 },
    // Else those that were let in make room for others.
    limits: { headersTimeoutMs: 120_000, requestTimeoutMs: 120_000 },
  });
  const connectionsOpen = (): number => metricOf(small.edge, 'onsale_connections_open{thread="0"}');
  const clients: RawClient[] = [];
  for (let i = 0; i < CONNECTIONS; i += 100) {
    clients.push(
      ...(await Promise.all(Array.from({ length: 100 }, () => RawClient.to(small.port)))),
    );
  }
  await until('the rest is closed', () => {
    assert.ok(connectionsOpen() <= 200);
    return clients.filter(({ isClosed }) => isClosed).length >= CONNECTIONS - 200;
  });
  const dropped = metricOf(small.edge, 'onsale_connections_total{state="dropped"}');
  assert.equal(dropped, CONNECTIONS - 200);
  for (const { socket } of clients) socket.destroy();
  await until('all are closed', () => connectionsOpen() === 0);
  await assertServes(small);
  await small.shutdown();
});
