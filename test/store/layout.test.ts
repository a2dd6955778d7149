import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../src/store/layout.ts';
import fc from '../support/fast-check.ts';

const LINE_BYTES = 64;

test('every range begins a 64-byte line and ends before the next one: any sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 1 }), (sizes) => {
      const layout = new Layout();
      let end = 0;
      for (const size of sizes) {
        const first = layout.reserve(size);
        assert.equal((first * 4) % LINE_BYTES, 0);
        assert.ok(first >= end, `the range at ${first} overlaps the one that ends at ${end}`);
        end = first + size;
      }
      assert.ok(layout.words >= end);
    }),
  );
});

test('a layout takes no more than whole lines need: 1 + 16 + 17 words are 4 lines', () => {
  const layout = new Layout();
  for (const size of [1, 16, 17]) layout.reserve(size);
  assert.equal(layout.words * 4, 4 * LINE_BYTES);
});

for (const size of [-1, 1.5, Number.NaN]) {
  test(`a range of ${size} words is refused by its size`, () => {
    assert.throws(() => new Layout().reserve(size), new RegExp(`${size} words`));
  });
}
