// Coverage: of intervals that claim 95 %, how many cover what the samples were drawn around. With a
// fixed seed the answer is fixed, too.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomStream } from '../../src/base/random.ts';
import { bootstrapMean, MIN_SAMPLES, meanOf, type Resampling } from '../../src/stats/bootstrap.ts';
import { studentQuantile } from '../../src/stats/student.ts';
import fc from '../support/fast-check.ts';

const TRIALS = 1000;

function resampling(seed: string, resamples = 1000): Resampling {
  return { resamples, confidence: 0.95, random: randomStream(seed, 'resamples').next };
}

/** A standard normal value (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Half of the width of Student's interval around the mean: the textbook's, as a check. */
function studentHalfWidth(samples: readonly number[]): number {
  const mean = meanOf(samples);
  const squares = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const error = Math.sqrt(squares / (samples.length - 1) / samples.length);
  return studentQuantile(0.975, samples.length - 1) * error;
}

/** The share of intervals that cover `truth`, and their width by Student's. */
function measure(size: number, truth: number, draw: (random: () => number) => number) {
  const { nextDouble } = randomStream('coverage', `${size}`);
  let covered = 0;
  let width = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const samples = Array.from({ length: size }, () => draw(nextDouble));
    const { low, high } = bootstrapMean(samples, resampling(`${trial}`, 400));
    if (low <= truth && truth <= high) covered++;
    width += (high - low) / (2 * studentHalfWidth(samples)) / TRIALS;
  }
  return { coverage: covered / TRIALS, width };
}

/** What differences of logarithms may be like: even, with runs that something else slowed down, or skew. */
const SHAPES: Readonly<Record<string, readonly [truth: number, (random: () => number) => number]>> =
  {
    normal: [0, normal],
    'normal with one in ten ten times as wide': [
      0,
      (random) => normal(random) * (random() < 0.1 ? 10 : 1),
    ],
    uniform: [0.5, (random) => random()],
    'two humps': [0, (random) => normal(random) / 5 + (random() < 0.5 ? -1 : 1)],
  };

describe('1,000 intervals at 95 % cover the true mean 90 to 98 times in 100', () => {
  for (const size of [MIN_SAMPLES, 20]) {
    for (const [shape, [truth, draw]] of Object.entries(SHAPES)) {
      test(`${size} samples: ${shape}`, (t) => {
        const { coverage } = measure(size, truth, draw);
        t.diagnostic(`${(coverage * 100).toFixed(1)} % of the intervals cover the mean`);
        assert.ok(coverage >= 0.9 && coverage <= 0.98, `${coverage}`);
      });
    }
  }
});

test("for normal samples the interval is as wide as Student's, within 5 %: 20 samples", () => {
  const { width } = measure(20, 0, normal);
  assert.ok(width > 0.95 && width < 1.05, `${width}`);
});

const samplesArbitrary: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: -100, max: 100, noNaN: true }),
  { minLength: MIN_SAMPLES, maxLength: 40 },
);

test('the interval lies within the samples, around their mean', () => {
  fc.assert(
    fc.property(samplesArbitrary, fc.string(), (samples, seed) => {
      const { mean, low, high } = bootstrapMean(samples, resampling(seed));
      const slack = 1e-9;
      assert.ok(low >= Math.min(...samples) - slack && high <= Math.max(...samples) + slack);
      assert.ok(low <= mean + slack && mean <= high + slack, `${low} ${mean} ${high}`);
    }),
  );
});

test('samples moved and stretched move and stretch their interval', () => {
  fc.assert(
    fc.property(
      samplesArbitrary,
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      fc.double({ min: -10, max: 10, noNaN: true }),
      (samples, factor, shift) => {
        const one = bootstrapMean(samples, resampling('s'));
        const moved = samples.map((each) => each * factor + shift);
        const other = bootstrapMean(moved, resampling('s'));
        for (const key of ['mean', 'low', 'high'] as const) {
          assert.ok(Math.abs(other[key] - (one[key] * factor + shift)) < 1e-6, key);
        }
      },
    ),
  );
});

test('the same randomness gives the same interval, another one another', () => {
  const samples = [1, 4, 2, 8, 5, 7, 3];
  const [one, same, other] = ['a', 'a', 'b'].map((seed) =>
    bootstrapMean(samples, resampling(seed)),
  );
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
});

test('samples that are all alike leave no doubt', () => {
  const alike = Array.from({ length: MIN_SAMPLES }, () => 0.25);
  assert.deepEqual(bootstrapMean(alike, resampling('s')), { mean: 0.25, low: 0.25, high: 0.25 });
});

test('too few samples are refused: 5', () => {
  assert.throws(() => bootstrapMean([1, 2, 3, 4, 5], resampling('s')), /5 samples/);
});
