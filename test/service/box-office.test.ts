import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import { Refusal } from '../../src/service/refusals.ts';
import { ticketsOf } from '../../src/service/terms.ts';
import { CUSTOMER, ORGANIZER, openOffice } from '../support/open-office.ts';

const CONCERT = { name: 'Concert', date: '2027-05-01', priceCents: 4200, capacity: 5 };

function refusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

test('5 tickets are sold once each, and what comes back is sold again under other names', async () => {
  const { office, close } = await openOffice();
  const { id } = await office.createEvent(ORGANIZER, CONCERT);
  const three = await office.reserve(CUSTOMER, { eventId: id, quantity: 3, hold: false });
  const two = await office.reserve(CUSTOMER, { eventId: id, quantity: 2, hold: true });
  const wish = { eventId: id, quantity: 1, hold: false };
  await assert.rejects(office.reserve(CUSTOMER, wish), refusal('sold-out'));
  assert.equal((await office.cancel(CUSTOMER, two.id)).state, 'released');
  const again = await office.reserve(CUSTOMER, { ...wish, quantity: 2 });
  const names = [three, two, again].flatMap(ticketsOf);
  assert.equal(new Set(names).size, 7);
  assert.deepEqual(await office.totals(ORGANIZER, id), { held: 0, confirmed: 5, available: 0 });
  await close();
});

test('a capacity of 5 becomes 8, then 3; below what is sold it cannot be', async () => {
  const { office, close } = await openOffice();
  const { id, version } = await office.createEvent(ORGANIZER, CONCERT);
  await office.editEvent(ORGANIZER, id, version, { capacity: 8 });
  assert.equal((await office.event(id)).available, 8);
  await office.reserve(CUSTOMER, { eventId: id, quantity: 3, hold: false });
  await office.editEvent(ORGANIZER, id, undefined, { capacity: 3 });
  assert.equal((await office.event(id)).available, 0);
  const less = office.editEvent(ORGANIZER, id, undefined, { capacity: 2 });
  await assert.rejects(less, refusal('capacity-sold'));
  const old = office.editEvent(ORGANIZER, id, version, { name: 'Another' });
  await assert.rejects(old, refusal('event-changed'));
  await close();
});

test('at the next start, what was sold is not for sale, and can be given back', async () => {
  const first = await openOffice();
  const { id } = await first.office.createEvent(ORGANIZER, CONCERT);
  const wish = { eventId: id, quantity: 2, hold: false };
  const sold = await first.office.reserve(CUSTOMER, wish);
  await first.office.close();
  const next = await openOffice({ records: first.records, run: 's' });
  assert.equal((await next.office.event(id)).available, 3);
  await next.office.cancel(CUSTOMER, sold.id);
  assert.equal((await next.office.event(id)).available, 5);
  const names = ticketsOf(await next.office.reserve(CUSTOMER, wish));
  assert.ok(names.every((name) => !ticketsOf(sold).includes(name)));
  await next.close();
});

test('tickets go back when 2 of them are not written down, unless nobody knows whether they are', async () => {
  for (const [code, left] of [
    ['unavailable', 5],
    ['in-doubt', 3],
  ] as const) {
    class Failing extends MemoryRecords {
      override async book(): Promise<never> {
        throw new Refusal(code, 'as the test has it');
      }
    }
    const { office, close } = await openOffice({ records: new Failing() });
    const { id } = await office.createEvent(ORGANIZER, CONCERT);
    const asked = office.reserve(CUSTOMER, { eventId: id, quantity: 2, hold: false });
    await assert.rejects(asked, refusal(code));
    assert.equal((await office.event(id)).available, left, code);
    await close();
  }
});
