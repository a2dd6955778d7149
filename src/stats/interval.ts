/** A probability that was estimated, and the 95 % interval around it. */
export interface Probability {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Of a normal distribution, 95 % lie within so many standard deviations. */
const Z_95 = 1.959963984540054;

/**
 * The probability of something that happened in `hits` of `trials` independent trials. With none at all
 * it may be anything, and nothing has been seen.
 *
 * Wilson's score interval, which also holds for small numbers and near 0 and 1, where the usual
 * p +- z * sqrt(p(1-p)/n) does not. If it never happened, its probability is less than 3/n: the rule of
 * three.
 *
 * Sources: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927;
 * recommended by Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical
 * Science 2001. Hanley and Lippman-Hand, "If Nothing Goes Wrong, Is Everything All Right?", JAMA 1983.
 */
export function estimateProbability(hits: number, trials: number): Probability {
  if (trials === 0) return { estimate: 0, low: 0, high: 1 };
  const estimate = hits / trials;
  if (hits === 0) return { estimate, low: 0, high: Math.min(1, 3 / trials) };
  const z2 = Z_95 * Z_95;
  const center = estimate + z2 / (2 * trials);
  const spread = Z_95 * Math.sqrt((estimate * (1 - estimate) + z2 / (4 * trials)) / trials);
  const scale = 1 + z2 / trials;
  return {
    estimate,
    low: (center - spread) / scale,
    // Exactly 1 if it always happened; rounding would leave a little.
    high: hits === trials ? 1 : (center + spread) / scale,
  };
}
