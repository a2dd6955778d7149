import type { Verdict } from '../../audit/audit.ts';
import type { Comparison as PlainComparison } from '../../sim/result.ts';

export interface Comparison extends PlainComparison {
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
