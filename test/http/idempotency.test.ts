import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import type { Claim } from '../../src/service/records/records.ts';
import type { KeptAnswer, Reservation } from '../../src/service/terms.ts';
import { type OpenServer, openServer, PASSWORD } from '../support/open-server.ts';

const EVENT = { name: 'Concert', date: '2027-05-01', capacity: 100 };

async function withEvent(records = new MemoryRecords()) {
  const server = await openServer({ records });
  const organizer = await server.join('organizer', 'organizer');
  const made = await server.ask('POST /events', { body: EVENT, token: organizer.token });
  const { token } = await server.join('customer');
  return { server, eventId: made.body.id, organizer: organizer.token, token };
}

function keyed(server: OpenServer, key: string, token?: string) {
  return (what: string, body?: unknown) =>
    server.ask(what, { body, token, headers: { 'idempotency-key': key } });
}

test('100 requests with one key at once are one reservation: the others get its answer, or are told to wait', async () => {
  const { server, eventId, token } = await withEvent();
  const ask = keyed(server, 'k', token);
  const order = { eventId, quantity: 2 };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => ask('POST /reservations', order)),
  );
  const done = answers.filter(({ status }) => status === 201);
  const waiting = answers.filter(({ status }) => status === 409);
  assert.ok(done.length >= 1);
  assert.equal(done.length + waiting.length, 100);
  assert.equal(new Set(done.map(({ text }) => text)).size, 1);
  assert.equal(done.filter(({ headers }) => !headers['idempotency-replayed']).length, 1);
  for (const { body, headers } of waiting) {
    assert.equal(body.type, 'urn:onsale:problem:in-flight');
    assert.equal(headers['retry-after'], '1');
  }
  assert.equal((await server.ask(`GET /events/${eventId}`)).body.available, 98);
  const again = await ask('POST /reservations', { quantity: 2, eventId });
  assert.equal(again.text, done[0]?.text);
  assert.equal(again.headers['location'], done[0]?.headers['location']);
  await server.close();
});

test('the same key with anything else is refused: body, path, query, or method of payment', async () => {
  const { server, eventId, token } = await withEvent();
  const ask = keyed(server, 'k', token);
  const first = await ask('POST /reservations', { eventId, quantity: 1 });
  for (const [what, body] of [
    ['POST /reservations', { eventId, quantity: 2 }],
    ['POST /reservations', { eventId, quantity: 1, hold: true }],
    [`POST /reservations/${first.body.id}/cancel`, undefined],
    [`POST /events/${eventId}/reserve?num_tickets=1`, undefined],
    [`POST /events/${eventId}/reserve?num_tickets=2`, undefined],
  ] as const) {
    const { status, body: told } = await ask(what, body);
    assert.equal(status, 422, what);
    assert.equal(told.type, 'urn:onsale:problem:key-reused', what);
  }
  await server.close();
});

test('the same key for another reservation is refused, though the route and the body are the same', async () => {
  const { server, eventId, token } = await withEvent();
  const hold = async () => {
    const body = { eventId, quantity: 1, hold: true };
    return (await server.ask('POST /reservations', { body, token })).body.id;
  };
  const ask = keyed(server, 'k', token);
  const other = await hold();
  assert.equal((await ask(`POST /reservations/${await hold()}/confirm`)).status, 200);
  assert.equal((await ask(`POST /reservations/${other}/confirm`)).status, 422);
  await server.close();
});

test('a key is its owner’s: another customer, and a guest, may have the same', async () => {
  const { server, eventId, token } = await withEvent();
  const other = await server.join('other');
  const order = { eventId, quantity: 1 };
  const one = await keyed(server, 'k', token)('POST /reservations', order);
  const two = await keyed(server, 'k', other.token)('POST /reservations', order);
  assert.deepEqual([one.status, two.status], [201, 201]);
  assert.notEqual(one.body.id, two.body.id);
  await server.close();
});

test('every POST that changes something does it once, and answers twice in the same bytes', async () => {
  const { server, eventId, organizer, token } = await withEvent();
  const hold = async () => {
    const body = { eventId, quantity: 1, hold: true };
    return (await server.ask('POST /reservations', { body, token })).body.id;
  };
  for (const [what, body, who] of [
    ['POST /events', { ...EVENT, name: 'Another' }, organizer],
    ['POST /events/create?name=A&date=2027-01-01&total_tickets=3', undefined, organizer],
    ['POST /accounts', { name: 'fresh', password: PASSWORD }, undefined],
    ['POST /sessions', { name: 'customer', password: PASSWORD }, undefined],
    ['POST /reservations', { eventId, quantity: 3 }, token],
    [`POST /reserve?eventId=${eventId}&tickets=2`, undefined, token],
    [`POST /events/${eventId}/reserve?num_tickets=2`, undefined, token],
    [`POST /reservations/${await hold()}/confirm`, undefined, token],
    [`POST /reservations/${await hold()}/release`, undefined, token],
    [`POST /reservations/${await hold()}/cancel`, undefined, token],
  ] as const) {
    const ask = keyed(server, what.slice(0, 100).replaceAll(' ', '-'), who);
    const first = await ask(what, body);
    assert.ok(first.status < 300, `${what}: ${first.text}`);
    assert.equal(first.headers['idempotency-replayed'], undefined, what);
    const stock = (await server.office.events()).map(({ available }) => available);
    const second = await ask(what, body);
    assert.deepEqual([second.status, second.text], [first.status, first.text], what);
    assert.equal(second.headers['content-type'], first.headers['content-type'], what);
    assert.equal(second.headers['idempotency-replayed'], 'true', what);
    const after = (await server.office.events()).map(({ available }) => available);
    assert.deepEqual(after, stock, what);
  }
  await server.close();
});

test('a refusal is kept: sold out stays sold out under the same key', async () => {
  const { server, eventId, token } = await withEvent();
  const all = [];
  for (let sold = 0; sold < 10; sold++) {
    const body = { eventId, quantity: 10 };
    all.push((await server.ask('POST /reservations', { body, token })).body.id);
  }
  const ask = keyed(server, 'late', token);
  const first = await ask('POST /reservations', { eventId, quantity: 1 });
  assert.equal(first.body.type, 'urn:onsale:problem:sold-out');
  await server.ask(`DELETE /reservations/${all[0]}`, { token });
  const second = await ask('POST /reservations', { eventId, quantity: 1 });
  assert.deepEqual([second.status, second.text], [409, first.text]);
  assert.equal(second.headers['content-type'], first.headers['content-type']);
  const fresh = await keyed(server, 'later', token)('POST /reservations', { eventId, quantity: 1 });
  assert.equal(fresh.status, 201);
  await server.close();
});

/** Books that cannot be written once. */
class OnceBroken extends MemoryRecords {
  isBroken = true;
  readonly bodies: string[] = [];

  override async book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> {
    if (this.isBroken) {
      this.isBroken = false;
      throw new Error('the disk is full');
    }
    return super.book(reservation, kept);
  }

  override async keep(kept: KeptAnswer): Promise<void> {
    this.bodies.push(kept.body);
    return super.keep(kept);
  }

  override async claim(claim: Claim): ReturnType<MemoryRecords['claim']> {
    this.bodies.push(JSON.stringify(claim));
    return super.claim(claim);
  }
}

test('what failed may be tried again with the same key', async () => {
  const { server, eventId, token } = await withEvent(new OnceBroken());
  const ask = keyed(server, 'k', token);
  assert.equal((await ask('POST /reservations', { eventId, quantity: 1 })).status, 500);
  assert.equal((await ask('POST /reservations', { eventId, quantity: 1 })).status, 201);
  const wrong = keyed(server, 'w');
  const logIn = (password: string) => wrong('POST /sessions', { name: 'customer', password });
  assert.equal((await logIn('a wrong one')).status, 401);
  assert.equal((await logIn(PASSWORD)).status, 201);
  await server.close();
});

test('neither tokens nor passwords, nor digests of them that could be guessed from, are written down', async () => {
  const records = new OnceBroken();
  const { server } = await withEvent(records);
  const fresh = { name: 'fresh', password: PASSWORD };
  await keyed(server, 'r')('POST /accounts', fresh);
  const { body } = await keyed(server, 's')('POST /sessions', fresh);
  assert.ok(body.token);
  const written = records.bodies.join('\n');
  assert.match(written, /"key":"r"/);
  assert.doesNotMatch(written, /"key":"s"/);
  assert.ok(!written.includes(body.token) && !written.includes(PASSWORD));
  await server.close();
});

test('keys are 1 to 255 visible characters', async () => {
  const { server, eventId, token } = await withEvent();
  for (const key of ['', ' ', 'a b', 'ä', 'a'.repeat(256), 'a\tb']) {
    const { status } = await keyed(
      server,
      key,
      token,
    )('POST /reservations', { eventId, quantity: 1 });
    assert.equal(status, 400, JSON.stringify(key));
  }
  const longest = keyed(server, '~'.repeat(255), token);
  assert.equal((await longest('POST /reservations', { eventId, quantity: 1 })).status, 201);
  await server.close();
});
