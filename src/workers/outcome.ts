/** What can become of a request. */
export const OUTCOMES = [
  'reserved',
  'soldOut',
  'contended',
  'dropped',
  'failed',
  'cancelled',
  'browsed',
  'indeterminate',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes by their place in the counters. */
export const OUTCOME = Object.fromEntries(
  OUTCOMES.map((outcome, index) => [outcome, index]),
) as Readonly<Record<Outcome, number>>;

/** Outcomes of a request for tickets that got none. */
export const REFUSALS: readonly Outcome[] = ['soldOut', 'contended', 'dropped', 'failed'];
