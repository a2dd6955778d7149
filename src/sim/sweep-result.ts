import type { Verdict } from '../audit/audit.ts';
import type { Spread } from '../stats/spread.ts';
import type { ScalingLaw } from '../stats/usl.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { Environment } from './environment.ts';
import type { SCHEMA_VERSION, ScenarioSummary } from './result.ts';

/** One field of a scenario over several values, with several strategies. Public, and versioned. */
export interface Sweep {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly kind: 'sweep';
  /** The command line that does the same again. */
  readonly command: string;
  /** The flag that takes the values, e.g. `threads`. */
  readonly over: string;
  /** The values, from small to large, as they were given. */
  readonly values: readonly string[];
  /** How often each strategy was to sell at each value. */
  readonly repeats: number;
  /** The seed of each repeat: all its runs sell the stream of this seed. */
  readonly seeds: readonly string[];
  /** One for each strategy, in the order given. */
  readonly curves: readonly SweepCurve[];
  /** What was sold at the first of the values in the first repeat. */
  readonly scenario: ScenarioSummary;
  /** Whether it was cut short: runs are missing then. */
  readonly interrupted: boolean;
  readonly environment: Environment;
}

/** One strategy over all values. */
export interface SweepCurve {
  readonly strategy: string;
  /** One for each value at which it was run, from small to large. */
  readonly points: readonly SweepPoint[];
  /** Only over threads. */
  readonly usl: UslFit | null;
  /** Only over rates. */
  readonly knee: Knee | null;
  /** Only over rates. */
  readonly saturation: Saturation | null;
  /** What was looked for and not found, and why. */
  readonly notes: readonly string[];
}

/** One strategy at one value. Its figures are those of valid runs; null if there were none. */
export interface SweepPoint {
  readonly value: string;
  /** The value as a number, times in nanoseconds; null for a word, such as a rate of "max". */
  readonly x: number | null;
  /** Runs that came to an end, with those that are void. */
  readonly runs: number;
  /** Runs whose figures do not count. */
  readonly voidRuns: number;
  /** Why they do not. */
  readonly reasons: readonly string[];
  /** Whether more threads sold than the machine runs at once. */
  readonly oversubscribed: boolean;
  /** How many runs came to each verdict: also void ones, since what an audit proves is no timing. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** The most tickets too many in any of the runs. */
  readonly oversold: number;
  /** Promises that were broken in any of the runs. */
  readonly brokenPromises: readonly StrategyPromise[];
  readonly completedPerSecond: Spread | null;
  readonly grantedPerSecond: Spread | null;
  readonly offeredPerSecond: Spread | null;
  readonly responseP50Ns: Spread | null;
  readonly responseP99Ns: Spread | null;
  /** The command line of its first run; the others differ by their seed. */
  readonly command: string;
}

/** The Universal Scalability Law, fitted to completed requests per second. */
export interface UslFit extends ScalingLaw {
  readonly says: string;
}

/** The rate beyond which the 99th percentile of the response time outgrows the rate. */
export interface Knee {
  /** Requests per second. */
  readonly x: number;
  readonly responseP99Ns: number;
  readonly says: string;
}

/** The first rate of which less was completed than was offered. */
export interface Saturation {
  /** Requests per second. */
  readonly x: number;
  readonly says: string;
}

/**
 * Whether a strategy was cut short by itself at any point, or broke a promise there.
 * @param expected promises that the strategy is kept to break, as controls are
 */
export function isBrokenCurve(
  { points }: SweepCurve,
  expected: readonly StrategyPromise[] = [],
): boolean {
  return points.some(
    ({ verdicts, brokenPromises }) =>
      verdicts.incomplete !== undefined ||
      brokenPromises.some((promise) => !expected.includes(promise)),
  );
}
