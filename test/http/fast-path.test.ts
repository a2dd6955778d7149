import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_ADMISSION, DEFAULT_LIMITS } from '../../src/http/settings.ts';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import { Refusal } from '../../src/service/refusals.ts';
import { RawClient, until } from '../support/edge-server.ts';
import {
  JSON_TYPE,
  masked,
  openWays,
  type Request,
  textOf,
  WAYS,
  type WaysServer,
} from '../support/two-ways.ts';

const ORDER = '{"eventId":"big","quantity":2}';
const order: Request = { body: ORDER };

/** Asks both ways, and has the same answer; whether the short way was gone to its end. */
async function bothWays(server: WaysServer, name: string, request: Request, status: number) {
  const short = await server.ask(WAYS[0], request);
  const long = await server.ask(WAYS[1], request);
  assert.equal(masked(short.text), masked(long.text), name);
  assert.match(long.text, new RegExp(`^(HTTP/1.1 100 Continue\r\n\r\n)?HTTP/1.1 ${status} `), name);
  return { isShort: short.routed === 0 && long.routed === 1, ...long };
}

/** With the status of the answer to each, and whether the short way is meant to take it. */
const REQUESTS: readonly (readonly [string, Request, number, 'short' | 'long' | 'edge'])[] = [
  ['an order', order, 201, 'short'],
  ['with a charset', { headers: [`${JSON_TYPE}; charset=utf-8`], body: ORDER }, 201, 'short'],
  ['held', { body: '{"eventId":"big","quantity":1,"hold":true}' }, 201, 'short'],
  ['in pieces', { ...order, pieces: 7 }, 201, 'short'],
  ['with an id', { headers: [JSON_TYPE, 'X-Request-Id: mine'], body: ORDER }, 201, 'short'],
  ['a bad id', { headers: [JSON_TYPE, 'X-Request-Id: a b'], body: ORDER }, 201, 'short'],
  ['to hang up', { headers: [JSON_TYPE, 'Connection: close'], body: ORDER }, 201, 'short'],
  ['sold out', { body: '{"eventId":"small","quantity":2}' }, 409, 'short'],
  ['no event', { body: '{"eventId":"none","quantity":2}' }, 404, 'short'],
  ['a name from outside ASCII', { body: '{"eventId":"Ünï🎫","quantity":2}' }, 404, 'short'],
  ['too many', { body: '{"eventId":"big","quantity":11}' }, 400, 'short'],
  ['none', { body: '{"eventId":"big","quantity":0}' }, 400, 'long'],
  ['a text', { body: '{"eventId":"big","quantity":"1"}' }, 400, 'long'],
  ['unknown field', { body: '{"eventId":"big","quantity":1,"x":1}' }, 400, 'long'],
  ['poison', { body: '{"__proto__":{"x":1},"eventId":"big","quantity":1}' }, 400, 'long'],
  ['hidden', { body: '{"\\u005f_proto__":{},"eventId":"big","quantity":1}' }, 400, 'long'],
  ['maker', { body: '{"constructor":{"prototype":{}},"eventId":"big","quantity":1}' }, 400, 'long'],
  ['no JSON', { body: ORDER.slice(1) }, 400, 'long'],
  ['a mark before it', { body: `\uFEFF${ORDER}` }, 201, 'short'],
  ['two of them', { body: ORDER + ORDER }, 400, 'long'],
  ['a list', { body: `[${ORDER}]` }, 400, 'long'],
  ['nothing', { body: '' }, 400, 'long'],
  ['no type', { headers: [], body: ORDER }, 415, 'long'],
  ['another type', { headers: ['Content-Type: text/plain'], body: ORDER }, 415, 'long'],
  ['no type at all', { headers: ['Content-Type: ;'], body: ORDER }, 415, 'long'],
  [
    'a type spelt otherwise',
    { headers: ['Content-Type: Application/JSON'], body: ORDER },
    201,
    'long',
  ],
  ['no token', { headers: [JSON_TYPE, 'Authorization: Bearer x'], body: ORDER }, 401, 'long'],
  ['no bearer', { headers: [JSON_TYPE, 'Authorization: Basic eA=='], body: ORDER }, 401, 'long'],
  ['a key', { headers: [JSON_TYPE, 'Idempotency-Key: k'], body: ORDER }, 201, 'long'],
  [
    'the key of another',
    { headers: [JSON_TYPE, 'Idempotency-Key: k'], body: '{"eventId":"big","quantity":3}' },
    422,
    'long',
  ],
  ['no key', { headers: [JSON_TYPE, 'Idempotency-Key:'], body: ORDER }, 400, 'long'],
  ['with consent', { headers: [JSON_TYPE, 'Expect: 100-continue'], body: ORDER }, 201, 'long'],
  [
    'of a size not told',
    { headers: [JSON_TYPE, 'Transfer-Encoding: chunked'], body: `1e\r\n${ORDER}\r\n0\r\n\r\n` },
    201,
    'long',
  ],
  ['too large', { body: ORDER + ' '.repeat(DEFAULT_LIMITS.bodyBytes) }, 413, 'edge'],
  ['large', { body: ORDER + ' '.repeat(DEFAULT_LIMITS.bodyBytes - ORDER.length) }, 201, 'short'],
];

test(`${REQUESTS.length} requests are answered alike by the short way and by the route`, async () => {
  const server = await openWays();
  await server.putOnSale('big', 1000);
  await server.putOnSale('small', 1);
  for (const [name, request, status, way] of REQUESTS) {
    if (name === 'a key') await server.ask(WAYS[0], request);
    const { isShort, routed } = await bothWays(server, name, request, status);
    assert.equal(isShort, way === 'short', name);
    if (way === 'edge') assert.equal(routed, 0, name);
  }
  await server.close();
});

test('whoever logs in is known by the short way once the route has asked, and by what he may', async () => {
  const server = await openWays({ guests: 'none' });
  await server.putOnSale('big', 1000);
  assert.ok((await bothWays(server, 'a guest', order, 401)).isShort);
  for (const [role, status] of [
    ['customer', 201],
    ['organizer', 403],
    ['admin', 403],
  ] as const) {
    const headers = [JSON_TYPE, `Authorization: Bearer ${await server.tokenOf(role)}`];
    assert.equal((await bothWays(server, role, { ...order, headers }, status)).isShort, false);
    assert.ok((await bothWays(server, role, { ...order, headers }, status)).isShort);
  }
  await server.close();
});

test('a token that has expired is refused by either way, however often it was taken before', async () => {
  const settings = { secret: Buffer.alloc(32, 1).toString('base64url'), ttlMs: 2000 };
  const server = await openWays({ tokens: settings });
  await server.putOnSale('big', 1000);
  const headers = [JSON_TYPE, `Authorization: Bearer ${await server.tokenOf('customer')}`];
  const taken = await server.ask(WAYS[0], { ...order, headers });
  assert.match(taken.text, /^HTTP\/1.1 201 /);
  const isTaken = async (): Promise<boolean> => {
    const { text } = await server.ask(WAYS[0], { ...order, headers });
    return text.startsWith('HTTP/1.1 201 ');
  };
  while (await isTaken()) await new Promise((resolve) => setTimeout(resolve, 50));
  await bothWays(server, 'expired', { ...order, headers }, 401);
  await server.close();
});

test('who comes too often is refused the same, and so is who comes while the server closes', async () => {
  const server = await openWays({ admission: { ...DEFAULT_ADMISSION, clientRatePerSecond: 1e-3 } });
  await server.putOnSale('big', 1000);
  await server.ask(WAYS[0], order);
  assert.equal((await bothWays(server, 'too often', order, 429)).routed, 0);
  await server.close();
  const answers: string[] = [];
  for (const way of WAYS) {
    const closing = await openWays();
    await closing.putOnSale('big', 1000);
    const client = await RawClient.to(closing.port);
    const text = textOf(way, order);
    client.socket.write(text.slice(0, -1));
    await until(
      'it was asked',
      () => closing.app.server.listening && client.socket.bytesWritten > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = closing.close();
    client.socket.write(text.slice(-1));
    await closed;
    await client.closed;
    assert.match(client.text, /^HTTP\/1.1 201 Created.*\r\nConnection: close\r\n/is);
    answers.push(masked(client.text));
  }
  assert.equal(answers[0], answers[1]);
});

test('books that fail are told, and logged, the same', async () => {
  const failures = [
    new Error('password of the database: hunter2'),
    new Refusal('unavailable', 'no room'),
    new Refusal('in-doubt', 'who knows'),
  ];
  for (const failure of failures) {
    const records = new (class extends MemoryRecords {
      override book(): never {
        throw failure;
      }
    })();
    const folder = mkdtempSync(join(tmpdir(), 'onsale-fast-path-'));
    const file = join(folder, 'log');
    const server = await openWays({ records, log: { level: 'info', file } });
    await server.putOnSale('big', 1000);
    const status = failure instanceof Refusal ? 503 : 500;
    assert.ok((await bothWays(server, failure.message, order, status)).isShort);
    await server.close();
    const lines = masked(readFileSync(file, 'utf8'))
      .replaceAll(/\\n[^"]*/g, '')
      .split('\n');
    const half = (lines.length - 1) / 2;
    assert.ok(half >= 2, failure.message);
    assert.deepEqual(lines.slice(0, half), lines.slice(half, -1));
    rmSync(folder, { recursive: true });
  }
});

test('who finds no permit waits for one in the queue of the route', async () => {
  const admission = { ...DEFAULT_ADMISSION, concurrency: 1, queue: 10 };
  const server = await openWays({ admission });
  await server.putOnSale('big', 1000);
  const client = await RawClient.to(server.port);
  client.socket.write(textOf(WAYS[0], order).repeat(5));
  await until('all are answered', () => client.statuses.length === 5);
  assert.deepEqual(client.statuses, [201, 201, 201, 201, 201]);
  const metrics = (await server.app.inject('/metrics')).payload;
  assert.match(metrics, /^onsale_admissions_total\{decision="queued"\} 4$/m);
  assert.match(metrics, /^onsale_permits_free\{thread="0"\} 1$/m);
  assert.match(
    metrics,
    /^onsale_http_requests_total\{method="POST",route="\/reservations",status="2xx"\} 5$/m,
  );
  client.socket.destroy();
  await server.close();
});

test('the line of an order in the log is the same by either way, and so are the metrics', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-fast-path-'));
  const file = join(folder, 'log');
  const server = await openWays({ log: { level: 'info', file } });
  await server.putOnSale('big', 1000);
  const headers = [JSON_TYPE, `Authorization: Bearer ${await server.tokenOf('customer')}`];
  await server.ask(WAYS[1], { ...order, headers });
  await bothWays(server, 'an order', { ...order, headers }, 201);
  await bothWays(server, 'sold out', { body: '{"eventId":"none","quantity":1}' }, 404);
  const metrics = (await server.app.inject('/metrics')).payload;
  const counted = (status: string): string | undefined =>
    new RegExp(
      `requests_total{method="POST",route="/reservations",status="${status}"} (\\d+)`,
    ).exec(metrics)?.[1];
  assert.deepEqual([counted('2xx'), counted('4xx')], ['3', '2']);
  await server.close();
  const lines = masked(readFileSync(file, 'utf8'))
    .split('\n')
    .filter((line) => line.includes('"POST"'));
  assert.equal(lines.length, 5);
  assert.equal(lines[1], lines[2]);
  assert.match(lines[1] ?? '', /"accountId":"the-customer"/);
  assert.equal(lines[3], lines[4]);
  rmSync(folder, { recursive: true });
});
