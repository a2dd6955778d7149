// Stock in PostgreSQL beside books elsewhere: two transactions for each sale, and what becomes of it when a server dies
// between them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { calendarOrigin, steadyCalendar } from '../../src/base/clock.ts';
import { freshId } from '../../src/base/fresh-id.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { BackOffice } from '../../src/service/back-office.ts';
import { BoxOffice } from '../../src/service/box-office.ts';
import { Catalogue } from '../../src/service/catalogue.ts';
import { Reconciler } from '../../src/service/stock/reconciler.ts';
import type { Stock } from '../../src/service/stock/stock.ts';
import { prepareStore, type StorePlan } from '../../src/service/stock/store-plan.ts';
import { openStoreStock, type StoreStock } from '../../src/service/stock/store-stock.ts';
import { openStoreTill, type StoreTill } from '../../src/service/stock/store-till.ts';
import { readTables } from '../../src/store/postgres/sale-tables.ts';
import { Mortal } from '../support/mortal-parts.ts';
import { CUSTOMER, ORGANIZER } from '../support/open-office.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { SharedMemoryRecords } from '../support/shared-memory-records.ts';

const skip = withoutServers(['postgres']);
const IMMORTAL = Number.POSITIVE_INFINITY;
const calendar = steadyCalendar(calendarOrigin());
const FIELDS = { name: 'Concert', date: '2027-05-01', priceCents: 4200, capacity: 10 };

let provision: Provision | undefined;
let plan: StorePlan;
let stock: StoreStock;
let till: StoreTill;

function wish() {
  const postgres = provision?.urls.postgres as string;
  return { strategy: 'pg-update', postgres, redis: undefined, maxEvents: 100, maxTickets: 1000 };
}

before(async () => {
  if (skip) return;
  provision = await testServers(['postgres']);
  plan = await prepareStore(wish());
  stock = await openStoreStock(plan);
  till = await openStoreTill(plan, 0);
});
after(async () => {
  await till?.close();
  await stock?.close();
  await provision?.stop();
});

/** With its process, the lock that it has is gone. */
function mortalStock(mortal: Mortal): Stock {
  const steps = mortal.as<Stock>(stock, ['open', 'resize', 'giveBack', 'withdraw']);
  return mortal.as(steps, [], {
    exclusively: <T>(work: () => Promise<T>): Promise<T> =>
      stock.exclusively(() => Promise.race([work(), mortal.died])),
  });
}

/** A server over these books. All of them share one stock and one till. */
async function openServer(records: SharedMemoryRecords, mortal = new Mortal(IMMORTAL)) {
  const backOffice = await BackOffice.open({
    records: mortal.as(records, ['addEvent', 'editEvent', 'removeEvent', 'book', 'settle']),
    stock: mortalStock(mortal),
    calendar,
    shared: true,
    warn: assert.fail,
  });
  const catalogue = new Catalogue(await backOffice.listings());
  backOffice.onChange((change) => catalogue.apply(change));
  const terms = { holdTtlMs: 60_000, maxPerRequest: 10, guests: 'none' } as const;
  const parts = { backOffice, catalogue, run: plan.run, calendar, terms };
  const office = new BoxOffice({ ...parts, till: mortal.as(till, ['reserve', 'giveBack']) });
  return { office, backOffice };
}

/** Books whose events are numbered on from those of the tests before. */
async function freshRecords(): Promise<SharedMemoryRecords> {
  const records = new SharedMemoryRecords();
  for (let used = 0; used < nextNumber; used++) {
    const id = freshId(calendar.nowMs());
    await records.addEvent({ ...FIELDS, id, organizerId: ORGANIZER.id, createdAtMs: 0 });
    await records.removeEvent(id, 0);
  }
  nextNumber++;
  return records;
}
let nextNumber = 0;

/** All that a server does, one after the other. */
async function liveOn({ office }: { readonly office: BoxOffice }): Promise<void> {
  const { id } = await office.createEvent(ORGANIZER, FIELDS);
  const buy = (quantity: number, hold: boolean) =>
    office.reserve(CUSTOMER, { eventId: id, quantity, hold });
  const held = await buy(2, true);
  await buy(3, false);
  await office.editEvent(ORGANIZER, id, undefined, { capacity: 14 });
  await office.cancel(CUSTOMER, held.id);
  await office.editEvent(ORGANIZER, id, undefined, { capacity: 8 });
  await buy(4, true);
}
/** Create 2, three sales 2 each, two edits 2 each, a cancel 2. */
const STEPS = 14;

async function grantsOf(event: number) {
  const { grants } = await readTables(plan.place);
  return grants.filter((grant) => grant.event === event);
}

describe('stock in PostgreSQL', { skip }, () => {
  test('4 servers that start at the same moment sell from one stock', async () => {
    const plans = await Promise.all(Array.from({ length: 4 }, () => prepareStore(wish())));
    assert.deepEqual(
      plans.map(({ run }) => run),
      Array.from({ length: 4 }, () => plan.run),
    );
  });

  test('another strategy cannot sell from the same stock, nor can one that is not in PostgreSQL', async () => {
    const other = prepareStore({ ...wish(), strategy: 'pg-skip-locked' });
    await assert.rejects(other, /sold by pg-update, and by one strategy at a time; got pg-skip/);
    await assert.rejects(prepareStore({ ...wish(), strategy: 'redis-lua' }), /not keep its stock/);
    await assert.rejects(prepareStore({ ...wish(), strategy: 'redis-pg' }), /needs Redis as well/);
  });

  for (let steps = 0; steps <= STEPS; steps++) {
    test(`a server dies after step ${steps} of ${STEPS}: mended, stock and books agree to the ticket`, async () => {
      const number = nextNumber;
      const records = await freshRecords();
      const mortal = new Mortal(steps);
      const done = await Promise.race([
        liveOn(await openServer(records, mortal)).then(() => true),
        mortal.died,
      ]).catch((error: Error) => error.message);
      assert.ok(mortal.isDead, String(done));
      if (steps === STEPS) assert.equal(done, true);
      await openServer(records);
      await new Reconciler(plan, records, stock).reconcile(0);
      const again = await new Reconciler(plan, records, stock).reconcile(0);
      assert.deepEqual(again, { giveBack: 0, open: 0, resize: 0 });
      const [event] = await records.events();
      if (!event) return;
      const { held, confirmed } = (await records.totals()).get(number) ?? { held: 0, confirmed: 0 };
      const granted = (await grantsOf(number)).reduce((sum, { quantity }) => sum + quantity, 0);
      assert.equal(granted, held + confirmed);
      assert.equal(await till.available(number), event.capacity - granted);
    });
  }

  test('a grant that is about to be booked is left alone for its minute', async () => {
    const number = nextNumber;
    const records = await freshRecords();
    await liveOn(await openServer(records));
    const order = { id: 77, event: number, quantity: 1, client: 0 };
    const free = await till.available(number);
    assert.ok((await till.reserve(order)) >= 0);
    const reconciler = new Reconciler(plan, records, stock);
    assert.equal((await reconciler.reconcile()).giveBack, 0);
    assert.equal((await reconciler.reconcile(0)).giveBack, 1);
    assert.equal(await till.available(number), free);
  });

  test('what one server makes, edits and removes, another hears of', async () => {
    const records = await freshRecords();
    const [one, two] = [await openServer(records), await openServer(records)];
    const { id } = await one.office.createEvent(ORGANIZER, FIELDS);
    const wished = { eventId: id, quantity: 1, hold: false };
    assert.equal((await two.office.reserve(CUSTOMER, wished)).eventId, id);
    await one.office.editEvent(ORGANIZER, id, undefined, { name: 'Another', capacity: 12 });
    await two.backOffice.refresh();
    const { event, available } = await two.office.event(id);
    assert.deepEqual([event.name, available], ['Another', 11]);
    await one.office.removeEvent(ORGANIZER, id);
    // It has not heard of it; what was left is off sale all the same.
    await assert.rejects(two.office.reserve(CUSTOMER, wished), /not enough tickets available: 0/);
    await two.backOffice.refresh();
    assert.deepEqual(await two.office.events(), []);
    nextNumber++;
  });

  test('tickets of a stock that is gone are not for sale, until they are given back', async () => {
    const number = nextNumber;
    await freshRecords();
    assert.equal(await stock.open({ number, capacity: 10, taken: 4 }), number);
    assert.equal(await stock.open({ number, capacity: 10, taken: 4 }), number);
    assert.equal(await till.available(number), 6);
    const given = { id: 5, event: number, ticket: 0, quantity: 3, client: 0, run: 'another' };
    await stock.giveBack(given);
    await stock.giveBack(given);
    assert.equal(await till.available(number), 9);
    assert.equal(await stock.resize(number, -10), false);
    await stock.withdraw(number);
    assert.equal(await till.available(number), 0);
    assert.equal(await stock.open({ number: 100, capacity: 1, taken: 0 }), undefined);
  });
});
