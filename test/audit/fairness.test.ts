import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOvertaking } from '../../src/audit/fairness.ts';
import { Books } from '../support/books.ts';
import fc from '../support/fast-check.ts';

function jainIndex(asked: readonly number[], granted: readonly number[]): number {
  const evidence = { asked: Int32Array.from(asked), granted: Int32Array.from(granted) };
  return new Books({ ticketsPerEvent: 1 }).audit(evidence).fairness.jainIndex;
}

for (const [what, asked, granted, index] of [
  ['all clients did equally well', [4, 4, 4], [2, 2, 2], 1],
  ['equal shares of unequal requests', [2, 4, 8], [1, 2, 4], 1],
  ['one of 4 got everything', [1, 1, 1, 1], [1, 0, 0, 0], 1 / 4],
  ['two of 4 got everything', [3, 3, 3, 3], [3, 3, 0, 0], 1 / 2],
  ['shares of 1 and 1/2', [2, 2], [2, 1], 0.9],
  ['who asked for nothing does not count', [1, 0, 1, 0], [1, 0, 1, 0], 1],
  ['nobody got anything', [5, 5], [0, 0], 1],
  ['nobody asked', [0, 0], [0, 0], 1],
] as const) {
  test(`Jain's index is ${index}: ${what}`, () => {
    assert.ok(Math.abs(jainIndex(asked, granted) - index) < 1e-12);
  });
}

/** Grants of one event, each given by when it was due and when it was served. */
function inversions(...grants: readonly (readonly [intendedNs: number, endNs: number])[]): number {
  const books = new Books({ ticketsPerEvent: 10 });
  grants.forEach(([intendedNs, endNs], ticket) => {
    books.grant({ ticket, intendedNs, startNs: intendedNs, endNs }, ticket % 2);
  });
  return books.audit().fairness.inversions;
}

test('who is served in the order of arrival makes no inversion: 3 grants, 2 workers', () => {
  assert.equal(inversions([1, 11], [2, 12], [3, 13]), 0);
});

test('the last of 4 served first is 3 inversions', () => {
  assert.equal(inversions([1, 11], [2, 12], [3, 13], [4, 10]), 3);
});

test('two that arrive in the same moment are no inversion, however they are served', () => {
  assert.equal(inversions([1, 12], [1, 11]), 0);
});

test('two that are served in the same moment are no inversion: nobody was first', () => {
  assert.equal(inversions([2, 11], [1, 11]), 0);
});

test('grants of different events are never compared', () => {
  const books = new Books({ events: 2, ticketsPerEvent: 1 });
  books.grant({ event: 0, ticket: 0, intendedNs: 1, startNs: 1, endNs: 12 });
  books.grant({ event: 1, ticket: 0, intendedNs: 2, startNs: 2, endNs: 11 });
  assert.equal(books.audit().fairness.inversions, 0);
});

test('inversions are counted as pair by pair: random lists with many equal values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 70 }), (values) => {
      let pairs = 0;
      values.forEach((value, i) => {
        for (const later of values.slice(i + 1)) if (later < value) pairs++;
      });
      const passed = values.map(
        (value, i) => values.slice(0, i).filter((before) => before > value).length,
      );
      assert.deepEqual(countOvertaking(Float64Array.from(values)), {
        inversions: pairs,
        most: Math.max(0, ...passed),
      });
    }),
  );
});
