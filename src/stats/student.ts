import { invariant } from '../base/invariant.ts';

/**
 * The probability that Student's t with `degrees` of freedom is at most `t`.
 *
 * Source: the finite sums 26.7.3 and 26.7.4 of Abramowitz and Stegun, "Handbook of Mathematical
 * Functions", 1964; exact for whole degrees, and as many terms as half of those.
 */
export function studentCdf(t: number, degrees: number): number {
  invariant(Number.isInteger(degrees) && degrees >= 1, `${degrees} degrees of freedom`);
  const theta = Math.atan(t / Math.sqrt(degrees));
  const cos2 = Math.cos(theta) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cos2;
    sum += term;
  }
  const within = odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
  return (1 + within) / 2;
}

/**
 * Student's t that `probability` of all values do not exceed. By bisection: it is asked for once an
 * interval, and a closed form does not exist.
 * @param probability from 0.5 to below 1
 */
export function studentQuantile(probability: number, degrees: number): number {
  invariant(probability >= 0.5 && probability < 1, `a quantile at ${probability}`);
  let high = 1;
  while (studentCdf(high, degrees) < probability) high *= 2;
  let low = 0;
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/** Halvings after which a double can hardly be told from its neighbour. */
const BISECTIONS = 60;

/**
 * The probability that a standard normal value is at most `z`, to 8 decimals.
 *
 * Source: 26.2.17 of Abramowitz and Stegun, 1964 (after Hastings).
 */
export function normalCdf(z: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = HASTINGS.reduceRight((sum, coefficient) => (sum + coefficient) * k, 0);
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - above : above;
}

const HASTINGS = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429] as const;
