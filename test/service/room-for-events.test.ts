import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import type { NewEvent } from '../../src/service/records/records.ts';
import { Refusal } from '../../src/service/refusals.ts';
import type { TicketEvent } from '../../src/service/terms.ts';
import { openOffice } from '../support/open-office.ts';

/** Notes what was written, and is in no hurry. */
class SlowRecords extends MemoryRecords {
  readonly written: string[] = [];

  override async addEvent(event: NewEvent): Promise<TicketEvent> {
    this.written.push(event.id);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return super.addEvent(event);
  }
}

function anEvent(id: string): NewEvent {
  const fields = { name: 'Concert', date: '2027-05-01', priceCents: 4200, capacity: 5 };
  return { ...fields, id, organizerId: 'an-organizer', createdAtMs: 0 };
}

test('with room for 2 events, of 4 that come together 2 are written, and the others never', async () => {
  const records = new SlowRecords();
  const { backOffice, close } = await openOffice({ records, maxEvents: 2 });
  const made = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((id) => backOffice.createEvent(anEvent(id))),
  );
  assert.deepEqual(
    made.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  for (const each of made.slice(2)) {
    const { reason } = each as PromiseRejectedResult;
    assert.ok(reason instanceof Refusal && reason.code === 'limit-reached', String(reason));
  }
  assert.deepEqual(records.written, ['a', 'b']);
  await close();
});
