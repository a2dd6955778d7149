import { invariant } from '../src/base/invariant.ts';
import type { Resampling } from '../src/stats/bootstrap.ts';
import { median } from './section.ts';

/** The two sides of a comparison. */
export type SideName = 'this' | 'base';

/** Who is measured first and second in a round: A B, B A, A B, ... so that nobody always comes after the other. */
export function orderOf(round: number): readonly [SideName, SideName] {
  return round % 2 === 0 ? ['base', 'this'] : ['this', 'base'];
}

/** A ratio of two medians; and where it may well lie, if there were rounds enough to tell. */
export interface PairedRatio {
  readonly ratio: number;
  readonly interval?: { readonly low: number; readonly high: number };
}

/**
 * The fewest rounds that an interval at 95 % can be made from: with fewer, all of them lie on one side of the true
 * median with a probability of more than 5 %, and no resample reaches across.
 */
export const MIN_ROUNDS = 6;

/**
 * The median of one side divided by that of the other, with a percentile bootstrap interval. Rounds are drawn whole: the
 * two of a round were measured one after the other, and what slowed the machine down then slowed both.
 *
 * Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 8 (paired data) and 13.
 */
export function pairedRatio(
  ours: readonly number[],
  base: readonly number[],
  { resamples, confidence, random }: Resampling,
): PairedRatio {
  invariant(ours.length === base.length, `${ours.length} rounds beside ${base.length}`);
  const rounds = ours.length;
  const ratio = median(ours) / median(base);
  if (rounds < MIN_ROUNDS) return { ratio };
  const ratios = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = Array.from({ length: rounds }, () => Math.floor(random() * rounds));
    const of = (side: readonly number[]): number => median(drawn.map((at) => side[at] as number));
    ratios[resample] = of(ours) / of(base);
  }
  ratios.sort();
  const tail = (1 - confidence) / 2;
  return {
    ratio,
    interval: {
      low: ratios[Math.floor(tail * (resamples - 1))] as number,
      high: ratios[Math.ceil((1 - tail) * (resamples - 1))] as number,
    },
  };
}

/**
 * What a ratio of this side to the base says.
 * @param better whether more is better, as of a rate, or less, as of a time
 */
export function conclude({ interval }: PairedRatio, better: 'more' | 'less'): string {
  if (!interval) return 'too few rounds to tell';
  const { low, high } = interval;
  if (low <= 1 && high >= 1) return 'no difference seen';
  return low > 1 === (better === 'more') ? 'faster' : 'slower';
}
