import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../../src/base/random.ts';
import { fitScalingLaw, type LoadPoint, throughputAt } from '../../src/stats/usl.ts';
import fc from '../support/fast-check.ts';

const LADDER = [1, 2, 4, 8, 16, 32];

interface Law {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
}

function pointsOf(law: Law, sizes: readonly number[] = LADDER): LoadPoint[] {
  return sizes.map((n) => ({ n, throughput: throughputAt(law, n) }));
}

function errorOf(points: readonly LoadPoint[], law: Law): number {
  return points.reduce(
    (sum, { n, throughput }) => sum + (throughput - throughputAt(law, n)) ** 2,
    0,
  );
}

function assertNear(got: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(got - expected) <= tolerance, `${what}: ${got}, not ${expected}`);
}

/** Scales as measured ones do: from ideal to useless, throughput from one to a billion. */
const laws: fc.Arbitrary<Law> = fc.record({
  lambda: fc.double({ min: 0, max: 9, noNaN: true }).map((exponent) => 10 ** exponent),
  sigma: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  kappa: fc.oneof(
    fc.constant(0),
    fc.double({ min: -5, max: -0.5, noNaN: true }).map((exponent) => 10 ** exponent),
  ),
});

test('the law is what it says: throughput of 1 and of 4 threads by hand', () => {
  const law = { lambda: 100, sigma: 0.1, kappa: 0.05 };
  assert.equal(throughputAt(law, 1), 100);
  assertNear(throughputAt(law, 4), 400 / 1.9, 1e-9, 'of 4');
});

test('parameters are recovered from points without noise: 6 points, 100 laws', () => {
  fc.assert(
    fc.property(laws, (law) => {
      const fit = fitScalingLaw(pointsOf(law));
      assert.ok(fit);
      assertNear(fit.lambda / law.lambda, 1, 1e-5, 'lambda');
      assertNear(fit.sigma, law.sigma, 1e-5, 'sigma');
      assertNear(fit.kappa, law.kappa, 1e-5, 'kappa');
      assertNear(fit.rSquared, 1, 1e-9, 'R squared');
    }),
  );
});

test('with 1 % of noise the parameters are near: 6 points, 100 laws that bend', () => {
  const bending = fc.record({
    lambda: fc.constant(1000),
    sigma: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    kappa: fc.double({ min: 0.001, max: 0.05, noNaN: true }),
    seed: fc.string(),
  });
  fc.assert(
    fc.property(bending, ({ seed, ...law }) => {
      const random = randomStream(seed, 'noise');
      const noisy = pointsOf(law).map(({ n, throughput }) => ({
        n,
        throughput: throughput * (0.99 + 0.02 * random.next()),
      }));
      const fit = fitScalingLaw(noisy);
      assert.ok(fit);
      assertNear(fit.lambda / law.lambda, 1, 0.1, 'lambda');
      assertNear(fit.sigma, law.sigma, 0.15, 'sigma');
      assertNear(fit.kappa, law.kappa, 0.01 + law.kappa / 4, 'kappa');
      assert.ok(fit.rSquared > 0.9, `R squared ${fit.rSquared}`);
    }),
  );
});

test('no law within the bounds is closer than the fit: 4 to 8 arbitrary points, against a fine grid', () => {
  const throughput = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(fc.array(throughput, { minLength: 4, maxLength: 8 }), (throughputs) => {
      const points = throughputs.map((each, index) => ({ n: index + 1, throughput: each }));
      const fit = fitScalingLaw(points);
      assert.ok(fit);
      assert.ok(fit.lambda > 0 && fit.sigma >= 0 && fit.sigma <= 1 && fit.kappa >= 0);
      assert.ok(fit.rSquared <= 1);
      const error = errorOf(points, fit);
      for (let sigma = 0; sigma <= 1; sigma += 0.1) {
        for (const kappa of [0, 1e-4, 0.001, 0.005, 0.02, 0.05, 0.1, 0.3, 1, 3]) {
          for (const stretch of [0.9, 0.99, 1, 1.01, 1.1]) {
            const other = { lambda: fit.lambda * stretch, sigma, kappa };
            const otherError = errorOf(points, other);
            assert.ok(error <= otherError * (1 + 1e-6), `${JSON.stringify(other)} is closer`);
          }
        }
      }
    }),
    { numRuns: 50 },
  );
});

test('the order of the points, and their unit, make no difference', () => {
  const points = [900, 1500, 2100, 2000, 1400].map((throughput, i) => ({ n: 2 ** i, throughput }));
  const fit = fitScalingLaw(points);
  const other = fitScalingLaw(
    points.toReversed().map(({ n, throughput }) => ({ n, throughput: throughput * 1e6 })),
  );
  assert.ok(fit && other);
  assertNear(other.lambda / fit.lambda / 1e6, 1, 1e-6, 'lambda');
  assertNear(other.sigma, fit.sigma, 1e-6, 'sigma');
  assertNear(other.kappa, fit.kappa, 1e-6, 'kappa');
});

test('the peak is where the law is highest: 3 by hand, none without coherence costs, never below 1', () => {
  assertNear(
    fitScalingLaw(pointsOf({ lambda: 5, sigma: 0.1, kappa: 0.1 }))?.peak ?? 0,
    3,
    1e-4,
    '',
  );
  assert.equal(fitScalingLaw(pointsOf({ lambda: 5, sigma: 0.2, kappa: 0 }))?.peak, null);
  assert.equal(fitScalingLaw(pointsOf({ lambda: 5, sigma: 1, kappa: 0.5 }))?.peak, 1);
});

test('faster than linear is called linear: the bounds hold', () => {
  const fit = fitScalingLaw([1, 2, 3, 4].map((n) => ({ n, throughput: n ** 1.5 })));
  assert.deepEqual([fit?.sigma, fit?.kappa, fit?.peak], [0, 0, null]);
});

test('a flat line is all contention', () => {
  const fit = fitScalingLaw([1, 2, 4, 8].map((n) => ({ n, throughput: 700 })));
  assertNear(fit?.sigma ?? 0, 1, 1e-9, 'sigma');
  assertNear(fit?.lambda ?? 0, 700, 1e-6, 'lambda');
  assert.equal(fit?.rSquared, 1);
});

test('fewer than 4 different sizes, or nothing done at all: no fit', () => {
  assert.equal(fitScalingLaw(pointsOf({ lambda: 1, sigma: 0, kappa: 0 }, [1, 2, 4])), null);
  assert.equal(fitScalingLaw(pointsOf({ lambda: 1, sigma: 0, kappa: 0 }, [1, 2, 2, 4, 4])), null);
  assert.equal(fitScalingLaw([1, 2, 3, 4].map((n) => ({ n, throughput: 0 }))), null);
});
