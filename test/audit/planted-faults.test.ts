// One fault of every kind, put into the books by hand: each has to be found, and counted exactly.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Findings, Verdict } from '../../src/audit/audit.ts';
import type { StrategyPromise } from '../../src/store/strategy.ts';
import { Books } from '../support/books.ts';

const CLEAN: Findings = {
  oversold: 0,
  duplicateTickets: 0,
  lostReceipts: 0,
  unsold: 0,
  falseSoldOut: 0,
};

function expectFindings(
  books: Books,
  findings: Partial<Findings>,
  verdict: Verdict,
  brokenPromises: readonly StrategyPromise[] = [],
): void {
  const { audit } = books.audit();
  assert.deepEqual(audit, { ...CLEAN, ...findings, verdict, brokenPromises });
}

/** Sells `count` tickets one by one, serials 0 on, one every 10 ns, each in 5 ns. */
function sell(books: Books, count: number): void {
  for (let i = 0; i < count; i++) {
    books.grant({ ticket: i, startNs: i * 10, endNs: i * 10 + 5 }, i % books.ledgers.length);
  }
}

describe('a sale without a fault', () => {
  test('nothing sold, nobody refused: exact', () => {
    expectFindings(new Books({ ticketsPerEvent: 3 }), {}, 'exact');
  });

  test('exactly the capacity sold by 2 workers: exact', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    sell(books, 10);
    expectFindings(books, {}, 'exact');
  });

  test('a ticket given back and sold anew under a new serial: exact', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 0, endNs: 10 });
    books.giveBack(first, [20, 30], { worker: 1 });
    books.grant({ ticket: 1, startNs: 25, endNs: 40 }, 1);
    expectFindings(books, {}, 'exact');
  });

  test('a return that ends when the next grant begins, in one moment: exact', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 10, endNs: 10 });
    books.giveBack(first, [10, 10]);
    books.grant({ ticket: 1, startNs: 10, endNs: 10 }, 1);
    expectFindings(books, {}, 'exact');
  });
});

describe('oversold', () => {
  for (const beyond of [1, 7]) {
    test(`${beyond} beyond a capacity of 5`, () => {
      const books = new Books({ ticketsPerEvent: 5 });
      sell(books, 5 + beyond);
      expectFindings(books, { oversold: beyond }, 'oversold', ['noOversell']);
    });
  }

  test('the last group of 4 does not fit into 2: 2 beyond', () => {
    const books = new Books({ ticketsPerEvent: 6 });
    books.grant({ ticket: 0, quantity: 4, startNs: 0, endNs: 1 });
    books.grant({ ticket: 4, quantity: 4, startNs: 0, endNs: 1 }, 1);
    expectFindings(books, { oversold: 2 }, 'oversold', ['noOversell']);
  });

  test('events are counted apart: one short of its capacity hides nothing of the other', () => {
    const books = new Books({ events: 2, ticketsPerEvent: 2 });
    for (const ticket of [0, 1, 2]) books.grant({ event: 1, ticket, startNs: 0, endNs: 1 });
    expectFindings(books, { oversold: 1 }, 'oversold', ['noOversell']);
  });

  test('both of 2 events: 1 + 2 beyond', () => {
    const books = new Books({ events: 2, ticketsPerEvent: 1 });
    books.grant({ event: 0, ticket: 0, quantity: 2, startNs: 0, endNs: 1 });
    books.grant({ event: 1, ticket: 0, quantity: 3, startNs: 0, endNs: 1 });
    expectFindings(books, { oversold: 3 }, 'oversold', ['noOversell']);
  });

  test('a later cancel does not hide it', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 0, endNs: 10 });
    books.grant({ ticket: 1, startNs: 20, endNs: 30 }, 1);
    books.giveBack(first, [31, 40]);
    expectFindings(books, { oversold: 1 }, 'oversold', ['noOversell']);
  });

  test('a cancel that was under way when the next grant ended excuses it', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 0, endNs: 10 });
    books.grant({ ticket: 1, startNs: 20, endNs: 30 }, 1);
    books.giveBack(first, [29, 99]);
    expectFindings(books, {}, 'exact');
  });

  test('the worst of two moments counts, not their sum: 2 beyond', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, quantity: 2, startNs: 0, endNs: 10 });
    books.giveBack(first, [20, 30]);
    books.grant({ ticket: 2, quantity: 3, startNs: 40, endNs: 50 });
    expectFindings(books, { oversold: 2 }, 'oversold', ['noOversell']);
  });

  test('a refused return leaves its tickets with the client', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 0, endNs: 10 });
    books.giveBack(first, [20, 30], { honoured: false });
    books.grant({ ticket: 1, startNs: 40, endNs: 50 });
    const findings = { oversold: 1, lostReceipts: 1 };
    expectFindings(books, findings, 'oversold', ['noOversell', 'noLostReceipt']);
  });
});

describe('duplicate tickets', () => {
  test('one ticket sold by both workers', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    books.grant({ ticket: 4, startNs: 0, endNs: 1 }, 0);
    books.grant({ ticket: 4, startNs: 0, endNs: 1 }, 1);
    expectFindings(books, { duplicateTickets: 1 }, 'inconsistent', ['noOversell']);
  });

  test('groups 0-3 and 2-5 share 2', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    books.grant({ ticket: 2, quantity: 4, startNs: 0, endNs: 1 }, 0);
    books.grant({ ticket: 0, quantity: 4, startNs: 0, endNs: 1 }, 1);
    expectFindings(books, { duplicateTickets: 2 }, 'inconsistent', ['noOversell']);
  });

  test('one ticket sold three times is two too many', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    for (const worker of [0, 1, 0]) books.grant({ ticket: 7, startNs: 0, endNs: 1 }, worker);
    expectFindings(books, { duplicateTickets: 2 }, 'inconsistent', ['noOversell']);
  });

  test('a small group inside a large one, and one after it: 0-9, 2-3 and 8-10 repeat 4', () => {
    const books = new Books({ ticketsPerEvent: 100 });
    books.grant({ ticket: 0, quantity: 10, startNs: 0, endNs: 1 });
    books.grant({ ticket: 2, quantity: 2, startNs: 0, endNs: 1 });
    books.grant({ ticket: 8, quantity: 3, startNs: 0, endNs: 1 });
    expectFindings(books, { duplicateTickets: 4 }, 'inconsistent', ['noOversell']);
  });

  test('a serial that was given back is never issued again', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const first = books.grant({ ticket: 0, startNs: 0, endNs: 1 });
    books.giveBack(first, [2, 3]);
    books.grant({ ticket: 0, startNs: 4, endNs: 5 });
    expectFindings(books, { duplicateTickets: 1 }, 'inconsistent', ['noOversell']);
  });

  test('the same serial of two events is two tickets', () => {
    const books = new Books({ events: 2, ticketsPerEvent: 10 });
    books.grant({ event: 0, ticket: 4, startNs: 0, endNs: 1 });
    books.grant({ event: 1, ticket: 4, startNs: 0, endNs: 1 });
    expectFindings(books, {}, 'exact');
  });
});

describe('lost receipts', () => {
  test('a receipt that another worker does not honour counts once, whatever its quantity', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    const held = books.grant({ ticket: 0, quantity: 3, startNs: 0, endNs: 1 }, 1);
    books.giveBack(held, [2, 3], { honoured: false });
    expectFindings(books, { lostReceipts: 1 }, 'inconsistent', ['noLostReceipt']);
  });

  test('each of 3 receipts that are not honoured counts, by either worker', () => {
    const books = new Books({ ticketsPerEvent: 10 });
    for (const worker of [0, 1, 1]) {
      const held = books.grant({ ticket: books.ledgers[0]?.grants ?? 0, startNs: 0, endNs: 1 });
      books.giveBack(held, [2, 3], { worker, honoured: false });
    }
    expectFindings(books, { lostReceipts: 3 }, 'inconsistent', ['noLostReceipt']);
  });
});

describe('unsold', () => {
  test('what is left where somebody was refused counts, and is no fault by itself', () => {
    const books = new Books({ events: 2, ticketsPerEvent: 10 });
    books.grant({ ticket: 0, quantity: 7, startNs: 0, endNs: 10 });
    books.refuse({ quantity: 4 }, [20, 30]);
    expectFindings(books, { unsold: 3 }, 'exact');
  });

  test('what came back later counts too', () => {
    const books = new Books({ ticketsPerEvent: 2 });
    const held = books.grant({ ticket: 0, quantity: 2, startNs: 0, endNs: 10 });
    books.refuse({}, [20, 30]);
    books.giveBack(held, [40, 50]);
    expectFindings(books, { unsold: 2 }, 'exact');
  });
});

describe('false sold-out', () => {
  test('refused while all was free', () => {
    const books = new Books({ ticketsPerEvent: 3 });
    books.refuse({ quantity: 3 }, [0, 10]);
    const findings = { unsold: 3, falseSoldOut: 1 };
    expectFindings(books, findings, 'undersold', ['noFalseSoldOut']);
  });

  test('refused before the tickets went to somebody else, in another worker', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    books.refuse({}, [0, 10], 1);
    books.grant({ ticket: 0, startNs: 11, endNs: 20 });
    expectFindings(books, { falseSoldOut: 1 }, 'undersold', ['noFalseSoldOut']);
  });

  test('refused after enough came back', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const held = books.grant({ ticket: 0, startNs: 0, endNs: 10 });
    books.giveBack(held, [20, 30]);
    books.refuse({}, [31, 40]);
    const findings = { unsold: 1, falseSoldOut: 1 };
    expectFindings(books, findings, 'undersold', ['noFalseSoldOut']);
  });

  test('one more than is free is rightly refused', () => {
    const books = new Books({ ticketsPerEvent: 3 });
    books.refuse({ quantity: 4 }, [0, 10]);
    expectFindings(books, { unsold: 3 }, 'exact');
  });

  for (const [when, grant] of [
    ['in flight all the time', [0, 100]],
    ['in flight from the very end on', [40, 100]],
    ['over since long', [0, 1]],
    ['in flight until the very beginning', [0, 30]],
  ] as const) {
    test(`a grant ${when} excuses the refusal`, () => {
      const books = new Books({ ticketsPerEvent: 1 });
      books.grant({ ticket: 0, startNs: grant[0], endNs: grant[1] });
      books.refuse({}, [30, 40], 1);
      expectFindings(books, {}, 'exact');
    });
  }

  for (const [when, span] of [
    ['under way all the time', [10, 90]],
    ['that ends within it', [10, 35]],
    ['that ends as it begins', [10, 30]],
  ] as const) {
    test(`a return ${when} excuses the refusal`, () => {
      const books = new Books({ ticketsPerEvent: 1 });
      const held = books.grant({ ticket: 0, startNs: 0, endNs: 5 });
      books.giveBack(held, span);
      books.refuse({}, [30, 40], 1);
      expectFindings(books, { unsold: 1 }, 'exact');
    });
  }

  test('one moment without enough in the middle of the request excuses it', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const held = books.grant({ ticket: 0, startNs: 50, endNs: 51 });
    books.giveBack(held, [51, 52]);
    books.refuse({}, [0, 100], 1);
    expectFindings(books, { unsold: 1 }, 'exact');
  });

  test('a refused return makes nothing free', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    const held = books.grant({ ticket: 0, startNs: 0, endNs: 5 });
    books.giveBack(held, [10, 20], { honoured: false });
    books.refuse({}, [30, 40]);
    expectFindings(books, { lostReceipts: 1 }, 'inconsistent', ['noLostReceipt']);
  });

  test('other events excuse nothing', () => {
    const books = new Books({ events: 2, ticketsPerEvent: 1 });
    books.grant({ event: 0, ticket: 0, startNs: 0, endNs: 5 });
    books.refuse({ event: 1 }, [30, 40]);
    const findings = { unsold: 1, falseSoldOut: 1 };
    expectFindings(books, findings, 'undersold', ['noFalseSoldOut']);
  });

  test('those proven while selling are added: 5 and 2', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    books.refuse({}, [0, 1], 0);
    books.refuse({}, [0, 1], 1);
    const { audit } = books.audit({ settledFalseSoldOut: 5 });
    assert.equal(audit.falseSoldOut, 7);
  });

  test('a dead worker may have sold what seems free: none is proven any more', () => {
    const books = new Books({ ticketsPerEvent: 1 });
    books.refuse({}, [0, 1]);
    const { audit } = books.audit({ settledFalseSoldOut: 5, complete: false, workerDied: true });
    assert.deepEqual([audit.falseSoldOut, audit.brokenPromises], [0, []]);
  });
});

/** A sale with one fault of each of these kinds. */
function faulty(...faults: readonly Verdict[]): Books {
  const books = new Books({ events: 4, ticketsPerEvent: 10 });
  if (faults.includes('oversold')) {
    books.grant({ event: 0, ticket: 0, quantity: 11, startNs: 0, endNs: 1 });
  }
  if (faults.includes('inconsistent')) {
    books.grant({ event: 1, ticket: 0, startNs: 0, endNs: 1 });
    books.grant({ event: 1, ticket: 0, startNs: 0, endNs: 1 });
  }
  if (faults.includes('undersold')) books.refuse({ event: 2 }, [0, 1]);
  return books;
}

describe('the verdict', () => {
  test('an oversell weighs most, then a broken identity, then a false sold-out', () => {
    const verdicts = [
      faulty('oversold', 'inconsistent', 'undersold'),
      faulty('inconsistent', 'undersold'),
      faulty('undersold'),
    ].map((books) => books.audit().audit.verdict);
    assert.deepEqual(verdicts, ['oversold', 'inconsistent', 'undersold']);
  });

  test('a run that was cut short has none, and still tells what was proven', () => {
    const { audit } = faulty('oversold').audit({ complete: false });
    assert.equal(audit.verdict, 'incomplete');
    assert.equal(audit.oversold, 1);
    assert.deepEqual(audit.brokenPromises, ['noOversell']);
  });

  test('only promises that were made are broken', () => {
    const books = faulty('oversold', 'inconsistent', 'undersold');
    const broken = (...promises: readonly StrategyPromise[]) =>
      books.audit({}, promises).audit.brokenPromises;
    assert.deepEqual(broken(), []);
    assert.deepEqual(broken('noLostReceipt'), []);
    assert.deepEqual(broken('noFalseSoldOut'), ['noFalseSoldOut']);
    assert.deepEqual(broken('noOversell', 'noFalseSoldOut'), ['noOversell', 'noFalseSoldOut']);
  });
});
