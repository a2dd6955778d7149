import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateTable } from '../../src/explore/state-table.ts';
import fc from '../support/fast-check.ts';

const rows = fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 6 }), {
  maxLength: 300,
});

test('a state is new once, and keeps its row and how it was reached: up to 300 rows', () => {
  fc.assert(
    fc.property(rows, (list) => {
      const table = new StateTable();
      const known = new Map<string, number>();
      for (const [at, row] of list.entries()) {
        // What stands behind the row does not belong to it.
        const isNew = table.add(Int32Array.of(...row, at, 7), row.length, at - 1, at * 3);
        assert.equal(isNew, !known.has(row.join()));
        if (isNew) known.set(row.join(), at);
      }
      assert.equal(table.count, known.size);
      for (const [state, [text, at]] of [...known].entries()) {
        const first = table.first(state);
        const row = table.rows.subarray(first, first + table.lengthOf(state));
        assert.equal(row.join(), text);
        assert.equal(table.parent(state), at - 1);
        assert.equal(table.move(state), at * 3);
      }
    }),
  );
});

test('a table grows, and tells how much memory it takes: 100000 states', () => {
  const table = new StateTable();
  const empty = table.bytes;
  const row = new Int32Array(20);
  for (let i = 0; i < 100_000; i++) {
    row[i % 20] = i;
    assert.ok(table.add(row, 20, i - 1, i));
  }
  for (let i = 0; i < 20; i++) assert.equal(table.add(row, 20, 0, 0), false);
  assert.equal(table.count, 100_000);
  assert.ok(table.bytes > empty && table.bytes >= 100_000 * 20 * 4);
  assert.equal(table.parent(99_999), 99_998);
  assert.equal(table.rows[table.first(5) + 5], 5);
});
