/** Some measurements of the same thing. */
export interface Spread {
  /** The middle one, or the mean of the two in the middle. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}
