// Tests of goodness of fit. With a fixed seed their answer is fixed too: they fail when the code
// changes what it draws, not by chance.

/**
 * Whether counts fit probabilities by Pearson's chi-square test at the 0.1 % level. Cells with
 * probability 0 must be empty.
 */
export function fits(counts: readonly number[], probabilities: readonly number[]): boolean {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  let cells = 0;
  for (const [i, count] of counts.entries()) {
    const expected = total * (probabilities[i] as number);
    if (expected === 0) {
      if (count > 0) return false;
      continue;
    }
    statistic += (count - expected) ** 2 / expected;
    cells++;
  }
  return statistic <= chiSquareLimit(cells - 1);
}

/** How often each of 0 to `cells` - 1 occurs. */
export function countsOf(values: readonly number[], cells: number): number[] {
  const counts = Array.from({ length: cells }, () => 0);
  for (const value of values) counts[value] = (counts[value] as number) + 1;
  return counts;
}

/** The probabilities that weights stand for. */
export function shares(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Whether a sample follows a distribution by the Kolmogorov-Smirnov test at the 0.1 % level.
 * @param cumulative the probability of a value up to the one given
 */
export function follows(sample: readonly number[], cumulative: (value: number) => number): boolean {
  const sorted = sample.toSorted((a, b) => a - b);
  const size = sorted.length;
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    const p = cumulative(value);
    distance = Math.max(distance, p - i / size, (i + 1) / size - p);
  }
  return distance * Math.sqrt(size) <= KOLMOGOROV_LIMIT;
}

/** Kolmogorov's distribution leaves 0.1 % above this. */
const KOLMOGOROV_LIMIT = 1.95;

/** Wilson and Hilferty's approximation; 3.09 standard deviations leave 0.1 % above. */
function chiSquareLimit(degrees: number): number {
  if (degrees === 0) return 1e-9;
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

/** `count` equal probabilities. */
export function even(count: number): number[] {
  return Array.from({ length: count }, () => 1 / count);
}
