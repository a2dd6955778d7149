// What the plainest of clients send, and what they read of the answers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openServer } from '../support/open-server.ts';

test('a client that knows no more than queries lists, buys until all is sold, and creates', async () => {
  const server = await openServer({ terms: { guests: 'all' } });
  const create = 'POST /events/create?name=A&date=2027-01-01&total_tickets=5';
  const created = await server.ask(create);
  assert.equal(created.status, 200);
  assert.deepEqual([created.body.available, created.body.version], [5, 1]);
  const { events } = (await server.ask('GET /events')).body;
  assert.deepEqual(
    events.map(({ id }) => id),
    [created.body.id],
  );
  const { id } = created.body;
  const buy = await server.ask(`POST /events/${id}/reserve?num_tickets=2`);
  assert.equal(buy.status, 200);
  const again = await server.ask(`POST /reserve?eventId=${id}&tickets=3`);
  assert.equal(again.status, 200);
  const tickets = [...JSON.parse(buy.text), ...JSON.parse(again.text)] as string[];
  assert.equal(new Set(tickets).size, 5);
  const late = await server.ask(`POST /reserve?eventId=${id}&tickets=1`);
  assert.deepEqual([late.status, late.body.available], [409, 0]);
  assert.match(late.body.detail, /not enough tickets available/);
  await server.close();
});

test('bodies of other clients do no harm: none, of no type, or of a type nobody reads', async () => {
  const server = await openServer({ terms: { guests: 'all' } });
  const create = (body: object) => server.ask('POST /events/create', { body });
  // Numbers in texts, as they were typed.
  const made = await create({ name: 'A', date: '2027-01-01', total_tickets: '7' });
  assert.equal(made.body.available, 7);
  const priced = { name: 'A', date: '2027-01-01', capacity: 8, priceCents: 250 };
  assert.equal((await create(priced)).body.available, 8);
  const reserve = `POST /events/${made.body.id}/reserve?num_tickets=1`;
  for (const type of ['', 'text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
    const headers = { 'content-type': type };
    const { status, text } = await server.ask(reserve, { body: '{"event_id":"x"}', headers });
    assert.equal(status, 200, `${type}: ${text}`);
  }
  assert.equal((await server.ask(reserve)).status, 200);
  await server.close();
});

test('events that are half told, or told twice, are not made', async () => {
  const server = await openServer({ terms: { guests: 'all' } });
  for (const query of [
    '',
    'name=A&date=2027-01-01',
    'name=A&total_tickets=5',
    'date=2027-01-01&total_tickets=5',
    'name=A&date=2027-01-01&total_tickets=0',
    'name=A&date=2027-01-01&total_tickets=-5',
    'name=A&date=2027-01-01&total_tickets=1.5',
    'name=A&date=2027-01-01&total_tickets=5&capacity=5',
    'name=A&date=2027-01-01&total_tickets=99999999999',
    'name=A&date=2027-01-01&total_tickets=5&priceCents=-1',
    'name=A&date=someday&total_tickets=5',
    'name=%00&date=2027-01-01&total_tickets=5',
  ]) {
    assert.equal((await server.ask(`POST /events/create?${query}`)).status, 400, query);
  }
  assert.deepEqual((await server.ask('GET /events')).body.events, []);
  await server.close();
});

test('browsers are given a page, and programs links', async () => {
  const server = await openServer();
  const page = await server.ask('GET /', { headers: { accept: 'text/html,*/*;q=0.8' } });
  assert.match(page.headers['content-type'] ?? '', /^text\/html/);
  assert.match(page.text, /href="\/events"/);
  const links = await server.ask('GET /', { headers: { accept: '*/*' } });
  assert.match(links.text, /"events":"\/events"/);
  await server.close();
});

test('one’s own reservations are listed, the newest first, a page at a time', async () => {
  const server = await openServer();
  const organizer = await server.join('organizer', 'organizer');
  const body = { name: 'A', date: '2027-01-01', capacity: 100 };
  const { id } = (await server.ask('POST /events', { body, token: organizer.token })).body;
  const { token } = await server.join('bob');
  const ids = [];
  for (let quantity = 1; quantity <= 5; quantity++) {
    const order = { eventId: id, quantity, hold: quantity === 5 };
    ids.unshift((await server.ask('POST /reservations', { body: order, token })).body.id);
    // Of two that are made in the same millisecond any may come first.
    await sleep(2);
  }
  const list = async (query: string) =>
    (await server.ask(`GET /reservations${query}`, { token })).body.reservations;
  const [newest] = await list('');
  assert.deepEqual([newest?.state, newest?.tickets.length], ['held', 5]);
  assert.deepEqual(
    (await list('')).map((each) => each.id),
    ids,
  );
  const next = await list(`?limit=2&after=${ids[1]}`);
  assert.deepEqual(
    next.map((each) => each.id),
    ids.slice(2, 4),
  );
  for (const query of ['?limit=0', '?limit=1001', '?limit=-1', '?limit=x', '?page=1']) {
    assert.equal((await server.ask(`GET /reservations${query}`, { token })).status, 400, query);
  }
  await server.close();
});
