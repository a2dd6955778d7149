import type { Verdict } from '../../audit/audit.ts';
import type { Environment } from '../../sim/environment.ts';
import type {
  RunResult as Plain,
  Health as PlainHealth,
  ScenarioSummary,
} from '../../sim/result.ts';
import type { DurationSummary } from '../../stats/summary.ts';
import type { Outcome } from '../../workers/recorder.ts';

export interface HealthCheck {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'ns' | 'count';
  readonly limit: number | null;
  readonly ok: boolean;
  readonly says: string;
}
export interface TimeSeries {
  readonly intervalMs: number;
  readonly offered: readonly number[];
  readonly completed: readonly number[];
  readonly granted: readonly number[];
  readonly refused: readonly number[];
  readonly stockLeft: readonly number[];
  readonly queue: readonly number[];
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
}
export interface ThresholdOutcome {
  readonly threshold: string;
  readonly metric: string;
  readonly value: number | null;
  readonly ok: boolean;
}
export interface RunResult extends Omit<Plain, 'health'> {
  readonly queueDelayNs: DurationSummary;
  readonly responseTimeByOutcomeNs: Readonly<Partial<Record<Outcome, DurationSummary>>>;
  readonly histograms: {
    readonly responseTimeNs: Readonly<Partial<Record<Outcome, string>>>;
    readonly serviceTimeNs: string;
    readonly queueDelayNs: string;
  };
  readonly series: TimeSeries;
  readonly warmUp: { readonly privateSales: number; readonly requestsEach: number };
  readonly thresholds?: readonly ThresholdOutcome[];
  readonly health: PlainHealth & { readonly checks: readonly HealthCheck[] };
}
export interface Comparison {
  readonly schemaVersion: 1;
  readonly results: readonly RunResult[];
  readonly blocks?: BlockComparison;
}
export interface BlockComparison {
  readonly blocks: number;
  readonly discardedBlocks: number;
  readonly baseline: string;
  readonly seed: string;
  readonly resamples: number;
  readonly confidence: number;
  readonly strategies: readonly BlockedStrategy[];
  readonly runs: readonly BlockRun[];
}
export interface BlockedStrategy {
  readonly strategy: string;
  readonly control: boolean;
  readonly verdicts: Partial<Record<Verdict, number>>;
  readonly oversold: number;
  readonly voidBlocks: number;
  readonly means: BlockMetrics<number | null>;
  readonly ratios: BlockMetrics<Ratio | null>;
}
export type BlockMetrics<T> = {
  completedPerSecond: T;
  grantedPerSecond: T;
  responseP50Ns: T;
  responseP99Ns: T;
};
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly blocks: number;
  readonly verdict: 'better' | 'worse' | 'tie';
}
export interface BlockRun {
  readonly block: number;
  readonly counted: boolean;
  readonly place: number;
  readonly strategy: string;
  readonly control: boolean;
  readonly seed: string;
  readonly digest: string;
  readonly verdict: Verdict;
  readonly oversold: number;
  readonly valid: boolean;
  readonly reasons: readonly string[];
  readonly metrics: BlockMetrics<number | null>;
  readonly timeToSellOutMs: number | null;
}
export interface Sweep {
  readonly schemaVersion: 1;
  readonly kind: 'sweep';
  readonly command: string;
  readonly over: string;
  readonly values: readonly string[];
  readonly repeats: number;
  readonly curves: readonly SweepCurve[];
  readonly scenario: ScenarioSummary;
  readonly environment: Environment;
}
export interface SweepCurve {
  readonly strategy: string;
  readonly points: readonly SweepPoint[];
  readonly usl: UslFit | null;
  readonly knee: Knee | null;
}
export interface SweepPoint {
  readonly value: string;
  readonly x: number | null;
  readonly runs: number;
  readonly voidRuns: number;
  readonly reasons: readonly string[];
  readonly verdicts: Partial<Record<Verdict, number>>;
  readonly oversold: number;
  readonly completedPerSecond: Spread | null;
  readonly grantedPerSecond: Spread | null;
  readonly offeredPerSecond: Spread | null;
  readonly responseP50Ns: Spread | null;
  readonly responseP99Ns: Spread | null;
}
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}
export interface UslFit {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
  readonly rSquared: number;
  readonly peak: number | null;
  readonly says: string;
}
export interface Knee {
  readonly x: number;
  readonly responseP99Ns: number;
  readonly says: string;
}
