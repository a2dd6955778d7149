import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf, studentCdf, studentQuantile } from '../../src/stats/student.ts';
import fc from '../support/fast-check.ts';

/** The 97.5 % quantiles of any table of Student's t. */
const TABLE: readonly (readonly [degrees: number, t: number])[] = [
  [1, 12.7062],
  [2, 4.3027],
  [5, 2.5706],
  [10, 2.2281],
  [19, 2.093],
  [30, 2.0423],
  [100, 1.984],
  [999, 1.9623],
];

for (const [degrees, t] of TABLE) {
  test(`97.5 % of t with ${degrees} degrees of freedom are at most ${t}`, () => {
    assert.equal(studentQuantile(0.975, degrees).toFixed(4), t.toFixed(4));
  });
}

test('a quantile is where the distribution has that much below it: up to 1,000 degrees', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
      fc.integer({ min: 1, max: 1000 }),
      (probability, degrees) => {
        const t = studentQuantile(probability, degrees);
        assert.ok(Math.abs(studentCdf(t, degrees) - probability) < 1e-9);
        assert.ok(Math.abs(studentCdf(-t, degrees) - (1 - probability)) < 1e-9);
      },
    ),
  );
});

/** Values of the standard normal distribution, from tables. */
const NORMAL: readonly (readonly [z: number, probability: number])[] = [
  [0, 0.5],
  [1, 0.8413447],
  [1.959964, 0.975],
  [-1.959964, 0.025],
  [-3, 0.0013499],
  [-4, 0.0000317],
];

for (const [z, probability] of NORMAL) {
  test(`${probability} of a standard normal distribution is at most ${z}`, () => {
    assert.ok(Math.abs(normalCdf(z) - probability) < 2e-7, `${normalCdf(z)}`);
  });
}

test('with many degrees of freedom, t is normal: 100,000', () => {
  for (const z of [0.1, 1, 2, 3]) {
    assert.ok(Math.abs(studentCdf(z, 100_000) - normalCdf(z)) < 1e-5, `${z}`);
  }
});
