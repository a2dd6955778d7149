// Names of tickets against the rule taken literally: at each moment a name has one holder at most.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { auditNames, DUPLICATES_TOLD, type Holding } from '../../src/audit/ticket-holders.ts';
import fc from '../support/fast-check.ts';

const NEVER = Number.POSITIVE_INFINITY;

function held(name: string, client: number, endNs: number, returnStartNs = NEVER): Holding {
  return { name, event: 0, client, endNs, returnStartNs };
}

describe('tickets that are handed out again', () => {
  test('one name given to two buyers is a duplicate, and both are named', () => {
    const { duplicates, reissued, examples } = auditNames([held('a', 7, 1), held('a', 9, 2)]);
    assert.deepEqual({ duplicates, reissued }, { duplicates: 1, reissued: 0 });
    assert.deepEqual(examples, [{ name: 'a', event: 0, clients: [7, 9] }]);
  });

  test('one name twice in one grant is a duplicate', () => {
    assert.equal(auditNames([held('a', 7, 1), held('a', 7, 1)]).duplicates, 1);
  });

  test('a name that came back before it was given again is reissued, and no duplicate', () => {
    const { duplicates, reissued } = auditNames([held('a', 7, 1, 5), held('a', 9, 6)]);
    assert.deepEqual({ duplicates, reissued }, { duplicates: 0, reissued: 1 });
  });

  test('a name that came back once is given again once', () => {
    const again = [held('a', 7, 1, 5), held('a', 9, 6), held('a', 3, 7)];
    const { duplicates, reissued } = auditNames(again);
    assert.deepEqual({ duplicates, reissued }, { duplicates: 1, reissued: 1 });
  });

  test('events may number their tickets alike', () => {
    assert.equal(auditNames([held('1', 7, 1), { ...held('1', 9, 2), event: 1 }]).duplicates, 0);
  });

  test(`of many, the first ${DUPLICATES_TOLD} are named and all are counted`, () => {
    const many = Array.from({ length: 40 }, (_, i) => [held(`${i}`, 1, i), held(`${i}`, 2, 50)]);
    const { duplicates, examples } = auditNames(many.flat().toReversed());
    assert.equal(duplicates, 40);
    assert.equal(examples.length, DUPLICATES_TOLD);
  });
});

/** Few names and few moments, so that many of them are equal. */
const holding: fc.Arbitrary<Holding> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    event: fc.nat({ max: 1 }),
    client: fc.nat({ max: 3 }),
    endNs: fc.nat({ max: 12 }),
    heldNs: fc.option(fc.nat({ max: 6 }), { nil: NEVER }),
  })
  .map(({ heldNs, ...grant }) => ({ ...grant, returnStartNs: grant.endNs + heldNs }));

/** The rule itself: told in order, a grant is right if fewer hold the name than have not begun to return it. */
function naive(holdings: readonly Holding[]): { duplicates: number; reissued: number } {
  let duplicates = 0;
  let reissued = 0;
  for (const event of [0, 1]) {
    for (const name of ['a', 'b', 'c']) {
      const same = holdings
        .filter((each) => each.event === event && each.name === name)
        .toSorted((a, b) => a.endNs - b.endNs);
      let rightly = 0;
      for (const { endNs } of same) {
        const returned = same.reduce((n, each) => n + (each.returnStartNs <= endNs ? 1 : 0), 0);
        if (rightly - returned > 0) duplicates++;
        else if (rightly++ > 0) reissued++;
      }
    }
  }
  return { duplicates, reissued };
}

test('what is counted is what the rule says, of 1,000 sales of up to 30 grants in any order', () => {
  fc.assert(
    fc.property(fc.array(holding, { maxLength: 30 }), (holdings) => {
      const { duplicates, reissued } = auditNames(holdings);
      assert.deepEqual({ duplicates, reissued }, naive(holdings));
    }),
    { numRuns: 1000 },
  );
});

test('a sale in which every name has one holder at a time has no duplicates', () => {
  const turns = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat({ max: 3 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(turns, (order) => {
      // Each holder of a name gives it back a moment before the next is granted it.
      const holdings = order.map(([name, client], at) => {
        const next = order.findIndex(([other], later) => later > at && other === name);
        return held(name, client, at, next < 0 ? NEVER : next - 0.5);
      });
      assert.equal(auditNames(holdings).duplicates, 0);
    }),
    { numRuns: 300 },
  );
});
