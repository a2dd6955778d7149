import type { Verdict } from '../audit/audit.ts';
import type { BlockMetric, BlockMetrics } from './block-comparison.ts';
import type { Environment } from './environment.ts';
import type { SCHEMA_VERSION } from './result.ts';

/** What the second is to the first. */
export type Speed = 'faster' | 'slower' | 'tie' | 'not comparable';

/**
 * What a difference rests on. `paired blocks`: blocks that sold the same streams; `blocks`: others. Both
 * give a 95 % interval. `repeats`: the ranges of a sweep's repeats. `single runs`: one run each.
 */
export type Basis = 'paired blocks' | 'blocks' | 'repeats' | 'single runs';

/** One of the two results. */
export interface DiffedFile {
  readonly path: string;
  readonly kind: 'run' | 'comparison' | 'blocks' | 'sweep';
  /** Null for a comparison that was interrupted before its first result. */
  readonly environment: Environment | null;
}

/** One figure in both results. */
export interface MetricDifference {
  readonly before: number;
  readonly after: number;
  /** After divided by before. */
  readonly ratio: number;
  /** Its interval or range; null for single runs, which have none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: 'better' | 'worse' | 'tie';
}

/** What was proven of the sales, in each result and of the change. */
export interface AuditDifference {
  /** How many runs ended with each verdict. */
  readonly before: Readonly<Partial<Record<Verdict, number>>>;
  readonly after: Readonly<Partial<Record<Verdict, number>>>;
  /** What changed, in words. */
  readonly changes: readonly string[];
  /** Whether anything is broken that was not: what `sim diff` exits with 1 for. */
  readonly broke: boolean;
}

/** A strategy that both results have, at one value if they are sweeps. */
export interface PairDifference {
  readonly strategy: string;
  /** The value of a sweep; else null. */
  readonly value: string | null;
  readonly audit: AuditDifference;
  /** By the metric that decides; `not comparable` for all that is in `reasons`. */
  readonly speed: Speed;
  readonly reasons: readonly string[];
  /** Null where nothing is compared. */
  readonly basis: Basis | null;
  /** Whether chance alone would give such a difference oftener than once in twenty times. */
  readonly weak: boolean;
  /** Requests per second where that is the strategy's merit; where a schedule sets them, their p99. */
  readonly decidedBy: BlockMetric;
  readonly metrics: BlockMetrics<MetricDifference | null>;
}

/** What changed between two results. Also the JSON that `sim diff` prints. */
export interface Difference {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly kind: 'difference';
  /** The command line that does the same again. */
  readonly command: string;
  readonly before: DiffedFile;
  readonly after: DiffedFile;
  /** Of single runs and repeats: ratios from 1/(1+tolerance) to 1+tolerance are ties. */
  readonly tolerance: number;
  /** The flag that a sweep was over; else null. */
  readonly over: string | null;
  readonly pairs: readonly PairDifference[];
  /** What only one of them has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}
