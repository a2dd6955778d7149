// What adapters send and read, and what is said of those that are none.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Adapter, type AskedToCancel, defineAdapter } from '../../src/store/http/adapter.ts';
import { answerOf } from '../../src/store/http/connections.ts';
import { grantIn } from '../../src/store/http/http-reserver.ts';
import { ADAPTERS, loadAdapter } from '../../src/store/http/load-adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'onsale-adapters-'));
after(() => rmSync(folder, { recursive: true }));

const SESSION = { organizer: 'o', customers: ['c0', 'c1', 'c2', 'c3'] };
const ASKED: AskedToCancel = {
  event: '7',
  quantity: 2,
  client: 5,
  key: 'onsale_1-9',
  session: SESSION,
  tickets: ['a', 'b'],
  receipt: '31',
};

const said = (status: number, body: unknown) =>
  answerOf(status, {}, typeof body === 'string' ? body : JSON.stringify(body));

test('every adapter of the lab is one, and called by its name', async () => {
  for (const name of ADAPTERS) assert.equal((await loadAdapter(name)).name, name);
});

async function sent(name: string): Promise<string> {
  const { method, path, headers, body } = (await loadAdapter(name)).reserve.request(ASKED);
  return [method, path, JSON.stringify(headers ?? {}), JSON.stringify(body ?? null)].join(' ');
}

const granted = (told: unknown) => grantIn(told as never, ASKED);

describe('what is sent', () => {
  test('is the form of each service', async () => {
    assert.equal(await sent('seed1'), 'POST /events/7/reserve?num_tickets=2 {} null');
    assert.equal(await sent('seed2'), 'POST /reserve?eventId=7&tickets=2 {} null');
    assert.equal(
      await sent('seed3'),
      'POST /api/v1/reservation/reserve {"authorization":"Bearer c1"} {"eventID":7,"amount":2}',
    );
    assert.equal(
      await sent('onsale'),
      'POST /reservations {"authorization":"Bearer c1","idempotency-key":"onsale_1-9"} {"eventId":"7","quantity":2}',
    );
  });

  test('gives a reservation back as who made it', async () => {
    const { cancel } = await loadAdapter('seed3');
    const { headers, body } = cancel?.request(ASKED) ?? {};
    assert.deepEqual([headers, body], [{ authorization: 'Bearer c1' }, { reservationID: 31 }]);
    const ours = (await loadAdapter('onsale')).cancel?.request(ASKED);
    assert.equal(ours?.path, '/reservations/31/cancel');
  });
});

/** Answers, and what each adapter takes them for. */
const READ: readonly (readonly [adapter: string, status: number, body: unknown, told: unknown])[] =
  [
    ['seed1', 200, ['x', 'y'], { tickets: ['x', 'y'] }],
    ['seed1', 500, 'Error booking tickets: not enough tickets available for event 7', 'sold out'],
    ['seed1', 500, 'Error booking tickets: event ID 7 not found', 'failed'],
    ['seed1', 500, 'runtime error', undefined],
    ['seed1', 200, '<html>', undefined],
    ['seed1', 302, '', undefined],
    ['seed2', 200, { ticketIds: ['x'] }, { tickets: ['x'] }],
    ['seed2', 429, '', 'busy'],
    ['seed2', 400, 'Not enough tickets available', 'sold out'],
    ['seed2', 502, 'bad gateway', undefined],
    [
      'seed3',
      201,
      { code: 0, data: { ticket: { ReservationID: 31, Tickets: 2 } } },
      { receipt: 31, quantity: 2 },
    ],
    ['seed3', 400, { code: 1, message: 'Quota is not enough' }, 'sold out'],
    ['seed3', 401, { message: 'for customers only' }, 'failed'],
    ['seed3', 500, { message: 'Internal server error' }, undefined],
    ['onsale', 201, { id: 'r', tickets: ['x'] }, { tickets: ['x'], receipt: 'r' }],
    ['onsale', 409, { type: 'urn:onsale:problem:sold-out' }, 'sold out'],
    ['onsale', 409, { type: 'urn:onsale:problem:in-flight' }, 'busy'],
    ['onsale', 503, { type: 'urn:onsale:problem:contended' }, 'contended'],
    ['onsale', 503, { type: 'urn:onsale:problem:in-doubt' }, undefined],
    ['onsale', 404, { type: 'urn:onsale:problem:not-found' }, 'failed'],
    ['onsale', 404, 'some proxy', undefined],
  ];

for (const [name, status, body, told] of READ) {
  test(`${name} reads ${status} ${JSON.stringify(body)}`, async () => {
    const { reserve } = await loadAdapter(name);
    assert.deepEqual(reserve.read(said(status, body), ASKED), told);
  });
}

test('events are listed by their ids and what is left of them, whatever the case of the fields', async () => {
  const events = [{ id: 'a', name: 'A', availableTickets: 3 }];
  const asked = { session: SESSION };
  for (const body of [{ events }, events, [{ ID: 'a', Available_Tickets: 3 }]]) {
    const { list } = await loadAdapter('seed1');
    assert.deepEqual(list.read(said(200, body), asked), [{ id: 'a', available: 3 }]);
  }
  const { list } = await loadAdapter('seed3');
  const told = said(200, { data: { events: [{ eventID: 7, quotaRemaining: 9, quota: 10 }] } });
  assert.deepEqual(list.read(told, asked), [{ id: 7, available: 9 }]);
});

test('a grant is tickets by name, or one receipt for all of them; anything else is in doubt', () => {
  assert.deepEqual(granted({ tickets: ['a', 4] }), {
    quantity: 2,
    names: ['a', '4'],
    receipt: undefined,
  });
  assert.deepEqual(granted({ receipt: 8 }), { quantity: 2, names: ['8'], receipt: '8' });
  assert.equal(granted({ receipt: 8, quantity: 5 })?.quantity, 5);
  assert.equal(granted({ tickets: [] })?.quantity, 0);
  for (const odd of ['yes', 3, {}, { tickets: 'a' }, { tickets: [''] }, { tickets: [{}] }]) {
    assert.equal(granted(odd), undefined, JSON.stringify(odd));
  }
  assert.equal(granted({ receipt: 8, quantity: -1 }), undefined);
});

describe('what is no adapter', () => {
  const exchange = { request: () => ({ method: 'GET', path: '/' }), read: () => undefined };
  const sound = { name: 'mine', list: exchange, reserve: exchange };
  const faults: readonly (readonly [value: unknown, message: RegExp])[] = [
    [{ ...sound, name: 'My Shop' }, /^an adapter must have a name in lower case.*'My Shop'/],
    [{ ...sound, list: undefined }, /must have list with the functions request and read; it is/],
    [{ ...sound, reserve: { ...exchange, read: 1 } }, /must have reserve .*; read is 1/],
    [{ ...sound, cancle: exchange }, /has cancle, which none has; there are name, setUp, list/],
    [{ ...sound, setUp: true }, /must give setUp as a function; got true/],
    [{ ...sound, remove: exchange }, /has remove, but no create/],
    [null, /must be an object; got null/],
  ];
  for (const [value, message] of faults) {
    test(`is told: ${message.source}`, () => {
      assert.throws(() => defineAdapter(value as Adapter), { name: 'InputError', message });
    });
  }

  const modules: readonly (readonly [text: string, message: RegExp])[] = [
    ['export const x = 1;', /the adapter module .* must export an adapter as default/],
    ['throw new Error("no way");', /the adapter module .* fails to load: no way/],
    ['export default { name: "mine" };', /the adapter module .* must have list/],
  ];
  for (const [text, message] of modules) {
    test(`a module with ${text} is told`, async () => {
      const path = join(folder, `${modules.findIndex(([each]) => each === text)}.mjs`);
      writeFileSync(path, text);
      await assert.rejects(loadAdapter(path), { name: 'InputError', message });
    });
  }

  test('names and files that are not there are told, with those that are', async () => {
    await assert.rejects(loadAdapter('seed9'), /no adapter "seed9"; there are onsale, seed1, .*or/);
    await assert.rejects(loadAdapter('./none.js'), /no adapter module \.\/none\.js/);
  });
});
