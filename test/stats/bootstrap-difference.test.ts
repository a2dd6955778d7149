import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../../src/base/random.ts';
import { bootstrapMean } from '../../src/stats/bootstrap.ts';
import { bootstrapDifference } from '../../src/stats/bootstrap-difference.ts';

/** Normal numbers by Box and Muller's method. */
function normals(count: number, mean: number, deviation: number, random: () => number): number[] {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * random());
  });
}

function resampling(seed: string, resamples: number) {
  return { resamples, confidence: 0.95, random: randomStream(seed, 'resample').next };
}

const TRIALS = 1000;
const CASES = [
  { what: '20 against 20', sizes: [20, 20], deviations: [1, 1] },
  { what: '8 against 20, the fewer of which vary more', sizes: [8, 20], deviations: [3, 1] },
  { what: '6 against 6', sizes: [6, 6], deviations: [1, 2] },
] as const;

for (const { what, sizes, deviations } of CASES) {
  test(`an interval at 95 % covers the true difference of means in 92 to 98 % of ${TRIALS} trials: ${what}`, () => {
    const { next } = randomStream('coverage', what);
    let covered = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const after = normals(sizes[0], 5, deviations[0], next);
      const before = normals(sizes[1], 3, deviations[1], next);
      const { low, high } = bootstrapDifference(after, before, resampling(`${trial}`, 400));
      if (low <= 2 && high >= 2) covered++;
    }
    assert.ok(covered >= TRIALS * 0.92 && covered <= TRIALS * 0.98, `${covered} of ${TRIALS}`);
  });
}

test('where only one side varies, it is as wide as the interval of that side alone', () => {
  const { next } = randomStream('one side', 'samples');
  const after = normals(20, 5, 1, next);
  const constant = Array.from({ length: 20 }, () => 3);
  const two = bootstrapDifference(after, constant, resampling('same', 20_000));
  const one = bootstrapMean(after, resampling('other', 20_000));
  assert.ok(Math.abs(two.mean - (one.mean - 3)) < 1e-12);
  assert.ok(Math.abs(two.low - (one.low - 3)) < 0.03, `${two.low} ${one.low - 3}`);
  assert.ok(Math.abs(two.high - (one.high - 3)) < 0.03, `${two.high} ${one.high - 3}`);
});

test('turned round, the interval is the same with the other sign, but for chance', () => {
  const { next } = randomStream('turned', 'samples');
  const [one, other] = [normals(12, 1, 1, next), normals(9, 2, 2, next)];
  const there = bootstrapDifference(one, other, resampling('there', 20_000));
  const back = bootstrapDifference(other, one, resampling('back', 20_000));
  assert.ok(Math.abs(there.low + back.high) < 0.06, `${there.low} ${back.high}`);
  assert.ok(Math.abs(there.high + back.low) < 0.06, `${there.high} ${back.low}`);
});

test('numbers that do not vary have an interval of no width', () => {
  const [one, other] = [Array.from({ length: 6 }, () => 2), Array.from({ length: 7 }, () => 0.5)];
  const { mean, low, high } = bootstrapDifference(one, other, resampling('none', 100));
  assert.deepEqual([mean, low, high], [1.5, 1.5, 1.5]);
});

test('too few samples are refused, since no interval could be at 95 %', () => {
  const [five, six] = [5, 6].map((length) => Array.from({ length }, (_, i) => i));
  const few = five as number[];
  assert.throws(() => bootstrapDifference(few, six as number[], resampling('few', 100)), /from 5/);
  assert.throws(() => bootstrapDifference(six as number[], few, resampling('few', 100)), /from 5/);
});
