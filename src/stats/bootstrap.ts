import { invariant } from '../base/invariant.ts';
import { normalCdf, studentQuantile } from './student.ts';

/** A mean that was estimated, and the interval around it. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The fewest samples that an interval at 95 % can be made from. None that is made of resampled means
 * reaches beyond the smallest and largest sample; of a symmetric distribution those miss the middle with
 * probability 2^(1-n), which from n = 6 on is below 5 %.
 */
export const MIN_SAMPLES = 6;

/** How an interval is made. */
export interface Resampling {
  readonly resamples: number;
  /** The share of such intervals that are to cover the true mean: 0.95. */
  readonly confidence: number;
  /** Uniform numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * The mean of independent samples, with an expanded percentile bootstrap interval: quantiles of the
 * means of resamples, taken so much further out that the interval has the width that Student's t asks
 * for. The plain percentile interval is too narrow for few samples, since resampling divides by n where
 * an unbiased variance divides by n - 1, and since it knows no fat tail for an unknown variance: 20
 * samples of a normal distribution get 93 % instead of 95.
 *
 * Source: Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 2015,
 * section 5.2 (expanded percentile interval); Efron and Tibshirani, "An Introduction to the Bootstrap",
 * 1993, chapter 13.
 */
export function bootstrapMean(samples: readonly number[], resampling: Resampling): MeanInterval {
  invariant(samples.length >= MIN_SAMPLES, `an interval from ${samples.length} samples`);
  const means = resampledMeans(samples, resampling);
  const tail = expandedTail(samples.length, resampling.confidence);
  return {
    mean: meanOf(samples),
    low: quantileOf(means, tail),
    high: quantileOf(means, 1 - tail),
  };
}

/** The arithmetic mean of at least one number. */
export function meanOf(samples: readonly number[]): number {
  return samples.reduce((sum, each) => sum + each, 0) / samples.length;
}

/** The means of as many samples drawn from `samples` with replacement, in ascending order. */
function resampledMeans(
  samples: readonly number[],
  { resamples, random }: Resampling,
): Float64Array {
  const size = samples.length;
  const drawn = Float64Array.from(samples);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += drawn[Math.floor(random() * size)] as number;
    means[resample] = sum / size;
  }
  return means.toSorted();
}

/** The share of resampled means that lie beyond each end of the interval. */
function expandedTail(size: number, confidence: number): number {
  const t = studentQuantile((1 + confidence) / 2, size - 1);
  return normalCdf(-t * Math.sqrt(size / (size - 1)));
}

/** Linear between the two nearest values. */
function quantileOf(sorted: Float64Array, quantile: number): number {
  const place = quantile * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
