// What every strategy of the catalogue has to do: first in a single thread, then under real threads,
// where each is held to what it promises.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { resolveScenario, run } from '../../src/index.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { catalog } from '../../src/store/catalog.ts';
import {
  PROMISES,
  SOLD_OUT,
  type Strategy,
  type StrategyPromise,
} from '../../src/store/strategy.ts';
import { openAlone, openSale } from '../support/open-alone.ts';

/** More than most machines that run the tests have processors. */
const MANY_THREADS = '8';
/** Few enough that each has a processor for a while. */
const FEW_THREADS = '3';

const PROMISE_NAMES = Object.keys(PROMISES) as StrategyPromise[];

test('names are unique, in kebab-case, and every promise is made by somebody who keeps it', () => {
  const names = catalog.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  for (const promise of PROMISE_NAMES) {
    assert.ok(catalog.some(({ promises, breaks }) => promises.includes(promise) && !breaks));
  }
});

for (const strategy of catalog) {
  describe(`${strategy.name} in a single thread`, () => {
    test('sells exactly its capacity, one by one, and then is sold out: 7 tickets', () => {
      const reserver = openAlone(strategy, { events: 1, tickets: 7 });
      const serials = Array.from({ length: 7 }, () => reserver.reserve(0, 1, 0));
      assert.equal(new Set(serials).size, 7);
      assert.ok(serials.every((serial) => serial >= 0));
      assert.equal(reserver.reserve(0, 1, 0), SOLD_OUT);
      assert.equal(reserver.available(0), 0);
    });

    test('grants a group all or nothing: 3, then not 3 of the 2 left, then 2', () => {
      const reserver = openAlone(strategy, { events: 1, tickets: 5 });
      assert.ok(reserver.reserve(0, 3, 0) >= 0);
      assert.equal(reserver.reserve(0, 3, 1), SOLD_OUT);
      assert.equal(reserver.available(0), 2);
      assert.ok(reserver.reserve(0, 2, 1) >= 0);
      assert.equal(reserver.reserve(0, 1, 2), SOLD_OUT);
    });

    test('refuses more than there ever were: 6 of 5', () => {
      const reserver = openAlone(strategy, { events: 1, tickets: 5 });
      assert.equal(reserver.reserve(0, 6, 0), SOLD_OUT);
      assert.equal(reserver.available(0), 5);
    });

    test('takes back what it granted, and sells it anew: 4 of 4', () => {
      const reserver = openAlone(strategy, { events: 1, tickets: 4 });
      const ticket = reserver.reserve(0, 4, 0);
      assert.equal(reserver.cancel(0, ticket, 4, 0), 4);
      assert.equal(reserver.available(0), 4);
      assert.ok(reserver.reserve(0, 4, 1) >= 0);
      assert.equal(reserver.reserve(0, 1, 1), SOLD_OUT);
    });

    test('keeps events apart: 3 events', () => {
      const reserver = openAlone(strategy, { events: 3, tickets: 2 });
      reserver.reserve(1, 2, 0);
      assert.deepEqual(
        [0, 1, 2].map((event) => reserver.available(event)),
        [2, 0, 2],
      );
      assert.equal(reserver.reserve(1, 1, 0), SOLD_OUT);
      assert.ok(reserver.reserve(0, 2, 0) >= 0);
      assert.ok(reserver.reserve(2, 2, 0) >= 0);
    });

    test('says what each of its own words means, and of no two the same: 3 events, 3 members', () => {
      const size = { events: 3, tickets: 40, members: 3 };
      const named = Array.from({ length: strategy.ownWords?.(size) ?? 0 }, (_, offset) => {
        const meaning = strategy.describeWord?.(offset, size);
        return `${meaning?.name ?? ''} of ${meaning?.member ?? 'all'}`;
      });
      assert.ok(!named.includes(' of all'));
      assert.equal(new Set(named).size, named.length);
    });

    test('works once for each grant: 2 grants', () => {
      const seen: number[] = [];
      const reserver = openAlone(strategy, { events: 1, tickets: 2 }, () => seen.push(seen.length));
      reserver.reserve(0, 1, 0);
      reserver.reserve(0, 1, 0);
      assert.deepEqual(seen, [0, 1]);
    });

    test('does as the plainest of stocks would: random requests for 2 events', () => {
      fc.assert(
        fc.property(fc.nat({ max: 12 }), fc.array(ANY_REQUEST), (tickets, requests) => {
          comparePlainly(strategy, tickets, requests);
        }),
        { numRuns: 200 },
      );
    });

    test('leaves nothing behind when it closes: a second handle sells the rest', () => {
      const [first, second] = openSale(strategy, { events: 1, tickets: 3 }, { crewSize: 2 });
      assert.ok(first && second);
      const ticket = first.reserve(0, 2, 0);
      assert.equal(first.reserve(0, 2, 0), SOLD_OUT);
      first.cancel(0, ticket, 2, 0);
      first.available(0);
      first.close();
      assert.equal(second.available(0), 3);
      assert.ok(second.reserve(0, 3, 1) > ticket);
      assert.equal(second.reserve(0, 1, 1), SOLD_OUT);
      second.close();
    });
  });
}

interface PlainRequest {
  readonly kind: 'reserve' | 'cancel';
  readonly event: number;
  readonly quantity: number;
  readonly pick: number;
}

const ANY_REQUEST: fc.Arbitrary<PlainRequest> = fc.record({
  kind: fc.constantFrom('reserve' as const, 'cancel' as const),
  event: fc.nat({ max: 1 }),
  quantity: fc.integer({ min: 1, max: 4 }),
  pick: fc.nat(),
});

/**
 * Sells with the strategy and with two plain numbers; both have to agree about everything. Only a
 * strategy that does not promise otherwise may refuse a group that the plain ones would grant: its
 * seats may be free, but apart.
 */
function comparePlainly(
  strategy: Strategy,
  tickets: number,
  requests: readonly PlainRequest[],
): void {
  const mayRefuse = !strategy.promises.includes('noFalseSoldOut');
  const reserver = openAlone(strategy, { events: 2, tickets });
  const left = [tickets, tickets] as [number, number];
  const issued = [new Set<number>(), new Set<number>()] as const;
  const held: { event: 0 | 1; ticket: number; quantity: number }[] = [];
  for (const { kind, event: either, quantity, pick } of requests) {
    const event = either as 0 | 1;
    if (kind === 'cancel') {
      const [back] = held.splice(pick % Math.max(1, held.length), 1);
      if (!back) continue;
      assert.equal(reserver.cancel(back.event, back.ticket, back.quantity, 0), back.quantity);
      left[back.event] += back.quantity;
    } else if (left[event] < quantity) {
      assert.equal(reserver.reserve(event, quantity, 0), SOLD_OUT);
    } else {
      const ticket = reserver.reserve(event, quantity, 0);
      const refused = ticket === SOLD_OUT && quantity > 1 && mayRefuse;
      if (!refused) {
        assertNewSerials(ticket, quantity, issued[event]);
        held.push({ event, ticket, quantity });
        left[event] -= quantity;
      }
    }
    assert.deepEqual([reserver.available(0), reserver.available(1)], left);
  }
}

function assertNewSerials(ticket: number, quantity: number, issued: Set<number>): void {
  assert.ok(Number.isInteger(ticket) && ticket >= 0, `${ticket} is no serial`);
  for (let serial = ticket; serial < ticket + quantity; serial++) {
    assert.ok(!issued.has(serial), `serial ${serial} was issued twice`);
    issued.add(serial);
  }
}

/** Real sales in which every kind of request meets many others of its kind. */
const SALES = {
  'closed model, groups and cancels': {
    clients: '300',
    requests: '20000',
    events: '3',
    tickets: '500',
    quantity: '1..4',
    mix: 'reserve=70,cancel=20,browse=10',
    threads: MANY_THREADS,
  },
  'as fast as it goes, many events': {
    clients: '2000',
    rate: 'max',
    requests: '30000',
    events: '100',
    tickets: '60',
    quantity: '1:60,2:30,6:10',
    mix: 'reserve=80,cancel=15,browse=5',
    workInside: '1us',
    threads: FEW_THREADS,
  },
} as const;

/** Why a strategy is not held to a promise; false when it is. */
function excuse({ name, promises, breaks = [] }: Strategy, promise: StrategyPromise) {
  if (!promises.includes(promise)) return `${name} does not promise that it ${PROMISES[promise]}`;
  return breaks.includes(promise) && `${name} is a control, known to break ${promise}`;
}

const KEPT: Readonly<Record<StrategyPromise, (result: RunResult) => void>> = {
  noOversell({ audit, tickets }) {
    assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
    assert.ok(tickets.granted - tickets.returned <= tickets.capacity);
  },
  noLostReceipt({ audit, outcomes }) {
    assert.equal(audit.lostReceipts, 0);
    assert.equal(outcomes.failed, 0);
  },
  noFalseSoldOut({ audit }) {
    assert.equal(audit.falseSoldOut, 0);
  },
};

for (const strategy of catalog) {
  for (const [sale, fields] of Object.entries(SALES)) {
    const { name, promises, breaks } = strategy;
    describe(`${name} with ${fields.threads} threads, ${sale}`, () => {
      let sold: Promise<RunResult> | undefined;
      const result = (): Promise<RunResult> => {
        sold ??= run({ strategy: name, scenario: resolveScenario({ fields }) });
        return sold;
      };

      test('serves every request of a sale in which all that is to be checked happens', async () => {
        const { stream, outcomes, health } = await result();
        assert.deepEqual(health.reasons, []);
        assert.equal(stream.requests, Number(fields.requests));
        const served = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
        assert.equal(served, stream.requests);
        const { reserved, soldOut, cancelled, browsed } = outcomes;
        assert.ok(Math.min(reserved, soldOut, cancelled, browsed) > 500, JSON.stringify(outcomes));
      });

      for (const promise of PROMISE_NAMES) {
        const skip = excuse(strategy, promise);
        test(`${name} ${PROMISES[promise]}`, { skip }, async () => KEPT[promise](await result()));
      }

      const misses = PROMISE_NAMES.find((promise) => excuse(strategy, promise) !== false);
      const skip = misses === undefined ? false : (excuse(strategy, misses) as string);
      test('the verdict is exact', { skip }, async () => {
        const { audit } = await result();
        assert.equal(audit.verdict, 'exact');
      });

      test('no promise is broken that is not known to be', async () => {
        const { audit } = await result();
        const known = breaks ?? [];
        assert.ok(audit.brokenPromises.every((promise) => promises.includes(promise)));
        assert.deepEqual(
          audit.brokenPromises.filter((promise) => !known.includes(promise)),
          [],
        );
      });
    });
  }
}

/** Threads meet by chance: a control gets so many seeds to be caught with. */
const SEEDS = 5;

for (const { name, breaks = [] } of catalog.filter((strategy) => strategy.breaks)) {
  test(`${name} is caught breaking what it is known to break: ${MANY_THREADS} threads at the last tickets`, async () => {
    const verdicts: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const fields = { requests: '20000', threads: MANY_THREADS, seed: String(seed) };
      const scenario = resolveScenario({ scenario: 'last-ticket', fields });
      const { audit } = await run({ strategy: name, scenario });
      verdicts.push(audit.verdict);
      if (audit.verdict === 'exact') continue;
      assert.ok(audit.brokenPromises.length > 0);
      for (const promise of audit.brokenPromises) assert.ok(breaks.includes(promise), promise);
      return;
    }
    assert.fail(`seeds 1 to ${SEEDS} gave ${verdicts.join(', ')}`);
  });
}
