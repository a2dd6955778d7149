import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escrow } from '../../src/store/memory/escrow.ts';
import { type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import fc from '../support/fast-check.ts';
import { openSale, stageSale } from '../support/open-alone.ts';

/** All that reaches shared memory. */
const ACCESSES = [
  'get',
  'set',
  'load',
  'store',
  'add',
  'sub',
  'exchange',
  'compareExchange',
] as const;

/** A sale, and how often shared memory was accessed in it. */
function stageCounted(tickets: number, crewSize: number, work = () => {}) {
  const sale = stageSale(escrow, { events: 1, tickets }, { crewSize, work });
  const counts = { accesses: 0 };
  for (const access of ACCESSES) {
    const original = sale.words[access].bind(sale.words) as (...args: number[]) => never;
    sale.words[access] = (...args: number[]) => {
      counts.accesses++;
      return original(...args);
    };
  }
  return { ...sale, counts };
}

test('sells a lease without touching shared memory: 64 tickets of 1000', () => {
  const { counts, ...sale } = stageCounted(1000, 2);
  const seller = escrow.open(sale.context(0));
  assert.equal(seller.reserve(0, 1, 0), 0);
  const leased = counts.accesses;
  for (let serial = 1; serial < 64; serial++) assert.equal(seller.reserve(0, 1, 0), serial);
  assert.equal(counts.accesses, leased);
  seller.reserve(0, 1, 0);
  assert.ok(counts.accesses > leased);
});

test('leases shrink with the stock, so that 4 idle sellers keep at most half of it: 100 tickets', () => {
  const sale = stageSale(escrow, { events: 1, tickets: 100 }, { crewSize: 4 });
  const leases = [0, 1, 2, 3].map((self) => {
    const before = sale.words.load(sale.inventory.remaining(0));
    escrow.open(sale.context(self)).reserve(0, 1, 0);
    return before - sale.words.load(sale.inventory.remaining(0));
  });
  assert.deepEqual(leases, [12, 11, 9, 8]);
});

test('a group larger than a lease gets one of its own size: 30 of 100 among 4 sellers', () => {
  const sale = stageSale(escrow, { events: 1, tickets: 100 }, { crewSize: 4 });
  const seller = escrow.open(sale.context(0));
  assert.equal(seller.reserve(0, 2, 0), 0);
  // The 10 that were left of the first lease of 12 went back, and their serials are not issued.
  assert.equal(seller.reserve(0, 30, 0), 12);
  assert.equal(sale.words.load(sale.inventory.remaining(0)), 68);
});

test('a refused seller gives its lease back, so that somebody else can sell it: 100 tickets', () => {
  const [first, second] = openSale(escrow, { events: 1, tickets: 100 }, { crewSize: 2 });
  assert.equal(first?.reserve(0, 1, 0), 0);
  assert.equal(second?.reserve(0, 80, 1), SOLD_OUT);
  assert.equal(first?.reserve(0, 100, 0), SOLD_OUT);
  assert.equal(second?.available(0), 99);
  assert.ok(second.reserve(0, 80, 1) > 0);
});

test('does not repeat the work when another seller comes first: 1 retry', () => {
  let works = 0;
  const sale = stageSale(escrow, { events: 1, tickets: 10 }, { crewSize: 2, work: () => works++ });
  const { words, inventory } = sale;
  const swap = words.compareExchange.bind(words);
  words.compareExchange = (...args) => {
    words.compareExchange = swap;
    words.sub(inventory.remaining(0), 3);
    return swap(...args);
  };
  const context = sale.context(0);
  assert.equal(escrow.open(context).reserve(0, 4, 0), 0);
  assert.deepEqual([works, context.contention.retries], [1, 1]);
  assert.equal(words.load(inventory.remaining(0)), 3);
});

interface Step {
  readonly seller: number;
  readonly quantity: number;
  readonly gives: boolean;
}

const ANY_STEP: fc.Arbitrary<Step> = fc.record({
  seller: fc.nat({ max: 2 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  gives: fc.boolean(),
});

test('no ticket is sold twice or lost, whoever leases what: random requests of 3 sellers', () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), fc.array(ANY_STEP), (tickets, steps) => {
      const sale = stageSale(escrow, { events: 1, tickets }, { crewSize: 3 });
      const sellers: Reserver[] = [0, 1, 2].map((self) => escrow.open(sale.context(self)));
      const issued = new Set<number>();
      const held: number[] = [];
      for (const { seller, quantity, gives } of steps) {
        const reserver = sellers[seller] as Reserver;
        const back = gives ? held.pop() : undefined;
        if (back !== undefined) assert.equal(reserver.cancel(0, 0, back, 0), back);
        const ticket = reserver.reserve(0, quantity, 0);
        if (ticket === SOLD_OUT) continue;
        held.push(quantity);
        for (let serial = ticket; serial < ticket + quantity; serial++) {
          assert.ok(!issued.has(serial), `serial ${serial} was issued twice`);
          issued.add(serial);
        }
      }
      for (const seller of sellers) seller.close();
      const left = tickets - held.reduce((sum, quantity) => sum + quantity, 0);
      assert.ok(left >= 0);
      assert.equal(sale.words.load(sale.inventory.remaining(0)), left);
    }),
  );
});
