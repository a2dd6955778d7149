import { invariant } from '../base/invariant.ts';
import { type MeanInterval, MIN_SAMPLES, meanOf, type Resampling } from './bootstrap.ts';
import { normalCdf, studentQuantile } from './student.ts';

/**
 * By how much the mean of one set of independent samples exceeds that of another, with an expanded
 * percentile bootstrap interval: both are resampled on their own, and the quantiles of the differences
 * taken so much further out that the interval has the width of Welch's. It is what `bootstrapMean` does
 * for pairs; the two agree where all of the spread is on one side.
 *
 * Sources: Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 2015;
 * Welch, "The Generalization of 'Student's' Problem when Several Different Population Variances Are
 * Involved", Biometrika 1947.
 */
export function bootstrapDifference(
  after: readonly number[],
  before: readonly number[],
  { resamples, confidence, random }: Resampling,
): MeanInterval {
  const fewest = Math.min(after.length, before.length);
  invariant(fewest >= MIN_SAMPLES, `an interval from ${fewest} samples`);
  const [drawnAfter, drawnBefore] = [Float64Array.from(after), Float64Array.from(before)];
  const differences = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    differences[resample] = resampledMean(drawnAfter, random) - resampledMean(drawnBefore, random);
  }
  differences.sort();
  const tail = welchTail(after, before, confidence);
  return {
    mean: meanOf(after) - meanOf(before),
    low: differences[Math.floor(tail * (resamples - 1))] as number,
    high: differences[Math.ceil((1 - tail) * (resamples - 1))] as number,
  };
}

function resampledMean(samples: Float64Array, random: () => number): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) {
    sum += samples[Math.floor(random() * samples.length)] as number;
  }
  return sum / samples.length;
}

/** The share of resampled differences beyond each end of the interval. */
function welchTail(
  after: readonly number[],
  before: readonly number[],
  confidence: number,
): number {
  const [a, b] = [varianceOfMean(after), varianceOfMean(before)];
  const degrees =
    (a + b) ** 2 / (a ** 2 / (after.length - 1) + b ** 2 / (before.length - 1)) ||
    // Neither varies: then neither do the resamples.
    1;
  // Rounded down, to be sure: the quantile is for whole degrees.
  const t = studentQuantile((1 + confidence) / 2, Math.max(1, Math.floor(degrees)));
  // What the resamples vary by: they divide by n, where the variance of a mean divides by n - 1.
  const resampled =
    (a * (after.length - 1)) / after.length + (b * (before.length - 1)) / before.length;
  return normalCdf(-t * Math.sqrt(resampled === 0 ? 1 : (a + b) / resampled));
}

function varianceOfMean(samples: readonly number[]): number {
  const mean = meanOf(samples);
  const squares = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return squares / (samples.length - 1) / samples.length;
}
