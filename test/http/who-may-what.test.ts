// Every route, asked by everybody: one table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GUEST_RIGHTS } from '../../src/service/policy.ts';
import { type OpenServer, openServer } from '../support/open-server.ts';

const PARTIES = [
  'guest:none',
  'guest:buy',
  'guest:all',
  'customer',
  'otherCustomer',
  'organizer',
  'otherOrganizer',
  'admin',
] as const;
type Statuses = readonly [number, number, number, number, number, number, number, number];

const EVENT = { name: 'Concert', date: '2027-05-01', capacity: 100 };

/** What is asked: `{event}` is the organizer's, `{held}` and `{bought}` are the customer's, new for everyone who asks. */
const TABLE: readonly (readonly [what: string, body: unknown, statuses: Statuses])[] = [
  //                                      guests: none, buy, all; customers: own, other; organizers: own, other; admin
  ['GET /', undefined, [200, 200, 200, 200, 200, 200, 200, 200]],
  ['GET /openapi.json', undefined, [200, 200, 200, 200, 200, 200, 200, 200]],
  ['GET /docs', undefined, [200, 200, 200, 200, 200, 200, 200, 200]],
  [
    'POST /accounts',
    { name: '{fresh}', password: 'correct horse' },
    [201, 201, 201, 201, 201, 201, 201, 201],
  ],
  [
    'POST /accounts',
    { name: '{fresh}', password: 'correct horse', role: 'organizer' },
    [201, 201, 201, 201, 201, 201, 201, 201],
  ],
  [
    'POST /accounts',
    { name: '{fresh}', password: 'correct horse', role: 'admin' },
    [400, 400, 400, 400, 400, 400, 400, 400],
  ],
  [
    'POST /sessions',
    { name: 'customer', password: 'correct horse' },
    [201, 201, 201, 201, 201, 201, 201, 201],
  ],
  ['GET /accounts/me', undefined, [401, 401, 401, 200, 200, 200, 200, 200]],
  ['GET /accounts', undefined, [401, 401, 401, 403, 403, 403, 403, 200]],
  ['PATCH /accounts/{account}', { role: 'organizer' }, [401, 401, 401, 403, 403, 403, 403, 200]],
  ['GET /events', undefined, [200, 200, 200, 200, 200, 200, 200, 200]],
  ['GET /events/{event}', undefined, [200, 200, 200, 200, 200, 200, 200, 200]],
  ['GET /events/{event}/totals', undefined, [401, 401, 403, 403, 403, 200, 403, 200]],
  ['POST /events', EVENT, [401, 401, 201, 403, 403, 201, 201, 403]],
  ['PATCH /events/{event}', { name: 'Other' }, [401, 401, 403, 403, 403, 200, 403, 403]],
  ['DELETE /events/{event}', undefined, [401, 401, 403, 403, 403, 204, 403, 204]],
  [
    'POST /reservations',
    { eventId: '{event}', quantity: 1 },
    [401, 201, 201, 201, 201, 403, 403, 403],
  ],
  ['GET /reservations', undefined, [401, 401, 401, 200, 200, 403, 403, 403]],
  ['GET /reservations/{held}', undefined, [404, 404, 404, 200, 404, 404, 404, 200]],
  ['POST /reservations/{held}/confirm', undefined, [401, 404, 404, 200, 404, 403, 403, 403]],
  ['POST /reservations/{held}/release', undefined, [401, 404, 404, 200, 404, 403, 403, 403]],
  ['POST /reservations/{bought}/cancel', undefined, [401, 404, 404, 200, 404, 403, 403, 403]],
  ['DELETE /reservations/{bought}', undefined, [401, 404, 404, 200, 404, 403, 403, 403]],
  [
    'POST /events/{event}/reserve?num_tickets=1',
    undefined,
    [401, 200, 200, 200, 200, 403, 403, 403],
  ],
  ['POST /reserve?eventId={event}&tickets=1', undefined, [401, 200, 200, 200, 200, 403, 403, 403]],
  [
    'POST /events/create?name=A&date=2027-01-01&total_tickets=5',
    undefined,
    [401, 401, 200, 403, 403, 200, 200, 403],
  ],
  // Last, since their tokens are worth nothing afterwards.
  [
    'PUT /accounts/me/password',
    { current: 'correct horse', next: 'battery staple' },
    [401, 401, 401, 200, 200, 200, 200, 200],
  ],
];

interface House {
  readonly server: OpenServer;
  readonly tokens: Readonly<Record<string, string>>;
  readonly account: string;
}

async function openHouse(guests: (typeof GUEST_RIGHTS)[number]): Promise<House> {
  // Each row needs an event of its own, and a stock keeps some 20.
  const server = await openServer({ terms: { guests }, maxEvents: 300 });
  const join = async (name: string, role: 'admin' | 'organizer' | 'customer') =>
    (await server.join(name, role)).token;
  const tokens = {
    customer: await join('customer', 'customer'),
    otherCustomer: await join('otherCustomer', 'customer'),
    organizer: await join('organizer', 'organizer'),
    otherOrganizer: await join('otherOrganizer', 'organizer'),
    admin: await join('admin', 'admin'),
  };
  return { server, tokens, account: (await server.join('somebody')).id };
}

let fresh = 0;

/** Fills in what is asked for, of new things that nobody has touched. */
async function filledIn(text: string, { server, tokens, account }: House): Promise<string> {
  const made = await server.ask('POST /events', { body: EVENT, token: tokens['organizer'] });
  const event = made.body.id;
  const reserved = async (hold: boolean) => {
    const body = { eventId: event, quantity: 1, hold };
    return (await server.ask('POST /reservations', { body, token: tokens['customer'] })).body.id;
  };
  return text
    .replace('{event}', event)
    .replace('{account}', account)
    .replace('{fresh}', `fresh${++fresh}`)
    .replace('{held}', text.includes('{held}') ? await reserved(true) : '')
    .replace('{bought}', text.includes('{bought}') ? await reserved(false) : '');
}

test(`who may do what: ${TABLE.length} requests, each by ${PARTIES.length} parties`, async () => {
  const houses = new Map<string, House>();
  for (const guests of GUEST_RIGHTS) houses.set(guests, await openHouse(guests));
  const wrong: string[] = [];
  for (const [what, body, statuses] of TABLE) {
    for (const [at, party] of PARTIES.entries()) {
      const [, guests = 'none'] = party.split(':');
      const house = houses.get(guests) as House;
      const filled = await filledIn(`${what}\n${JSON.stringify(body) ?? ''}`, house);
      const [line = '', payload] = filled.split('\n');
      const token = house.tokens[party];
      const { status } = await house.server.ask(line, {
        token,
        ...(body === undefined ? {} : { body: payload }),
      });
      const expected = statuses[at];
      if (status !== expected) wrong.push(`${party}: ${what}: ${status} instead of ${expected}`);
    }
  }
  for (const { server } of houses.values()) await server.close();
  assert.deepEqual(wrong, []);
});

test('every route is in the table', async () => {
  const server = await openServer();
  const document = JSON.parse((await server.ask('GET /openapi.json')).text) as {
    readonly paths: Readonly<Record<string, object>>;
  };
  const inTable = TABLE.map(([what]) => what.replace(/\?.*/, '').replace(/\{[^}]*\}/, '{id}'));
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  await server.close();
  assert.ok(all.length >= 20, all.join());
  assert.deepEqual(
    all.filter((each) => !inTable.includes(each)),
    [],
  );
});

// A guest with all rights may edit what guests made: it has no other owner.
test('guests who may do all edit and remove the events of guests', async () => {
  const server = await openServer({ terms: { guests: 'all' } });
  const { id } = (await server.ask('POST /events', { body: EVENT })).body;
  assert.equal(
    (await server.ask(`PATCH /events/${id}`, { body: { capacity: 7 } })).body.available,
    7,
  );
  assert.equal((await server.ask(`GET /events/${id}/totals`)).body.available, 7);
  assert.equal((await server.ask(`DELETE /events/${id}`)).status, 204);
  assert.equal((await server.ask(`GET /events/${id}`)).status, 404);
  await server.close();
});
