// What one more customer finds when a sale is over, and what the audit makes of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Findings } from '../../src/audit/audit.ts';
import { askLast, type LastVisit, leftOf } from '../../src/audit/last-customer.ts';
import { collectSales } from '../../src/audit/sales.ts';
import { CONTENDED, DROPPED, FAILED, type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import { ALL_PROMISES, Books } from '../support/books.ts';

/** A stock that answers with these serials or refusals in turn, and keeps what it was asked. */
function stockOf(...answers: readonly number[]) {
  const asked: string[] = [];
  const left = [...answers];
  const reserver: Reserver = {
    reserve(event, quantity) {
      asked.push(`${quantity} of ${event}`);
      return left.shift() as number;
    },
    cancel: (_event, _ticket, quantity) => quantity,
    available: () => 0,
    close() {},
  };
  return { reserver, asked };
}

describe('asked at every event', () => {
  test('all that is left, then one more: 2 events', () => {
    const { reserver, asked } = stockOf(10, SOLD_OUT, SOLD_OUT, 7);
    const visits = askLast(reserver, Int32Array.of(3, 2));
    assert.deepEqual(asked, ['3 of 0', '1 of 0', '2 of 1', '1 of 1']);
    assert.deepEqual(visits, [
      { purchases: [{ ticket: 10, quantity: 3 }], refused: false },
      { purchases: [{ ticket: 7, quantity: 1 }], refused: true },
    ]);
  });

  test('one more only, where nothing is left or less than nothing', () => {
    const { reserver, asked } = stockOf(SOLD_OUT, SOLD_OUT);
    const visits = askLast(reserver, Int32Array.of(0, -5));
    assert.deepEqual(asked, ['1 of 0', '1 of 1']);
    assert.deepEqual(visits, [
      { purchases: [], refused: false },
      { purchases: [], refused: false },
    ]);
  });

  for (const refusal of [CONTENDED, DROPPED, FAILED]) {
    test(`that it cannot have all of 3 is no sold-out if the answer is ${refusal}`, () => {
      const { reserver } = stockOf(refusal, 4);
      const visits = askLast(reserver, Int32Array.of(3));
      assert.deepEqual(visits, [{ purchases: [{ ticket: 4, quantity: 1 }], refused: false }]);
    });
  }

  test('an answer that is no refusal is an error', () => {
    const { reserver } = stockOf(-5);
    assert.throws(() => askLast(reserver, Int32Array.of(0)), /must return a ticket.*; got -5/);
  });

  test('an answer that is no number is an error', () => {
    const { reserver } = stockOf(Number.NaN);
    assert.throws(() => askLast(reserver, Int32Array.of(0)), /must return a ticket.*; got NaN/);
  });
});

test('left is what nobody holds: capacity 5, 4 granted, 1 of them returned, 1 return refused', () => {
  const books = new Books({ events: 2, ticketsPerEvent: 5 });
  const kept = books.grant({ ticket: 0, quantity: 2, startNs: 0, endNs: 1 });
  const back = books.grant({ ticket: 2, startNs: 2, endNs: 3 }, 1);
  books.grant({ ticket: 3, startNs: 2, endNs: 3 }, 1);
  books.giveBack(back, [5, 6]);
  books.giveBack(kept, [5, 6], { honoured: false });
  assert.deepEqual([...leftOf(collectSales(books.ledgers), 2, 5)], [2, 5]);
});

/** A sale of 2 of 3 tickets, the serials 0 and 1, and what the last customer is told then. */
function foundAfter(visit: LastVisit, promises = ALL_PROMISES): Partial<Findings> {
  const books = new Books({ ticketsPerEvent: 3 });
  books.grant({ ticket: 0, quantity: 2, startNs: 0, endNs: 1 });
  const { audit } = books.audit(
    { lastCustomer: [visit], refusedEvents: Uint8Array.of(1) },
    promises,
  );
  assert.equal(audit.unsold, 1, 'what the last customer bought counts as sold');
  const { oversold, duplicateTickets, falseSoldOut } = audit;
  return { oversold, duplicateTickets, falseSoldOut };
}

const CLEAN = { oversold: 0, duplicateTickets: 0, falseSoldOut: 0 };

describe('found by the last customer, with 1 of 3 tickets left', () => {
  test('nothing: 1 can be had, and no more', () => {
    const found = foundAfter({ purchases: [{ ticket: 2, quantity: 1 }], refused: false });
    assert.deepEqual(found, CLEAN);
  });

  test('a ticket that was lost: it cannot be had', () => {
    const visit = { purchases: [], refused: true };
    assert.deepEqual(foundAfter(visit), { ...CLEAN, falseSoldOut: 1 });
    assert.deepEqual(foundAfter(visit, ['noOversell', 'noLostReceipt']), CLEAN);
  });

  test('a ticket too many: 2 can be had', () => {
    const purchases = [
      { ticket: 2, quantity: 1 },
      { ticket: 3, quantity: 1 },
    ];
    assert.deepEqual(foundAfter({ purchases, refused: false }), { ...CLEAN, oversold: 1 });
  });

  test('refused the one left, and granted it when asked again: all there is', () => {
    const visit = { purchases: [{ ticket: 2, quantity: 1 }], refused: true };
    assert.deepEqual(foundAfter(visit, ['noOversell']), CLEAN);
  });

  for (const ticket of [0, 1]) {
    test(`serial ${ticket} again`, () => {
      const visit = { purchases: [{ ticket, quantity: 1 }], refused: false };
      assert.deepEqual(foundAfter(visit), { ...CLEAN, duplicateTickets: 1 });
    });
  }

  test('one serial for both of two', () => {
    const purchase = { ticket: 9, quantity: 1 };
    const found = foundAfter({ purchases: [purchase, purchase], refused: false });
    assert.deepEqual(found, { oversold: 1, duplicateTickets: 1, falseSoldOut: 0 });
  });
});
