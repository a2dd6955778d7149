// What every kind of records keeps to.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Provision } from '../../src/servers/provide.ts';
import type { Records } from '../../src/service/records/records.ts';
import {
  RESERVATION_STATES,
  type Reservation,
  type ReservationState,
  type SettledState,
} from '../../src/service/terms.ts';
import fc from '../support/fast-check.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { aClaim, anAccount, anAnswer, anEvent, aReservation } from '../support/record-samples.ts';
import { type Act, acts, perform } from '../support/records-acts.ts';
import {
  EMBEDDED,
  inPostgres,
  MEMORY,
  type RecordsKind,
  type Shelf,
} from '../support/records-under-test.ts';

const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

function contract(kind: RecordsKind): void {
  let shelf: Shelf;
  let records: Records;
  beforeEach(async () => {
    shelf = kind.shelf();
    records = await shelf.open();
  });
  afterEach(async () => {
    await records.close();
    await shelf.remove();
  });
  accountsAndEvents(() => records);
  reservations(() => records);
  endings(() => records);
  answers(() => records);
  crowds(() => records);

  // What the others are compared with.
  if (kind !== MEMORY) {
    test(`${kind.runs} random sequences of up to 40 changes come out as in memory`, async () => {
      await fc.assert(
        fc.asyncProperty(acts, (list) => sameAsInMemory(kind, list)),
        { numRuns: process.env['ONSALE_LONG'] ? 2000 : kind.runs },
      );
    });
  }

  test('what was kept is there when they are opened again, and a run has another number', {
    skip: !kind.persists && 'they end with the process',
  }, async () => {
    await records.addAccount(anAccount());
    const event = await records.addEvent(anEvent());
    await records.book(aReservation(), anAnswer());
    const run = await records.beginRun();
    await records.close();
    records = await shelf.open();
    assert.notEqual(await records.beginRun(), run);
    assert.equal((await records.credentials('ann'))?.passwordHash, '$scrypt$');
    assert.deepEqual(await records.events(), [event]);
    assert.deepEqual(await records.reservation('reservation-1'), aReservation());
    assert.deepEqual(await records.claim(aClaim()), { outcome: 'kept', answer: anAnswer() });
    assert.equal((await records.addEvent(anEvent({ id: 'event-2' }))).number, 1);
  });
}

async function sameAsInMemory(kind: RecordsKind, list: readonly Act[]): Promise<void> {
  const model = MEMORY.shelf();
  const expected = await model.open();
  const shelf = kind.shelf();
  let records = await shelf.open();
  try {
    for (const act of list) {
      if (act.kind === 'reopen') {
        if (!kind.persists) continue;
        await records.close();
        records = await shelf.open();
        continue;
      }
      assert.deepEqual(await perform(records, act), await perform(expected, act));
      assert.deepEqual(await records.totals(), await expected.totals());
    }
  } finally {
    await records.close();
    await shelf.remove();
  }
}

function accountsAndEvents(records: () => Records): void {
  test('an account is found by its name in any case of letters, which nobody else can have', async () => {
    const added = await records().addAccount(anAccount({ name: 'Ånn' }));
    const { passwordHash: _, ...seen } = anAccount({ name: 'Ånn' });
    assert.deepEqual(added, { ...seen, number: 1, version: 1 });
    const other = anAccount({ id: 'account-2', name: 'åNN' });
    assert.equal(await records().addAccount(other, anAnswer()), 'taken');
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'claimed' });
    assert.equal((await records().credentials('ÅNN'))?.passwordHash, '$scrypt$');
    assert.equal(await records().credentials('nobody'), undefined);
    assert.deepEqual(await records().account('account-1'), added);
    assert.equal(await records().account('account-2'), undefined);
  });

  test('of 20 who want one name at once, one gets it', async () => {
    const asked = Array.from({ length: 20 }, (_, at) =>
      records().addAccount(anAccount({ id: `account-${at}` })),
    );
    const got = (await Promise.all(asked)).filter((answer) => answer !== 'taken');
    assert.equal(got.length, 1);
  });

  test('5 accounts come in pages of 2, in the order of their ids', async () => {
    for (const at of [3, 1, 5, 2, 4]) {
      await records().addAccount(anAccount({ id: `a-${at}`, name: `n${at}` }));
    }
    assert.deepEqual(ids(await records().accounts({ limit: 2 })), ['a-1', 'a-2']);
    assert.deepEqual(ids(await records().accounts({ limit: 2, after: 'a-2' })), ['a-3', 'a-4']);
    assert.deepEqual(ids(await records().accounts({ limit: 2, after: 'a-4' })), ['a-5']);
    assert.deepEqual(ids(await records().accounts({ limit: 2, after: 'a-5' })), []);
  });

  test('an account that changes has another version, and keeps what was not named', async () => {
    await records().addAccount(anAccount());
    const changed = await records().changeAccount('account-1', { role: 'admin' });
    assert.deepEqual([changed?.role, changed?.version, changed?.name], ['admin', 2, 'Ann']);
    await records().changeAccount('account-1', { passwordHash: 'other' });
    const { role, version, passwordHash } = (await records().credentials('Ann')) ?? {};
    assert.deepEqual([role, version, passwordHash], ['admin', 3, 'other']);
    assert.equal(await records().changeAccount('nobody', { role: 'admin' }), undefined);
  });

  test('3 events have the numbers 0, 1 and 2, and the last one’s is never given again', async () => {
    for (const id of ['c', 'b', 'a']) await records().addEvent(anEvent({ id }));
    assert.deepEqual(ids(await records().events()), ['c', 'b', 'a']);
    assert.deepEqual(await records().removeEvent('a', 20), []);
    assert.equal(await records().removeEvent('a', 20), 'missing');
    const next = await records().addEvent(anEvent({ id: 'd' }));
    assert.deepEqual([next.number, next.version], [3, 1]);
  });

  test('of 20 edits of one version, one is done', async () => {
    await records().addEvent(anEvent());
    assert.equal(await records().editEvent('nothing', 1, {}), 'missing');
    const edits = Array.from({ length: 20 }, (_, at) =>
      records().editEvent('event-1', 1, { capacity: 200 + at }),
    );
    const done = (await Promise.all(edits)).filter((answer) => typeof answer === 'object');
    assert.equal(done.length, 1);
    const edited = await records().editEvent('event-1', undefined, { name: 'Other' });
    const capacity = done[0]?.capacity;
    assert.deepEqual(edited, { ...anEvent(), number: 0, name: 'Other', version: 3, capacity });
  });
}

function reservations(records: () => Records): void {
  test('7 reservations of an account come in pages of 3, the newest first', async () => {
    await records().addEvent(anEvent());
    // Of those made in the same moment any may come first.
    for (const at of [2, 1, 3, 4, 7, 5, 6]) await records().book(aReservation({ id: `r-${at}` }));
    await records().book(aReservation({ id: 'r-8', accountId: 'another' }));
    const page = (last?: string) =>
      records().reservationsOf('account-1', { limit: 3, after: last });
    assert.deepEqual(ids(await page()), ['r-7', 'r-6', 'r-5']);
    assert.deepEqual(ids(await page('r-5')), ['r-4', 'r-3', 'r-2']);
    assert.deepEqual(ids(await page('r-2')), ['r-1']);
    assert.deepEqual(ids(await page('r-1')), []);
    assert.deepEqual(ids(await records().reservationsOf('nobody', { limit: 3 })), []);
  });

  test('nothing is booked of an event that is gone, and its answer is not kept', async () => {
    await records().addEvent(anEvent());
    await records().removeEvent('event-1', 20);
    assert.equal(await records().book(aReservation(), anAnswer()), 'no event');
    assert.equal(await records().reservation('reservation-1'), undefined);
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'claimed' });
  });

  test('each of 5 states becomes each of 4 others exactly as it may, in time and too late', async () => {
    await records().addEvent(anEvent());
    for (const from of RESERVATION_STATES) {
      for (const to of ['confirmed', 'released', 'expired', 'cancelled'] as const) {
        for (const atMs of [99, 100]) await settleOne(records(), from, to, atMs);
      }
    }
  });

  test('of 80 who settle one reservation at once, one does, and its answer is kept', async () => {
    await records().addEvent(anEvent());
    await records().book(aReservation());
    const ways = ['confirmed', 'released', 'cancelled', 'expired'] as const;
    const told = await Promise.all(
      Array.from({ length: 80 }, (_, at) =>
        records().settle(
          'reservation-1',
          ways[at % 3] as SettledState,
          50,
          anAnswer({ key: `${at}` }),
        ),
      ),
    );
    const done = told.flatMap(({ outcome }, at) => (outcome === 'settled' ? [at] : []));
    // Only what was confirmed can then be cancelled; which of them came first, a database with many connections decides.
    const both = done.map((at) => `${ways[at % 3]}`).toSorted((a, b) => a.localeCompare(b));
    assert.ok(done.length === 1 || both.join() === 'cancelled,confirmed', done.join());
    for (let at = 0; at < 80; at++) {
      const { outcome } = await records().claim(aClaim({ key: `${at}` }));
      assert.equal(outcome, done.includes(at) ? 'kept' : 'claimed', `key ${at}`);
    }
    assert.equal((await records().settle('nothing', 'released', 50)).outcome, 'missing');
  });
}

let serial = 0;

async function settleOne(
  records: Records,
  from: ReservationState,
  to: SettledState,
  atMs: number,
): Promise<void> {
  const id = `s-${String(serial++).padStart(5, '0')}`;
  const held = from === 'held';
  const was = aReservation({ id, state: from, expiresAtMs: held ? 100 : null });
  await records.book(was);
  const inTime = atMs < 100 || to === 'expired' || to === 'cancelled';
  const isAllowed = held ? inTime : from === 'confirmed' && to === 'cancelled';
  const is: Reservation = { ...was, state: to, expiresAtMs: null, changedAtMs: atMs };
  const reservation = isAllowed ? is : was;
  const expected = { outcome: isAllowed ? 'settled' : 'refused', reservation };
  const what = `${from} to ${to} at ${atMs}`;
  assert.deepEqual(await records.settle(id, to, atMs), expected, what);
  assert.deepEqual(await records.reservation(id), reservation, what);
}

function endings(records: () => Records): void {
  test('holds that are over end, the longest over first, 2 at a time, and no others', async () => {
    await records().addEvent(anEvent());
    const ends = { a: 300, b: 100, c: 200, d: 201, e: 50 };
    for (const [id, expiresAtMs] of Object.entries(ends)) {
      await records().book(aReservation({ id, expiresAtMs }));
    }
    await records().book(aReservation({ id: 'f', state: 'confirmed', expiresAtMs: null }));
    await records().settle('e', 'confirmed', 20);
    const expired = await records().expire(200, 2);
    assert.deepEqual(ids(expired), ['b', 'c']);
    const { state, expiresAtMs, changedAtMs } = expired[0] ?? {};
    assert.deepEqual([state, expiresAtMs, changedAtMs], ['expired', null, 200]);
    assert.deepEqual(await records().expire(200, 2), []);
    assert.deepEqual(ids(await records().expire(400, 1)), ['d']);
    assert.deepEqual(ids(await records().expire(400, 9)), ['a']);
    assert.deepEqual(await records().totals(), new Map([[0, { held: 0, confirmed: 4 }]]));
  });

  test('an event that is removed cancels what takes its stock, and nothing else', async () => {
    await records().addEvent(anEvent());
    await records().addEvent(anEvent({ id: 'event-2' }));
    for (const state of RESERVATION_STATES) {
      const expiresAtMs = state === 'held' ? 100 : null;
      await records().book(aReservation({ id: state, state, expiresAtMs }));
    }
    await records().book(aReservation({ id: 'x', eventId: 'event-2', eventNumber: 1 }));
    const cancelled = await records().removeEvent('event-1', 500);
    assert.ok(typeof cancelled === 'object');
    assert.deepEqual(ids(cancelled).toSorted(), ['confirmed', 'held']);
    assert.deepEqual(
      await records().reservation('held'),
      cancelled.find(({ id }) => id === 'held'),
    );
    assert.equal((await records().reservation('held'))?.state, 'cancelled');
    assert.equal((await records().reservation('released'))?.changedAtMs, 10);
    assert.deepEqual(await records().totals(), new Map([[1, { held: 2, confirmed: 0 }]]));
    assert.deepEqual(ids(await records().expire(500, 9)), ['x']);
  });
}

function answers(records: () => Records): void {
  test('a key is claimed once, in flight until it is answered or given up, and then kept', async () => {
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'claimed' });
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'in flight' });
    assert.deepEqual(await records().claim(aClaim({ fingerprint: 'x' })), { outcome: 'reused' });
    assert.deepEqual(await records().claim(aClaim({ scope: 'x' })), { outcome: 'claimed' });
    await records().unclaim('account-1', 'key-1');
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'claimed' });
    await records().keep(anAnswer());
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'kept', answer: anAnswer() });
    assert.deepEqual(await records().claim(aClaim({ fingerprint: 'x' })), { outcome: 'reused' });
  });

  test('of 20 who claim a key at once, one gets it', async () => {
    const told = await Promise.all(Array.from({ length: 20 }, () => records().claim(aClaim())));
    assert.equal(told.filter(({ outcome }) => outcome === 'claimed').length, 1);
  });

  test('a change that is refused keeps no answer, and its key stays claimed', async () => {
    await records().addEvent(anEvent());
    await records().book(aReservation({ state: 'released', expiresAtMs: null }));
    await records().claim(aClaim());
    await records().settle('reservation-1', 'confirmed', 20, anAnswer());
    assert.deepEqual(await records().claim(aClaim()), { outcome: 'in flight' });
  });

  test('3 answers of 5 are old, and are forgotten', async () => {
    for (let atMs = 1; atMs <= 5; atMs++) {
      await records().claim(aClaim({ key: `${atMs}` }));
      await records().keep(anAnswer({ key: `${atMs}`, atMs }));
    }
    assert.equal(await records().forgetKept(4), 3);
    assert.equal(await records().forgetKept(4), 0);
    assert.deepEqual(await records().claim(aClaim({ key: '3' })), { outcome: 'claimed' });
    assert.equal((await records().claim(aClaim({ key: '4' }))).outcome, 'kept');
  });
}

function crowds(records: () => Records): void {
  test('200 book at once while the event is removed: all of them are cancelled, or find none', async () => {
    await records().addEvent(anEvent());
    const booked: Promise<string>[] = [];
    for (let at = 0; at < 100; at++) booked.push(records().book(aReservation({ id: `a-${at}` })));
    const removed = records().removeEvent('event-1', 50);
    for (let at = 0; at < 100; at++) booked.push(records().book(aReservation({ id: `b-${at}` })));
    const done = (await Promise.all(booked)).filter((answer) => answer === 'booked').length;
    const cancelled = await removed;
    assert.ok(typeof cancelled === 'object');
    assert.equal(cancelled.length, done);
  });

  test('2 events: after 100 bookings and 100 settlements at once, the totals are the sums', async () => {
    for (const id of ['event-1', 'event-2']) await records().addEvent(anEvent({ id }));
    const list = Array.from({ length: 100 }, (_, at) =>
      aReservation({ id: `r-${at}`, eventId: `event-${1 + (at % 2)}`, quantity: 1 + (at % 3) }),
    );
    await Promise.all(list.map((each) => records().book(each)));
    const to = ['confirmed', 'released'] as const;
    await Promise.all(
      list.flatMap(({ id }, at) =>
        at % 3 < 2 ? [records().settle(id, to[at % 3] as SettledState, 20)] : [],
      ),
    );
    const sums = [0, 1].map((number) => {
      const sum = { held: 0, confirmed: 0 };
      list.forEach(({ quantity }, at) => {
        if (at % 2 !== number) return;
        if (at % 3 === 0) sum.confirmed += quantity;
        if (at % 3 === 2) sum.held += quantity;
      });
      return [number, sum] as const;
    });
    assert.deepEqual(await records().totals(), new Map(sums));
  });
}

for (const kind of [MEMORY, ...EMBEDDED]) describe(`records ${kind.name}`, () => contract(kind));

describe('records in PostgreSQL', { skip: withoutServers(['postgres']) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(['postgres']);
  });
  after(() => provision.stop());
  contract(inPostgres(() => provision.urls.postgres as string));
});
