/** Some measurements of the same thing. */
export interface Spread {
  /** The middle one, or the mean of the two in the middle. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The spread of some values; null if there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[0];
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return null;
  const below = sorted[Math.floor((sorted.length - 1) / 2)] ?? low;
  const above = sorted[Math.floor(sorted.length / 2)] ?? high;
  return { median: (below + above) / 2, low, high };
}
