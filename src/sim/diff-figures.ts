import { randomStream } from '../base/random.ts';
import {
  bootstrapMean,
  type MeanInterval,
  MIN_SAMPLES,
  type Resampling,
} from '../stats/bootstrap.ts';
import { bootstrapDifference } from '../stats/bootstrap-difference.ts';
import type { Spread } from '../stats/spread.ts';
import type { BlockMetric, BlockMetrics, BlockRun } from './block-comparison.ts';
import type { Sample, Subject } from './diff-subject.ts';
import { incomparable } from './diff-terms.ts';
import type { Basis, MetricDifference, PairDifference } from './difference.ts';

/** Whether more of it is better. */
const MORE_IS_BETTER: BlockMetrics<boolean> = {
  completedPerSecond: true,
  grantedPerSecond: true,
  responseP50Ns: false,
  responseP99Ns: false,
};
const METRICS = Object.keys(MORE_IS_BETTER) as BlockMetric[];

const RESAMPLES = 10_000;
const CONFIDENCE = 0.95;

/** A ratio and where it may lie, before it is judged. */
type Estimate = Omit<MetricDifference, 'verdict'>;

/** All of a pair but what was proven of its sales. */
export type FigureDifference = Pick<
  PairDifference,
  'speed' | 'reasons' | 'basis' | 'weak' | 'decidedBy' | 'metrics'
>;

/** Compares the figures of two subjects, or says why they cannot be. */
export function diffFigures(before: Subject, after: Subject, tolerance: number): FigureDifference {
  const decidedBy = decisiveOf(after);
  const reasons = incomparable(before, after);
  const basis = reasons.length === 0 ? basisOf(before.sample, after.sample) : null;
  const none = { speed: 'not comparable', basis: null, weak: false, decidedBy } as const;
  if (basis === null) {
    const other = 'one was measured once, the other several times';
    return {
      ...none,
      reasons: reasons.length > 0 ? reasons : [other],
      metrics: eachMetric(() => null),
    };
  }
  const metrics = eachMetric((metric) => {
    const estimate = estimateOf(before.sample, after.sample, metric, basis);
    return estimate && { ...estimate, verdict: judge(estimate, metric, basis, tolerance) };
  });
  const decisive = metrics[decidedBy];
  if (decisive === null)
    return { ...none, reasons: [missing(before.sample, after.sample, decidedBy)], metrics };
  const weak = basis === 'single runs' || isByChance(before.sample, after.sample);
  return { speed: SPEEDS[decisive.verdict], reasons: [], basis, weak, decidedBy, metrics };
}

const SPEEDS = { better: 'faster', worse: 'slower', tie: 'tie' } as const;

/** Requests per second are a strategy's merit, unless a schedule sets them: then it is how long they take. */
function decisiveOf({ scenario, over, value }: Subject): BlockMetric {
  const rate = over === 'rate' ? value : scenario.ratePerSecond;
  return rate === null || rate === 'max' ? 'completedPerSecond' : 'responseP99Ns';
}

function missing(before: Sample, after: Sample, metric: BlockMetric): string {
  if (before.kind !== 'blocks') return `no ${metric} in one of them`;
  const [one, other] = [before, after].map(
    (sample) => runsOf(sample).filter((run) => logOf(run, metric) !== undefined).length,
  );
  return `an interval needs ${MIN_SAMPLES} valid blocks in each; there are ${one} and ${other}`;
}

function eachMetric<Value>(of: (metric: BlockMetric) => Value): BlockMetrics<Value> {
  const entries = METRICS.map((metric) => [metric, of(metric)] as const);
  return Object.fromEntries(entries) as unknown as BlockMetrics<Value>;
}

/** Null where the one tells of a run, and the other of many: a mean is no run. */
function basisOf(before: Sample, after: Sample): Basis | null {
  if (before.kind !== after.kind) return null;
  if (before.kind === 'run') return 'single runs';
  if (before.kind === 'repeats') return 'repeats';
  return sharedBlocks(before, after).length >= MIN_SAMPLES ? 'paired blocks' : 'blocks';
}

function estimateOf(
  before: Sample,
  after: Sample,
  metric: BlockMetric,
  basis: Basis,
): Estimate | null {
  if (before.kind === 'run' && after.kind === 'run') {
    return single(before.metrics[metric], after.metrics[metric]);
  }
  if (before.kind === 'repeats' && after.kind === 'repeats') {
    return ranges(before.spreads[metric], after.spreads[metric]);
  }
  const pairs = sharedBlocks(before, after);
  const [ones, others] =
    basis === 'paired blocks'
      ? [pairs.map(([one]) => one), pairs.map(([, other]) => other)]
      : [runsOf(before), runsOf(after)];
  return interval(ones, others, metric, basis);
}

function single(before: number | null, after: number | null): Estimate | null {
  if (!before || !after) return null;
  return { before, after, ratio: after / before, low: null, high: null };
}

function ranges(before: Spread | null, after: Spread | null): Estimate | null {
  const medians = single(before?.median ?? null, after?.median ?? null);
  if (!medians || !before || !after || before.low <= 0) return null;
  return { ...medians, low: after.low / before.high, high: after.high / before.low };
}

/** Geometric means, and the bootstrap interval of their ratio; null with too few blocks. */
function interval(
  befores: readonly BlockRun[],
  afters: readonly BlockRun[],
  metric: BlockMetric,
  basis: Basis,
): Estimate | null {
  const paired = basis === 'paired blocks';
  const logs = [befores, afters].map((runs) => runs.map((run) => logOf(run, metric)));
  // A pair of which one is missing is none.
  const usable = (index: number): boolean => logs.every((each) => each[index] !== undefined);
  const [one = [], other = []] = logs.map((each) =>
    each.filter((log, index): log is number => log !== undefined && (!paired || usable(index))),
  );
  if (Math.min(one.length, other.length) < MIN_SAMPLES) return null;
  // Always the same resamples: the same two files give the same interval.
  const random = randomStream('diff', metric).next;
  const resampling: Resampling = { resamples: RESAMPLES, confidence: CONFIDENCE, random };
  const found: MeanInterval = paired
    ? bootstrapMean(
        other.map((log, index) => log - (one[index] as number)),
        resampling,
      )
    : bootstrapDifference(other, one, resampling);
  return {
    before: geometricMean(one),
    after: geometricMean(other),
    ratio: Math.exp(found.mean),
    low: Math.exp(found.low),
    high: Math.exp(found.high),
  };
}

function geometricMean(logs: readonly number[]): number {
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** The logarithm of a run's figure; undefined if the run is void or has none. */
function logOf({ valid, metrics }: BlockRun, metric: BlockMetric): number | undefined {
  const value = metrics[metric];
  return valid && value !== null && value > 0 ? Math.log(value) : undefined;
}

function runsOf(sample: Sample): readonly BlockRun[] {
  return sample.kind === 'blocks' ? sample.runs : [];
}

/** The blocks that sold the very same stream. */
function sharedBlocks(before: Sample, after: Sample): [before: BlockRun, after: BlockRun][] {
  const byDigest = new Map(runsOf(before).map((run) => [run.digest, run]));
  byDigest.delete('');
  return runsOf(after).flatMap((run) => {
    const partner = byDigest.get(run.digest);
    return partner ? [[partner, run] as [BlockRun, BlockRun]] : [];
  });
}

function judge(
  { ratio, low, high }: Estimate,
  metric: BlockMetric,
  basis: Basis,
  tolerance: number,
): MetricDifference['verdict'] {
  const covers = low !== null && high !== null && low <= 1 && high >= 1;
  // Of intervals the width is known; of runs and ranges only experience says what is noise.
  const tolerated =
    (basis === 'single runs' || basis === 'repeats') &&
    Math.abs(Math.log(ratio)) <= Math.log1p(tolerance);
  if (covers || tolerated) return 'tie';
  return ratio > 1 === MORE_IS_BETTER[metric] ? 'better' : 'worse';
}

/**
 * Whether ranges that do not overlap would come about oftener than once in twenty times if nothing had
 * changed: two of all the ways to deal the runs out keep them apart (a permutation test).
 */
function isByChance(before: Sample, after: Sample): boolean {
  if (before.kind !== 'repeats' || after.kind !== 'repeats') return false;
  let ways = 1;
  for (let i = 1; i <= after.runs; i++) ways = (ways * (before.runs + i)) / i;
  return 2 / ways > 1 - CONFIDENCE;
}
