// The audit against its definition, taken literally: moment by moment and ticket by ticket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GrantReference } from '../../src/store/ledger.ts';
import { Books } from '../support/books.ts';
import fc from '../support/fast-check.ts';

const EVENTS = 2;
const WORKERS = 2;
const LAST_NS = 60;

interface Sold {
  readonly worker: number;
  readonly event: number;
  readonly ticket: number;
  readonly quantity: number;
  readonly intendedNs: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly back: Back | null;
}

interface Back {
  readonly worker: number;
  readonly honoured: boolean;
  readonly startNs: number;
  readonly endNs: number;
}

interface Refused {
  readonly event: number;
  readonly quantity: number;
  readonly startNs: number;
  readonly endNs: number;
}

// Few moments, so that many of them are equal.
const moment = fc.nat({ max: 15 });
const short = fc.nat({ max: 6 });
const worker = fc.nat({ max: WORKERS - 1 });
const event = fc.nat({ max: EVENTS - 1 });
const quantity = fc.integer({ min: 1, max: 4 });

const sold: fc.Arbitrary<Sold> = fc
  .record({
    worker,
    event,
    ticket: fc.nat({ max: 20 }),
    quantity,
    intendedNs: moment,
    waited: short,
    took: short,
    back: fc.option(
      fc.record({
        worker,
        honoured: fc.constantFrom(true, true, false),
        after: short,
        took: short,
      }),
    ),
  })
  .map(({ intendedNs, waited, took, back, ...rest }) => {
    const startNs = intendedNs + waited;
    const endNs = startNs + took;
    return { ...rest, intendedNs, startNs, endNs, back: back && backAfter(endNs, back) };
  });

function backAfter(
  grantedNs: number,
  { after, took, ...rest }: { worker: number; honoured: boolean; after: number; took: number },
): Back {
  const startNs = grantedNs + after;
  return { ...rest, startNs, endNs: startNs + took };
}

const refused: fc.Arbitrary<Refused> = fc
  .record({ event, quantity, startNs: moment, took: short })
  .map(({ took, ...rest }) => ({ ...rest, endNs: rest.startNs + took }));

const history = fc.record({
  ticketsPerEvent: fc.integer({ min: 1, max: 12 }),
  grants: fc.array(sold, { maxLength: 12 }),
  refusals: fc.array(refused, { maxLength: 6 }),
});

type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

function write({ ticketsPerEvent, grants, refusals }: History): Books {
  const books = new Books({ events: EVENTS, ticketsPerEvent, workers: WORKERS });
  const held = grants.map((grant) => books.grant(grant, grant.worker));
  grants.forEach(({ back }, i) => {
    if (!back) return;
    const { worker: by, honoured, startNs, endNs } = back;
    books.giveBack(held[i] as GrantReference, [startNs, endNs], { worker: by, honoured });
  });
  refusals.forEach(({ startNs, endNs, ...facts }, i) => {
    books.refuse(facts, [startNs, endNs], i % WORKERS);
  });
  return books;
}

function total<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function events(): number[] {
  return Array.from({ length: EVENTS }, (_, each) => each);
}

function grantsOf({ grants }: History, of: number): Sold[] {
  return grants.filter((grant) => grant.event === of);
}

/** Surely held: granted already, and its return not begun. */
function isHeld({ endNs, back }: Sold, nowNs: number): boolean {
  return endNs <= nowNs && !(back?.honoured && back.startNs <= nowNs);
}

/** Possibly gone: its grant begun, and its return not over before. */
function isGone({ startNs, back }: Sold, nowNs: number): boolean {
  return startNs <= nowNs && !(back?.honoured && back.endNs < nowNs);
}

function oversoldOf(sale: History): number {
  return total(events(), (of) => {
    let peak = 0;
    for (let nowNs = 0; nowNs <= LAST_NS; nowNs++) {
      const held = grantsOf(sale, of).filter((grant) => isHeld(grant, nowNs));
      peak = Math.max(
        peak,
        total(held, (grant) => grant.quantity),
      );
    }
    return Math.max(0, peak - sale.ticketsPerEvent);
  });
}

function unsoldOf(sale: History): number {
  const refusedAt = events().filter((of) => sale.refusals.some((each) => each.event === of));
  return total(refusedAt, (of) => {
    const held = grantsOf(sale, of).filter((grant) => isHeld(grant, LAST_NS));
    return Math.max(0, sale.ticketsPerEvent - total(held, (grant) => grant.quantity));
  });
}

function duplicatesOf(sale: History): number {
  const issued = sale.grants.flatMap(({ event: of, ticket, quantity: many }) =>
    Array.from({ length: many }, (_, i) => `${of}/${ticket + i}`),
  );
  return issued.length - new Set(issued).size;
}

function falseSoldOutOf(sale: History): number {
  return total(sale.refusals, ({ event: of, quantity: wanted, startNs, endNs }) => {
    for (let nowNs = startNs; nowNs <= endNs; nowNs++) {
      const gone = grantsOf(sale, of).filter((grant) => isGone(grant, nowNs));
      if (sale.ticketsPerEvent - total(gone, (grant) => grant.quantity) < wanted) return 0;
    }
    return 1;
  });
}

function inversionsOf(sale: History): number {
  return total(events(), (of) => {
    const grants = grantsOf(sale, of);
    return total(grants, (late) => grants.filter((early) => overtakes(late, early)).length);
  });
}

function overtakes(late: Sold, early: Sold): boolean {
  return early.intendedNs < late.intendedNs && late.endNs < early.endNs;
}

test('every finding is what its definition says: random small sales', () => {
  fc.assert(
    fc.property(history, (sale) => {
      const { audit } = write(sale).audit();
      assert.equal(audit.oversold, oversoldOf(sale), 'oversold');
      assert.equal(audit.unsold, unsoldOf(sale), 'unsold');
      assert.equal(audit.duplicateTickets, duplicatesOf(sale), 'duplicateTickets');
      assert.equal(audit.lostReceipts, lostOf(sale), 'lostReceipts');
      assert.equal(audit.falseSoldOut, falseSoldOutOf(sale), 'falseSoldOut');
    }),
    { numRuns: 1000 },
  );
});

function lostOf({ grants }: History): number {
  return grants.filter(({ back }) => back && !back.honoured).length;
}

test('inversions are the pairs in which the later arrival was served first: random small sales', () => {
  fc.assert(
    fc.property(history, (sale) => {
      assert.equal(write(sale).audit().fairness.inversions, inversionsOf(sale));
    }),
    { numRuns: 300 },
  );
});

test('no sale that some order of moments explains is ever accused: random correct sales', () => {
  const request = fc.record({
    kind: fc.constantFrom('reserve', 'reserve', 'cancel'),
    quantity,
    event,
    before: short,
    after: short,
    worker,
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(request), (ticketsPerEvent, requests) => {
      const books = new Books({ events: EVENTS, ticketsPerEvent, workers: WORKERS });
      const left = events().map(() => ticketsPerEvent);
      const issued = events().map(() => 0);
      const held: { of: GrantReference; event: number; quantity: number; endNs: number }[] = [];
      // Request i takes effect at one moment, some time after it began and before it ended.
      requests.forEach((asked, i) => {
        const effectNs = 10 + i;
        const span = [effectNs - asked.before, effectNs + asked.after] as const;
        if (asked.kind === 'cancel') {
          // A client gives back only what it was told it has.
          const mine = held.filter(({ endNs }) => endNs <= span[0]);
          const back = mine[asked.pick % Math.max(1, mine.length)];
          if (!back) return;
          held.splice(held.indexOf(back), 1);
          left[back.event] = (left[back.event] as number) + back.quantity;
          books.giveBack(back.of, span, { worker: asked.worker });
        } else if ((left[asked.event] as number) < asked.quantity) {
          books.refuse(asked, span, asked.worker);
        } else {
          const ticket = issued[asked.event] as number;
          issued[asked.event] = ticket + asked.quantity;
          left[asked.event] = (left[asked.event] as number) - asked.quantity;
          const facts = { event: asked.event, quantity: asked.quantity, ticket };
          const of = books.grant({ ...facts, startNs: span[0], endNs: span[1] }, asked.worker);
          held.push({ ...facts, of, endNs: span[1] });
        }
      });
      const { audit } = books.audit();
      assert.equal(audit.verdict, 'exact');
      assert.deepEqual(audit.brokenPromises, []);
    }),
    { numRuns: 500 },
  );
});
