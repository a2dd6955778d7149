// What requests may not say, and how they are told so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import { type Asked, type OpenServer, openServer } from '../support/open-server.ts';

const EVENT = { name: 'Concert', date: '2027-05-01', capacity: 100 };

async function withEvent(): Promise<{ server: OpenServer; eventId: string }> {
  const server = await openServer({ terms: { guests: 'all' } });
  return { server, eventId: (await server.ask('POST /events', { body: EVENT })).body.id };
}

function assertProblem(answer: Asked, status: number, code: string, message: string): void {
  assert.equal(answer.status, status, `${message}: ${answer.text}`);
  assert.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8', message);
  assert.equal(answer.body.type, `urn:onsale:problem:${code}`, message);
  assert.equal(answer.body.status, status, message);
  assert.ok(answer.body.title && answer.body.detail && answer.body.instance, message);
  assert.doesNotMatch(answer.text, /\bat \w+.*:\d+|\.ts|\.js|node_modules|"stack"/, message);
}

const QUANTITIES = [
  '-1',
  '-2147483648',
  '0',
  '-0',
  '1.5',
  '0.9999',
  '1e309',
  '-1e309',
  '1e3',
  '11',
  '2147483648',
  '9007199254740993',
  '"2"',
  '""',
  '"x"',
  'null',
  'true',
  '[1]',
  '{}',
  'NaN',
  'Infinity',
  '0x2',
  '02',
  '+2',
  '٢',
];

test(`${QUANTITIES.length} impossible quantities are refused, three ways each, and nothing is sold`, async () => {
  const { server, eventId } = await withEvent();
  for (const quantity of QUANTITIES) {
    const body = `{"eventId":"${eventId}","quantity":${quantity}}`;
    const bare = encodeURIComponent(quantity.replaceAll('"', quantity === '"2"' ? "'" : ''));
    const answers = [
      await server.ask('POST /reservations', { body }),
      await server.ask(`POST /events/${eventId}/reserve?num_tickets=${bare}`),
      await server.ask(`POST /reserve?eventId=${eventId}&tickets=${bare}`),
    ];
    for (const answer of answers) assertProblem(answer, 400, 'bad-request', quantity);
  }
  for (const query of ['', '?num_tickets', '?num_tickets=1&num_tickets=1', '?num_tickets=1&x=1']) {
    const answer = await server.ask(`POST /events/${eventId}/reserve${query}`);
    assertProblem(answer, 400, 'bad-request', query);
  }
  assert.equal((await server.ask(`GET /events/${eventId}`)).body.available, 100);
  await server.close();
});

test('bodies that would poison objects are refused, and so are fields nobody knows', async () => {
  const { server, eventId } = await withEvent();
  const rest = `"eventId":"${eventId}","quantity":1`;
  for (const body of [
    `{"__proto__":{"quantity":1},${rest}}`,
    `{"\\u005f_proto__":{"x":1},${rest}}`,
    `{"constructor":{"prototype":{"x":1}},${rest}}`,
    `{"hold":{"__proto__":{}},${rest}}`,
    `{"hasOwnProperty":1,${rest}}`,
    `{"price":1,${rest}}`,
    `[{${rest}}]`,
    `{${rest}`,
    `"text"`,
    'null',
    '',
    '\u0000',
  ]) {
    assertProblem(await server.ask('POST /reservations', { body }), 400, 'bad-request', body);
  }
  // Not only as a field that nobody knows, where there is a schema to say so.
  const poison = await server.ask('POST /events/create', { body: '{"a":{"__proto__":{"x":1}}}' });
  assert.equal(
    poison.body.detail,
    'the body is not valid JSON, or names __proto__ or a constructor',
  );
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
  await server.close();
});

test('what a text must look like is told in words, once for each place', async () => {
  const { server, eventId } = await withEvent();
  const told = async (what: string, body?: unknown): Promise<string[]> => {
    const answer = await server.ask(what, { body });
    assertProblem(answer, 400, 'bad-request', what);
    return [answer.body.detail, ...(answer.body.errors ?? []).slice(1)];
  };
  assert.deepEqual(await told(`POST /events/${eventId}/reserve?num_tickets=-2`), [
    'querystring/num_tickets must be a whole number in decimal digits',
  ]);
  assert.deepEqual(await told('POST /events', { ...EVENT, date: 'soon' }), [
    'body/date must be a day or a moment as 2027-05-01 or 2027-05-01T20:00:00Z',
  ]);
  assert.deepEqual(await told('POST /events', { ...EVENT, name: '\u001b[2J' }), [
    'body/name must be 1 to 200 characters, none of them for control',
  ]);
  assert.deepEqual(await told('POST /events', '{"__proto__": {}}'), [
    'the body is not valid JSON, or names __proto__ or a constructor',
  ]);
  const account = await server.ask('POST /accounts', {
    body: { name: '?', password: 'x'.repeat(9) },
  });
  assert.match(account.body.detail, /^body\/name must be 3 to 40 letters/);
  await server.close();
});

test('events are named, dated, priced and counted as events are', async () => {
  const { server } = await withEvent();
  const wrong: object[] = [
    { name: '' },
    { name: '   ' },
    { name: 'a'.repeat(201) },
    { name: 'a\u0000b' },
    { name: 'a\nb' },
    { name: 'a\ud800' },
    { date: '2027-02-30' },
    { date: '2027-13-01' },
    { date: '01.05.2027' },
    { date: '2027-05-01T25:00:00Z' },
    { date: 'soon' },
    { priceCents: -1 },
    { priceCents: 0.5 },
    { priceCents: 1e9 + 1 },
    { priceCents: '1' },
    { capacity: 0 },
    { capacity: -5 },
    { capacity: 1.5 },
    { capacity: 2 ** 30 + 1 },
  ];
  for (const each of wrong) {
    const answer = await server.ask('POST /events', { body: { ...EVENT, ...each } });
    assertProblem(answer, 400, 'bad-request', JSON.stringify(each));
  }
  // What can be had is said by the server that keeps it.
  const huge = await server.ask('POST /events', { body: { ...EVENT, capacity: 2 ** 30 } });
  assertProblem(huge, 422, 'limit-reached', 'a capacity that the stock has no room for');
  for (const date of ['2028-02-29', '2027-05-01T20:00:00Z', '2027-05-01T20:00:00+02:00']) {
    const body = { ...EVENT, name: ' Ünïcode 🎫 ', date, priceCents: 1e9 };
    assert.equal((await server.ask('POST /events', { body })).status, 201, date);
  }
  await server.close();
});

test('every kind of problem has its status, its type and no stack', async () => {
  const { server, eventId } = await withEvent();
  const text = { headers: { 'content-type': 'text/plain' }, body: 'x' };
  const unsupported = await server.ask('POST /reservations', text);
  assertProblem(unsupported, 415, 'unsupported-media-type', 'text');
  const large = await server.ask('POST /reservations', { body: 'x'.repeat(2 ** 20 + 1) });
  assertProblem(large, 413, 'body-too-large', 'a body of a megabyte');
  assertProblem(await server.ask('GET /nothing'), 404, 'not-found', 'an unknown path');
  assertProblem(await server.ask('GET /events/%zz'), 400, 'bad-request', 'a path that is none');
  assertProblem(await server.ask('GET /events/nothing'), 404, 'not-found', 'an unknown event');
  const put = await server.ask(`PUT /events/${eventId}`, { body: {} });
  assertProblem(put, 405, 'wrong-method', 'PUT');
  assert.equal(put.headers['allow'], 'DELETE, GET, HEAD, OPTIONS, PATCH');
  const options = await server.ask('OPTIONS /reservations');
  assert.equal(options.status, 204);
  assert.equal(options.headers['allow'], 'GET, HEAD, OPTIONS, POST');
  const head = await server.ask('HEAD /events');
  assert.deepEqual([head.status, head.text], [200, '']);
  const many = await server.ask('POST /reservations', { body: { eventId, quantity: 11 } });
  assertProblem(many, 400, 'bad-request', 'more than one may have');
  const places = await server.ask('POST /reservations', { body: { eventId, quantity: 0 } });
  assert.deepEqual(places.body.errors, ['/quantity must be >= 1']);
  const small = await server.ask('POST /events', { body: { ...EVENT, capacity: 1 } });
  const soldOut = await server.ask('POST /reservations', {
    body: { eventId: small.body.id, quantity: 2 },
  });
  assertProblem(soldOut, 409, 'sold-out', 'sold out');
  assert.deepEqual([soldOut.body.available, soldOut.body.asked], [1, 2]);
  await server.close();
});

test('what fails inside is told as such, is logged with the request’s id, and says nothing more', async () => {
  class Broken extends MemoryRecords {
    override book(): never {
      throw new Error('password of the database: hunter2');
    }
  }
  const lines: string[] = [];
  const options = {
    logger: { level: 'error', stream: { write: (line: string) => lines.push(line) } },
  };
  const server = await openServer({ terms: { guests: 'all' }, records: new Broken(), options });
  const { id } = (await server.ask('POST /events', { body: EVENT })).body;
  const answer = await server.ask('POST /reservations', { body: { eventId: id, quantity: 1 } });
  assertProblem(answer, 500, 'internal', 'a broken database');
  assert.doesNotMatch(answer.text, /hunter2/);
  const requestId = answer.body.instance.replace(/^urn:onsale:request:/, '');
  assert.notEqual(requestId, answer.body.instance);
  assert.ok(lines.some((line) => line.includes(requestId) && line.includes('hunter2')));
  assert.equal((await server.ask(`GET /events/${id}`)).body.available, 100);
  await server.close();
});

test('every answer tells browsers to guess, frame and keep nothing', async () => {
  const { server } = await withEvent();
  for (const what of ['GET /', 'GET /events', 'GET /nothing', 'GET /docs', 'GET /events/%zz']) {
    const { headers } = await server.ask(what);
    assert.equal(headers['x-content-type-options'], 'nosniff', what);
    assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/, what);
    assert.doesNotMatch(headers['content-security-policy'] ?? '', /unsafe/, what);
  }
  await server.join('bob');
  const body = { name: 'bob', password: 'correct horse' };
  const session = await server.ask('POST /sessions', { body });
  assert.equal(session.headers['cache-control'], 'no-store');
  await server.close();
});
