// What is found in a whole history: by hand, and that no correct sale is accused of anything.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory, type HistoryFindings } from '../../src/audit/check-history.ts';
import type { History, HistoryTerms } from '../../src/audit/history.ts';
import { type FrontierLimits, searchFrontier } from '../../src/audit/linearizability/frontier.ts';
import { checkLinearizability } from '../../src/audit/linearizability/linearizability.ts';
import { happeningsOf, movesOf } from '../../src/audit/linearizability/moves.ts';
import { randomStream } from '../../src/base/random.ts';
import type { StrategyPromise } from '../../src/store/strategy.ts';
import { correctSale } from '../support/correct-sale.ts';
import { historyOf, type Told } from '../support/histories.ts';

const SALES = process.env['ONSALE_LONG'] ? 5000 : 150;

type Span = Told['span'];

function sold(span: Span, quantity = 1, client = 0, value = span[0]): Told {
  return { kind: 'reserve', ending: 'reserved', span, quantity, client, value };
}

function refused(span: Span, quantity = 1, client = 1): Told {
  return { kind: 'reserve', ending: 'soldOut', span, quantity, client };
}

function looked(span: Span, value: number): Told {
  return { kind: 'browse', ending: 'browsed', span, quantity: 0, value, client: 2 };
}

function returned(value: number, span: Span, client = 0): Told {
  return { kind: 'cancel', ending: 'cancelled', span, value, client };
}

function found(tickets: number, told: readonly Told[], terms: Partial<HistoryTerms> = {}) {
  return checkHistory(historyOf(tickets, told, terms));
}

function assertBroken(findings: HistoryFindings, ...promises: StrategyPromise[]): void {
  assert.deepEqual([findings.verdict, findings.brokenPromises], ['violated', promises]);
}

test('answers that are true each by itself and not together are no order: two looks at the last ticket', () => {
  const findings = found(1, [sold([0, 9]), looked([1, 2], 0), looked([3, 4], 1)]);
  assert.deepEqual([findings.verdict, findings.brokenPromises], ['violated', []]);
  assert.equal(findings.linearizability.verdict, 'violated');
});

describe('oversells', () => {
  test('one that a later return hides is seen: 2 sold of 1, one of them given back', () => {
    const findings = found(1, [sold([0, 1]), sold([2, 3]), returned(0, [4, 5])]);
    assertBroken(findings, 'noOversell');
    assert.equal(findings.oversold, 1);
    assert.equal(findings.linearizability.violatedEvents, 1);
  });

  test('the worst moment of each event counts, and they are summed: 1 and 2 too many', () => {
    const second = [sold([0, 1]), sold([2, 3]), sold([4, 5])].map((each) => ({
      ...each,
      event: 1,
    }));
    assert.equal(found(1, [sold([0, 1]), sold([2, 3]), ...second]).oversold, 3);
  });

  test('who was granted a ticket that overlaps a return is no oversell', () => {
    assert.equal(found(1, [sold([0, 1]), returned(0, [2, 8]), sold([3, 4])]).verdict, 'ok');
  });

  test('a return of what was never granted is held against who promises not to oversell', () => {
    assertBroken(found(1, [sold([0, 1]), returned(7, [2, 3])]), 'noOversell');
  });
});

describe('refusals', () => {
  test('while enough was left throughout: a false one', () => {
    const findings = found(2, [sold([0, 1]), refused([2, 3])]);
    assertBroken(findings, 'noFalseSoldOut');
    assert.equal(findings.falseSoldOut, 1);
  });

  test('of a group larger than what was left, or while the last one was sold: right', () => {
    assert.equal(found(2, [sold([0, 1]), refused([2, 3], 2)]).verdict, 'ok');
    assert.equal(found(1, [sold([2, 9]), refused([4, 5])]).verdict, 'ok');
  });

  test('before a ticket that was asked for but never answered can be excluded: right', () => {
    const lost: Told = { kind: 'reserve', ending: 'indeterminate', span: [0, 1], value: -1 };
    const findings = found(1, [lost, refused([2, 3])]);
    assert.deepEqual([findings.verdict, findings.indeterminate], ['ok', 1]);
  });

  for (const [what, regretted, told] of [
    ['a later one got as much', 1, [refused([0, 1]), sold([2, 3])]],
    ['a later one got more', 1, [refused([0, 1], 2), sold([2, 3], 3)]],
    ['a later one got less', 0, [refused([0, 1], 3), sold([2, 3], 2)]],
    ['one of the same moment got as much', 0, [refused([2, 3]), sold([2, 3])]],
    ['an earlier one got as much', 0, [sold([0, 1]), refused([2, 3])]],
    [
      'a later one got as much of another event',
      0,
      [refused([0, 1]), { ...sold([2, 3]), event: 1 }],
    ],
    ['a group of 2^30 was refused, and one sold', 0, [refused([0, 1], 2 ** 30), sold([2, 3])]],
  ] as const) {
    test(`a queue jump is a refusal after which a later buyer got as much: ${what}: ${regretted}`, () => {
      assert.deepEqual(found(9, told).passed, { refusals: 1, regretted });
    });
  }
});

describe('looks', () => {
  const sale = [sold([10, 11]), sold([20, 21])];
  for (const [what, value, expected] of [
    ['before', 5, { fresh: 0, stale: 1, wrong: 0, oldestNs: 19 }],
    ['meanwhile', 4, { fresh: 0, stale: 1, wrong: 0, oldestNs: 9 }],
    ['now', 3, { fresh: 1, stale: 0, wrong: 0, oldestNs: 0 }],
    ['never', 2, { fresh: 0, stale: 0, wrong: 1, oldestNs: 0 }],
    ['less than none', -1, { fresh: 0, stale: 0, wrong: 1, oldestNs: 0 }],
  ] as const) {
    test(`${value} left of 5 after 2 were sold: true ${what}`, () => {
      const findings = found(5, [...sale, looked([30, 31], value)]);
      assert.deepEqual(findings.looks, { count: 1, ...expected });
      if (expected.fresh === 0) assertBroken(findings, 'noStaleRead');
      else assert.equal(findings.verdict, 'ok');
    });
  }

  test('any number that there was at some moment of the look is fresh', () => {
    for (const [value, fresh] of [
      [5, 1],
      [4, 1],
      [3, 1],
      [2, 0],
    ] as const) {
      assert.equal(found(5, [...sale, looked([10, 21], value)]).looks.fresh, fresh, `${value}`);
    }
  });
});

describe('promises', () => {
  const everything = [
    sold([0, 1]),
    refused([2, 3]),
    looked([2, 3], 0),
    sold([4, 5], 9, 3, 0),
    { ...returned(0, [6, 1e9]), ending: 'failed' },
    returned(77, [8, 9]),
  ] as const;
  const broken: Readonly<Record<Exclude<StrategyPromise, 'noStarvation'>, true>> = {
    noOversell: true,
    noLostReceipt: true,
    noFalseSoldOut: true,
    noStaleRead: true,
  };

  test('what is not promised is not held against it: an awful sale that promised nothing', () => {
    const findings = found(2, everything, { promises: [] });
    assert.deepEqual([findings.verdict, findings.brokenPromises], ['ok', []]);
    assert.ok(findings.oversold > 0 && findings.receipts.counts.lostReceipt > 0);
    assert.ok(findings.falseSoldOut > 0 && findings.looks.stale + findings.looks.wrong > 0);
  });

  for (const promise of Object.keys(broken) as StrategyPromise[]) {
    test(`what is promised is: ${promise} alone`, () => {
      assertBroken(found(2, everything, { promises: [promise] }), promise);
    });
  }
});

/** All operations overlap, and the looks leave few orders of the grants. */
function entangled(): History {
  const grants = Array.from({ length: 12 }, (_, i) => sold([0, 100 + i], 1 + (i % 3), i));
  const looks = Array.from({ length: 12 }, (_, i) => looked([1, 90 + i], 6 * (i % 4)));
  return historyOf(24, [...grants, ...looks.map((look, i) => ({ ...look, client: 20 + i }))]);
}

const TINY = { configurations: 5, looksPerMove: 1, looksBeside: 0 };

test('too much at once for the limits is unknown, not a violation: 24 operations that all overlap', () => {
  const { verdict, undecidedEvents, contradictions } = checkLinearizability(entangled(), TINY);
  assert.deepEqual([verdict, undecidedEvents, contradictions], ['unknown', 1, []]);
  assert.equal(checkLinearizability(entangled()).verdict, 'ok');
});

function withSpare(looksBeside: number): FrontierLimits {
  return { ...TINY, configurations: 1000, looksBeside };
}

test('searches share the looks beside their own: enough for the first of two', () => {
  const one = entangled();
  const enough = Array.from({ length: 20 }, (_, power) => 2 ** power).find((left) => {
    return checkLinearizability(one, withSpare(left)).decided.frontier === 1;
  });
  assert.ok(enough !== undefined && enough > 1, `${enough} looks`);
  // By powers of two, so that less than half of them can be left.
  const spare = { left: enough };
  const moves = movesOf(
    one,
    Uint32Array.from(one.event, (_, at) => at),
  );
  const search = () => searchFrontier(moves, happeningsOf(moves), 24, withSpare(0), spare).verdict;
  assert.equal(search(), 'ok');
  assert.ok(spare.left < enough / 2, `${spare.left} of ${enough} looks are left`);
  assert.equal(search(), 'unknown');
});

test('an event that is undecided does not hide one that is violated', () => {
  const told = Array.from({ length: 8 }, (_, i) => [
    sold([0, 20 + i], 1 + (i % 3), i),
    looked([1, 10 + i], i),
  ]).flat();
  const clients = told.map((each, client) => ({ ...each, client }));
  const history = historyOf(15, [...clients, { ...sold([0, 1], 16), event: 1 }]);
  const { verdict, undecidedEvents, violatedEvents } = checkLinearizability(history, TINY);
  assert.deepEqual([verdict, undecidedEvents, violatedEvents], ['violated', 1, 1]);
});

test(`a correct sale is never accused of anything: ${SALES} random sales of up to 300 operations`, () => {
  for (let seed = 1; seed <= SALES; seed++) {
    const { next } = randomStream(`${seed}`, 'correct sales');
    const history = correctSale(next, {
      operations: 1 + Math.floor(next() * 300),
      clients: 1 + Math.floor(next() * 8),
      events: 1 + Math.floor(next() * 3),
      tickets: Math.floor(next() * 12),
      quantityMax: 1 + Math.floor(next() * 3),
      lostShare: next() < 0.3 ? 0.02 : 0,
      meanNs: next() < 0.5 ? 3 : 1000,
    });
    const { verdict, brokenPromises, receipts, looks, oversold, falseSoldOut } =
      checkHistory(history);
    const { counts } = receipts;
    assert.deepEqual(
      {
        verdict,
        brokenPromises,
        faults: Object.values(counts),
        oversold,
        falseSoldOut,
        fresh: looks.fresh,
      },
      {
        verdict: 'ok',
        brokenPromises: [],
        faults: [0, 0, 0, 0],
        oversold: 0,
        falseSoldOut: 0,
        fresh: looks.count,
      },
      `seed ${seed}`,
    );
  }
});
