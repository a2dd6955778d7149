import type { Verdict } from '../audit/audit.ts';
import { randomStream } from '../base/random.ts';
import { bootstrapMean, MIN_SAMPLES, meanOf } from '../stats/bootstrap.ts';
import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetric,
  BlockMetrics,
  BlockRun,
  Ratio,
} from './block-comparison.ts';
import type { RunResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';

const RESAMPLES = 10_000;
const CONFIDENCE = 0.95;

/** Whether more of it is better. */
const MORE_IS_BETTER: BlockMetrics<boolean> = {
  completedPerSecond: true,
  grantedPerSecond: true,
  responseP50Ns: false,
  responseP99Ns: false,
};
const METRICS = Object.keys(MORE_IS_BETTER) as BlockMetric[];

/** What was asked for, and all runs of the complete blocks. */
export interface EndedBlocks {
  /** Names, in the order given. */
  readonly strategies: readonly string[];
  readonly baseline: string;
  readonly seed: string;
  readonly model: Scenario['model'];
  readonly runs: readonly BlockRun[];
}

/** The figures of a run that blocks are compared by. */
export function metricsOf({
  throughput,
  responseTimeNs: times,
}: Pick<RunResult, 'throughput' | 'responseTimeNs'>): BlockMetrics<number | null> {
  return {
    completedPerSecond: throughput.completedPerSecond,
    grantedPerSecond: throughput.grantedPerSecond,
    responseP50Ns: times.count === 0 ? null : times.p50,
    responseP99Ns: times.count === 0 ? null : times.p99,
  };
}

/** Puts together what the blocks show. The same runs and seed give the same intervals. */
export function summarizeBlocks(ended: EndedBlocks): BlockComparison {
  const { strategies, baseline, seed, model, runs } = ended;
  const counted = runs.filter((run) => run.counted);
  const runsOf = (strategy: string, control: boolean): BlockRun[] =>
    runs.filter((run) => run.strategy === strategy && run.control === control);
  const base = runsOf(baseline, false);
  const summaryOf = (strategy: string, control: boolean): BlockedStrategy => {
    const own = summarizeRuns(runsOf(strategy, control), base, `${seed}/${strategy}/${control}`);
    return { strategy, control, ...own };
  };
  return {
    blocks: blocksIn(counted),
    discardedBlocks: blocksIn(runs) - blocksIn(counted),
    baseline,
    seed,
    resamples: RESAMPLES,
    confidence: CONFIDENCE,
    rankedBy: rankedBy(model),
    strategies: [
      ...strategies.map((strategy) => summaryOf(strategy, false)),
      summaryOf(baseline, true),
    ],
    runs,
  };
}

/**
 * What a strategy's speed shows in. Where requests come by a schedule, their rate is the schedule's
 * and no strategy's merit, unless it cannot keep up: and then those that wait for it show it, too.
 */
function rankedBy(model: Scenario['model']): BlockMetric {
  return model === 'open' ? 'responseP99Ns' : 'completedPerSecond';
}

function blocksIn(runs: readonly BlockRun[]): number {
  return new Set(runs.map(({ block }) => block)).size;
}

function summarizeRuns(
  own: readonly BlockRun[],
  base: readonly BlockRun[],
  seed: string,
): Omit<BlockedStrategy, 'strategy' | 'control'> {
  const counted = own.filter((run) => run.counted);
  return {
    // A promise is broken also where the machine was not yet warm.
    verdicts: countVerdicts(own),
    oversold: sum(own, ({ oversold }) => oversold),
    voidBlocks: counted.filter(({ valid }) => !valid).length,
    means: eachMetric((metric) => geometricMean(counted, metric)),
    ratios: eachMetric((metric) => ratioOf(counted, base, metric, seed)),
  };
}

function eachMetric<Value>(of: (metric: BlockMetric) => Value): BlockMetrics<Value> {
  const entries = METRICS.map((metric) => [metric, of(metric)] as const);
  return Object.fromEntries(entries) as unknown as BlockMetrics<Value>;
}

function countVerdicts(runs: readonly BlockRun[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of runs) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** The logarithm of a run's figure; undefined if the run is void or has none. */
function logOf({ valid, metrics }: BlockRun, metric: BlockMetric): number | undefined {
  const value = metrics[metric];
  return valid && value !== null && value > 0 ? Math.log(value) : undefined;
}

function geometricMean(runs: readonly BlockRun[], metric: BlockMetric): number | null {
  const logs = runs.map((run) => logOf(run, metric)).filter((log) => log !== undefined);
  return logs.length === 0 ? null : Math.exp(meanOf(logs));
}

/**
 * The ratio of two strategies, block by block: what changed between blocks falls out. A block in which
 * either run is void tells nothing of the two.
 *
 * Source: Kalibera and Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013, for ratios with
 * intervals over the highest level that repeats, which are the blocks: requests of one run depend on
 * each other. Geometric means, since ratios multiply: Fleming and Wallace, CACM 1986.
 */
function ratioOf(
  own: readonly BlockRun[],
  base: readonly BlockRun[],
  metric: BlockMetric,
  seed: string,
): Ratio | null {
  const baseLogs = new Map(base.map((run) => [run.block, logOf(run, metric)]));
  const differences: number[] = [];
  for (const run of own) {
    const [mine, theirs] = [logOf(run, metric), baseLogs.get(run.block)];
    if (mine !== undefined && theirs !== undefined) differences.push(mine - theirs);
  }
  if (differences.length < MIN_SAMPLES) return null;
  const { mean, low, high } = bootstrapMean(differences, {
    resamples: RESAMPLES,
    confidence: CONFIDENCE,
    random: randomStream(seed, `bootstrap/${metric}`).next,
  });
  const interval = { ratio: Math.exp(mean), low: Math.exp(low), high: Math.exp(high) };
  return { ...interval, blocks: differences.length, verdict: verdictOn(interval, metric) };
}

function verdictOn({ low, high }: Omit<Ratio, 'blocks' | 'verdict'>, metric: BlockMetric) {
  if (low <= 1 && high >= 1) return 'tie';
  return low > 1 === MORE_IS_BETTER[metric] ? 'better' : 'worse';
}
