import type { Verdict } from '../audit/audit.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { ThresholdOutcome } from './threshold-outcome.ts';

/** What a run is measured by. */
export interface BlockMetrics<Value> {
  readonly completedPerSecond: Value;
  readonly grantedPerSecond: Value;
  /** From the intended start. */
  readonly responseP50Ns: Value;
  readonly responseP99Ns: Value;
}

export type BlockMetric = keyof BlockMetrics<unknown>;

/** A strategy's figure divided by the baseline's: the geometric mean over blocks, and its interval. */
export interface Ratio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Blocks in which both runs are valid and have the figure. */
  readonly blocks: number;
  /** A tie if the interval contains 1; else by which way is better: more per second, or less time. */
  readonly verdict: 'better' | 'worse' | 'tie';
}

/** One strategy over all blocks. */
export interface BlockedStrategy {
  readonly strategy: string;
  /** Whether this is the baseline's second run of each block: the A/A control. */
  readonly control: boolean;
  /** How many of its runs ended with each verdict, those of discarded blocks among them. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Tickets sold that did not exist, over all those runs. */
  readonly oversold: number;
  /** Blocks that count, but in which its figures are void. */
  readonly voidBlocks: number;
  /** Geometric means over the valid runs of blocks that count; null where there is none. */
  readonly means: BlockMetrics<number | null>;
  /** To the baseline; null where too few blocks are left to say anything of. */
  readonly ratios: BlockMetrics<Ratio | null>;
}

/** One run of one strategy in one block. */
export interface BlockRun {
  /** From 1; the discarded ones are the first. */
  readonly block: number;
  readonly counted: boolean;
  /** Its turn in the block, from 1. */
  readonly place: number;
  readonly strategy: string;
  readonly control: boolean;
  /** The block's: with it, `sim run` sells the same stream. */
  readonly seed: string;
  readonly digest: string;
  readonly verdict: Verdict;
  readonly brokenPromises: readonly StrategyPromise[];
  readonly oversold: number;
  /** Whether its figures count; if not, the reasons. */
  readonly valid: boolean;
  readonly reasons: readonly string[];
  /** null where nothing was timed. */
  readonly metrics: BlockMetrics<number | null>;
  readonly timeToSellOutMs: number | null;
  /** What it was held to; absent where nothing was, and in blocks that do not count. */
  readonly thresholds?: readonly ThresholdOutcome[];
}

/** Blocks that each run every strategy once, in random order, on a stream of the block's own. */
export interface BlockComparison {
  /** How many blocks count. */
  readonly blocks: number;
  /** How many were run before those, to warm the machine up. */
  readonly discardedBlocks: number;
  readonly baseline: string;
  /** Of the order in each block, of the blocks' own seeds, and of the resampling. */
  readonly seed: string;
  readonly resamples: number;
  readonly confidence: number;
  /** What the strategies are ranked by: what the schedule leaves to them. */
  readonly rankedBy: BlockMetric;
  /** In the order given, the baseline among them; the A/A control is the last. */
  readonly strategies: readonly BlockedStrategy[];
  /** Every run in the order of the runs, with those of the discarded blocks. */
  readonly runs: readonly BlockRun[];
}
