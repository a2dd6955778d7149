import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PagedMap } from '../../src/base/paged-map.ts';
import fc from '../support/fast-check.ts';

/** Enough for several pages. */
const MANY = 30_000;

test('what was added is found on whichever page it lies, and nothing else', () => {
  const map = new PagedMap<string, number>();
  for (let at = 0; at < MANY; at++) map.add(`${at}`, at);
  for (let at = 0; at < MANY; at++) assert.equal(map.get(`${at}`), at);
  assert.equal(map.get(`${MANY}`), undefined);
});

test('a value is replaced where it lies: it has no second place', () => {
  const map = new PagedMap<number, string>();
  for (let at = 0; at < MANY; at++) map.add(at, 'first');
  const anyChange = fc.tuple(fc.nat(2 * MANY), fc.string());
  fc.assert(
    fc.property(fc.array(anyChange), (changes) => {
      const expected = new Map<number, string>();
      for (const [key, value] of changes) {
        assert.equal(map.replace(key, value), key < MANY, `${key}`);
        if (key < MANY) expected.set(key, value);
      }
      for (const [key, value] of expected) assert.equal(map.get(key), value);
    }),
  );
  assert.equal(map.get(MANY), undefined);
});
