import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PagedMap } from '../../src/base/paged-map.ts';
import fc from '../support/fast-check.ts';

/** Enough for several pages. */
const MANY = 100_000;
/** Has no divisor in common with it: its multiples come in no order. */
const STRIDE = 61_803;

const keyOf = (at: number): string => `${at}`.padStart(8, '0');

/** Keys and the values that they were added with, in the order of the keys or in none. */
function filled(stride: number): PagedMap<number> {
  const map = new PagedMap<number>();
  for (let at = 0; at < MANY; at++) {
    const key = (at * stride) % MANY;
    map.add(keyOf(key), key);
  }
  return map;
}

for (const [order, stride] of [
  ['in their order', 1],
  ['in no order', STRIDE],
] as const) {
  test(`of keys that come ${order}, each is found on whichever page it lies, and no other`, () => {
    const map = filled(stride);
    for (let at = 0; at < MANY; at++) assert.equal(map.get(keyOf(at)), at);
    for (const other of ['', keyOf(MANY), `${keyOf(5)}x`, 'x'])
      assert.equal(map.get(other), undefined);
  });

  test(`of keys that come ${order}, a value is replaced where it lies`, () => {
    const map = filled(stride);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2 * MANY), fc.integer())), (changes) => {
        const expected = new Map<string, number>();
        for (const [at, value] of changes) {
          assert.equal(map.replace(keyOf(at), value), at < MANY, keyOf(at));
          if (at < MANY) expected.set(keyOf(at), value);
        }
        for (const [key, value] of expected) assert.equal(map.get(key), value);
      }),
    );
    assert.equal(map.get(keyOf(MANY)), undefined);
  });
}
