import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberText } from '../../src/base/number-text.ts';
import fc from '../support/fast-check.ts';

test('a number is written as the rules of American English have it', () => {
  const anyNumber = fc.oneof(
    fc.maxSafeInteger(),
    fc.integer(),
    // Three significant digits, as figures have them, and none that is cut: of a half, Intl rounds the decimal, toFixed the binary fraction.
    fc
      .double({ min: -1e9, max: 1e9, noNaN: true })
      .map((value) => Number(value.toPrecision(3)))
      .filter((value) => Math.abs(value) >= 0.1 || value === 0),
  );
  fc.assert(
    fc.property(anyNumber, (value) => {
      assert.equal(numberText(value), (value + 0).toLocaleString('en-US'));
    }),
  );
});
