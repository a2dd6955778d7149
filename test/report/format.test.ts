import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, formatCount, formatNs, formatShort } from '../../src/report/format.ts';
import fc from '../support/fast-check.ts';

const MINUTE_NS = 60e9;
const HOUR_NS = 3600e9;

for (const [valueNs, text] of [
  [0, '0ns'],
  [1, '1ns'],
  [0.6, '1ns'],
  [97, '97ns'],
  [999, '999ns'],
  [999.4, '999ns'],
  [999.6, '1us'],
  [1000, '1us'],
  [1234, '1.23us'],
  [999_499, '999us'],
  [-1_846_961, '-1.85ms'],
  [-0.4, '0ns'],
  [999_500, '1ms'],
  [52_249_999, '52.2ms'],
  [999.6e6, '1s'],
  [59.94e9, '59.9s'],
  [59.96e9, '1min'],
  [MINUTE_NS, '1min'],
  [90e9, '1.5min'],
  [59.97 * MINUTE_NS, '1h'],
  [HOUR_NS, '1h'],
  [24 * HOUR_NS, '24h'],
] as const) {
  test(`${valueNs} ns are shown as ${text}`, () => assert.equal(formatNs(valueNs), text));
}

for (const [value, text] of [
  [0, '0'],
  [7311, '7311'],
  [9994, '9994'],
  [9999, '10k'],
  [10_000, '10k'],
  [462_000, '462k'],
  [999_499, '999k'],
  [1e6 - 1, '1M'],
  [1e6, '1M'],
  [10_940_000, '10.9M'],
  [1e9 - 1, '1G'],
  [123_456_789_012, '123G'],
] as const) {
  test(`${value} is shown in short as ${text}`, () => assert.equal(formatShort(value), text));
}

const SHORT_SCALES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
const NS_SCALES: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  min: MINUTE_NS,
  h: HOUR_NS,
};

/** What a person would take a text such as `1.23us` for. */
function readBack(text: string, scales: Readonly<Record<string, number>>): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const scale = scales[unit ?? '?'];
  assert.ok(scale !== undefined, `${text} has a unit of its own`);
  assert.ok(Number(number) >= 1 || Number(number) === 0, `${text} should take a smaller unit`);
  return Number(number) * scale;
}

test('what is shown is within half a percent of what is: 1 ns to 1,000 hours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 * HOUR_NS }), (valueNs) => {
      const shownNs = readBack(formatNs(valueNs), NS_SCALES);
      assert.ok(Math.abs(shownNs - valueNs) <= valueNs * 0.005, formatNs(valueNs));
    }),
    { numRuns: 2000 },
  );
});

test('a short number is within half a percent of what it is, in 5 characters: 0 to 999 G', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999e9 }), (value) => {
      const text = formatShort(value);
      assert.ok(Math.abs(readBack(text, SHORT_SCALES) - value) <= value * 0.005, text);
      assert.ok(text.length <= 5, text);
    }),
    { numRuns: 2000 },
  );
});

test('a rate of a few a second keeps its decimals: one in 2 s is neither 0 nor 1', () => {
  assert.deepEqual([0.5, 0.0125, 1.4999, 9.996, 2].map(formatShort), [
    '0.5',
    '0.0125',
    '1.5',
    '10',
    '2',
  ]);
});

test('counts are grouped by thousands, and nouns agree with them', () => {
  assert.equal(formatCount(1_234_567), '1,234,567');
  assert.equal(counted(0, 'ticket'), '0 tickets');
  assert.equal(counted(1, 'ticket'), '1 ticket');
  assert.equal(counted(1000, 'ticket'), '1,000 tickets');
});
