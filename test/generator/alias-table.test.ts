import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomStream } from '../../src/base/random.ts';
import { AliasTable } from '../../src/generator/alias-table.ts';
import fc from '../support/fast-check.ts';
import { countsOf, fits, shares } from '../support/statistics.ts';

const ALMOST_ONE = 1 - 2 ** -53;
/** Evenly spread points per table, to measure its probabilities instead of sampling them. */
const POINTS = 20_000;

/** A source that gives `value(i)` as its i-th number. */
function scripted(value: (i: number) => number): Random {
  let i = 0;
  const next = () => value(i++);
  return { next, nextDouble: next };
}

/** How often each index comes when the numbers drawn cover [0, 1) evenly. */
function measure(weights: readonly number[]): number[] {
  const table = new AliasTable(weights);
  const random = scripted((i) => (i + 0.5) / POINTS);
  const draws = Array.from({ length: POINTS }, () => table.draw(random));
  return countsOf(draws, weights.length);
}

/** Fails unless each index has the share of [0, 1) that its weight asks for. */
function assertExact(weights: readonly number[]): void {
  const counts = measure(weights);
  for (const [i, share] of shares(weights).entries()) {
    const off = Math.abs((counts[i] as number) - share * POINTS);
    // Each of the table's columns holds one piece of the index at most, and misses one point.
    assert.ok(
      off <= weights.length + 1,
      `index ${i} of [${weights.join()}] is off by ${off} points`,
    );
  }
}

const anyWeight: fc.Arbitrary<number> = fc.oneof(
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.constantFrom(0, 1, Number.MIN_VALUE, 1e-300, 1e-9, 1e9, 1e300),
);
const anyWeights: fc.Arbitrary<number[]> = fc
  .array(anyWeight, { minLength: 1, maxLength: 20 })
  .filter((weights) => weights.some((weight) => weight > 0));

test('draws fit their weights: 200,000 of 5 weights, of 100 like Zipf, of 3 nearly alike', () => {
  const zipf = Array.from({ length: 100 }, (_, i) => 1 / (i + 1));
  for (const weights of [[50, 30, 0, 15, 5], zipf, [1, 1.000001, 0.999999]]) {
    const table = new AliasTable(weights);
    const random = randomStream('42', 'alias');
    const draws = Array.from({ length: 200_000 }, () => table.draw(random));
    assert.ok(fits(countsOf(draws, weights.length), shares(weights)), `weights ${weights.join()}`);
  }
});

test('every index has its exact share of the numbers: up to 20 weights from 0 to 1e300', () => {
  fc.assert(fc.property(anyWeights, assertExact));
});

test('weights near the largest number keep their shares: 8e307, 8e307, 1', () => {
  assertExact([8e307, 8e307, 1]);
});

test('a weight of 0 is never drawn, not even by 0 or by the largest number below 1', () => {
  fc.assert(
    fc.property(anyWeights, fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }), (weights, any) => {
      const table = new AliasTable(weights);
      const count = weights.length;
      const edges = weights.flatMap((_, i) => [i / count, Math.min(ALMOST_ONE, (i + 1) / count)]);
      for (const value of [0, ALMOST_ONE, any, ...edges]) {
        const drawn = table.draw(scripted(() => value));
        assert.notEqual(weights[drawn], 0, `${value} drew index ${drawn} of [${weights.join()}]`);
        assert.notEqual(weights[drawn], undefined, `${value} drew index ${drawn}`);
      }
    }),
  );
});

test('a single weight is always drawn', () => {
  assert.deepEqual(measure([1e-12]), [POINTS]);
});

test('the largest table is right at its ends: 1,048,576 weights by Zipf', () => {
  const weights = Array.from({ length: 2 ** 20 }, (_, i) => 1 / (i + 1));
  const counts = measure(weights);
  const [first, second] = shares(weights) as [number, number];
  // One point for each column an index lies in would be too many: sampled, so within 5 sigma.
  for (const [i, share] of [first, second].entries()) {
    const expected = share * POINTS;
    assert.ok(Math.abs((counts[i] as number) - expected) < 5 * Math.sqrt(expected));
  }
});

test('weights that cannot be chosen from are refused: all 0, none, endless', () => {
  for (const weights of [[0, 0], [], [1, Number.POSITIVE_INFINITY], [Number.NaN]]) {
    assert.throws(() => new AliasTable(weights), /weights add up to/);
  }
});
