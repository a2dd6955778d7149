import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GrantReference, Ledger } from '../../src/store/ledger.ts';

const NOTHING: GrantReference = { worker: -1, grant: -1 };

const GRANT = {
  event: 1_048_575,
  client: 2_147_483_646,
  ticket: 2_147_483_000,
  quantity: 1023,
  intendedNs: 86_400e9,
  startNs: 86_400e9 + 1,
  endNs: 86_400e9 + 2,
};

test('a grant comes back as it was recorded, at the limits of every field', () => {
  const ledger = new Ledger(Ledger.allocate());
  assert.equal(ledger.recordGrant(GRANT, NOTHING), 0);
  assert.equal(ledger.recordGrant({ ...GRANT, event: 0 }, NOTHING), 1);
  assert.equal(ledger.grants, 2);
  assert.deepEqual(ledger.grant(0), GRANT);
  assert.equal(ledger.grant(1).event, 0);
});

test('a cancellation comes back as it was recorded, honoured or not', () => {
  const ledger = new Ledger(Ledger.allocate());
  const honoured = { worker: 3, grant: 17, honoured: true, startNs: 5, endNs: 9 };
  const refused = { worker: 0, grant: 0, honoured: false, startNs: 10, endNs: 11 };
  for (const cancel of [honoured, refused]) {
    const index = ledger.beginCancellation(cancel, cancel.startNs);
    assert.equal(ledger.cancellation(index).honoured, undefined);
    assert.equal(ledger.cancellation(index).endNs, Number.POSITIVE_INFINITY);
    ledger.endCancellation(index, cancel.honoured, cancel.endNs);
  }
  assert.equal(ledger.cancellations, 2);
  assert.deepEqual(ledger.cancellation(0), honoured);
  assert.deepEqual(ledger.cancellation(1), refused);
});

test('what a client holds is a chain through the ledgers of several workers: 3 grants, 2 workers', () => {
  const ledgers = [new Ledger(Ledger.allocate()), new Ledger(Ledger.allocate())] as const;
  let held = NOTHING;
  for (const [worker, ticket] of [
    [0, 10],
    [1, 20],
    [0, 30],
  ] as const) {
    held = { worker, grant: ledgers[worker].recordGrant({ ...GRANT, ticket }, held) };
  }
  const tickets: number[] = [];
  while (held.worker >= 0) {
    const ledger = ledgers[held.worker as 0 | 1];
    tickets.push(ledger.grant(held.grant).ticket);
    held = ledger.previous(held.grant);
  }
  assert.deepEqual(tickets, [30, 20, 10]);
});

test('another thread reads what a ledger got after it attached: 10,000 grants', () => {
  const memory = Ledger.allocate();
  const writer = new Ledger(memory);
  const reader = new Ledger(memory);
  for (let i = 0; i < 10_000; i++) writer.recordGrant({ ...GRANT, ticket: i }, NOTHING);
  assert.equal(reader.grants, 10_000);
  assert.equal(reader.grant(9999).ticket, 9999);
});
