import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortedByColumn } from '../../src/audit/order.ts';
import fc from '../support/fast-check.ts';

// Long runs and equal values, as the books of several workers have them; and anything else.
const values = fc.oneof(
  fc.array(fc.nat({ max: 9 })),
  fc
    .array(fc.array(fc.nat({ max: 99 })))
    .map((runs) => runs.flatMap((run) => run.toSorted(byValue))),
);

function byValue(a: number, b: number): number {
  return a - b;
}

test('grants are sorted by their column, equal ones keep their order, and the given are left alone', () => {
  fc.assert(
    fc.property(values, fc.boolean(), (list, descending) => {
      const column = Float64Array.from(list);
      const grants = Uint32Array.from(list, (_, i) => (descending ? list.length - 1 - i : i));
      const given = [...grants];
      const sorted = given.toSorted((a, b) => (column[a] as number) - (column[b] as number));
      assert.deepEqual([...sortedByColumn(grants, column)], sorted);
      assert.deepEqual([...grants], given);
    }),
    { numRuns: 500 },
  );
});
