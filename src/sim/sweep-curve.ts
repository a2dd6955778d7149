// Makes one strategy's curve of its runs: pure, so that curves can be made up and looked at.
import type { Verdict } from '../audit/audit.ts';
import { findKnee, MIN_LATENCY_POINTS } from '../stats/knee.ts';
import { type Spread, spreadOf } from '../stats/spread.ts';
import { fitScalingLaw, MIN_LOAD_POINTS } from '../stats/usl.ts';
import type { RunResult } from './result.ts';
import type { AxisValue } from './sweep-axis.ts';
import { describeKnee, describeSaturation, describeScaling, NOTE } from './sweep-findings.ts';
import type { Knee, Saturation, SweepCurve, SweepPoint, UslFit } from './sweep-result.ts';

/** What a sweep keeps of a run: a result is large, and there may be thousands. */
export interface Measured extends Pick<RunResult, 'audit' | 'throughput' | 'health' | 'command'> {
  /** Index of the value among those of the axis. */
  readonly at: number;
  readonly threads: number;
  readonly responseP50Ns: number;
  readonly responseP99Ns: number;
}

/** What is to be known of a sweep to make a curve of runs. */
export interface CurveTerms {
  /** The flag that took the values. */
  readonly over: string;
  readonly values: readonly AxisValue[];
  /** How many threads the machine runs at once. */
  readonly cores: number;
  /** Whether requests come by a schedule, which then sets the throughput. */
  readonly scheduled: boolean;
}

/** The curve of a strategy, from its runs in any order. */
export function curveOf(
  strategy: string,
  runs: readonly Measured[],
  terms: CurveTerms,
): SweepCurve {
  const points = terms.values.flatMap((value, index) => {
    const here = runs.filter(({ at }) => at === index);
    return here.length === 0 ? [] : [pointOf(value, here, terms.cores)];
  });
  const notes: string[] = [];
  const usl = terms.over === 'threads' ? scalingOf(points, terms, notes) : null;
  const knee = terms.over === 'rate' ? kneeOf(points, notes) : null;
  const saturation = terms.over === 'rate' ? saturationOf(points, notes) : null;
  return { strategy, points, usl, knee, saturation, notes };
}

function pointOf({ value, x }: AxisValue, runs: readonly Measured[], cores: number): SweepPoint {
  const [first] = runs as [Measured, ...Measured[]];
  const valid = runs.filter(({ health }) => health.valid);
  const spread = (of: (run: Measured) => number): Spread | null => spreadOf(valid.map(of));
  return {
    value,
    x,
    runs: runs.length,
    voidRuns: runs.length - valid.length,
    reasons: [...new Set(runs.flatMap(({ health }) => (health.valid ? [] : health.reasons)))],
    oversubscribed: first.threads > cores,
    verdicts: countVerdicts(runs),
    oversold: Math.max(...runs.map(({ audit }) => audit.oversold)),
    brokenPromises: [...new Set(runs.flatMap(({ audit }) => audit.brokenPromises))],
    completedPerSecond: spread(({ throughput }) => throughput.completedPerSecond),
    grantedPerSecond: spread(({ throughput }) => throughput.grantedPerSecond),
    offeredPerSecond: spread(({ throughput }) => throughput.offeredPerSecond),
    responseP50Ns: spread((run) => run.responseP50Ns),
    responseP99Ns: spread((run) => run.responseP99Ns),
    command: first.command,
  };
}

function countVerdicts(runs: readonly Measured[]): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { audit } of runs) counts[audit.verdict] = (counts[audit.verdict] ?? 0) + 1;
  return counts;
}

function scalingOf(
  points: readonly SweepPoint[],
  { cores, scheduled }: CurveTerms,
  notes: string[],
): UslFit | null {
  const usable = points.filter(({ completedPerSecond }) => completedPerSecond !== null);
  const law = fitScalingLaw(
    usable.map(({ x, completedPerSecond }) => ({
      n: x ?? 0,
      throughput: completedPerSecond?.median ?? 0,
    })),
  );
  if (!scheduled && law !== null) {
    const beyond = usable.filter(({ oversubscribed }) => oversubscribed).length;
    return { ...law, says: describeScaling(law, { points: usable.length, beyond, cores }) };
  }
  notes.push(scheduled ? NOTE.scheduled : NOTE.tooFewSizes(MIN_LOAD_POINTS, usable.length));
  return null;
}

/** Points with a rate in numbers, and with valid runs. */
function rated(points: readonly SweepPoint[]): { point: SweepPoint; x: number; time: number }[] {
  return points.flatMap((point) => {
    const { x, responseP99Ns } = point;
    return x === null || responseP99Ns === null ? [] : [{ point, x, time: responseP99Ns.median }];
  });
}

function kneeOf(points: readonly SweepPoint[], notes: string[]): Knee | null {
  const usable = rated(points);
  const knee = findKnee(usable);
  const last = usable.at(-1);
  if (knee && last) {
    const found = { x: knee.x, responseP99Ns: knee.time };
    const ends = { first: usable[0] === knee, last: { x: last.x, responseP99Ns: last.time } };
    return { ...found, says: describeKnee(found, ends) };
  }
  const few = usable.length < MIN_LATENCY_POINTS;
  notes.push(few ? NOTE.tooFewRates(MIN_LATENCY_POINTS, usable.length) : NOTE.noKnee);
  return null;
}

/**
 * Less than this share of what was offered is not all of it. The end of the last requests comes after the
 * end of the schedule, and a pause of the machine delays many: neither is a lack of capacity.
 */
const COMPLETED_SHARE_MIN = 0.95;

function saturationOf(points: readonly SweepPoint[], notes: string[]): Saturation | null {
  const usable = rated(points).map(({ point }) => point);
  const first = usable.find(({ completedPerSecond: completed, offeredPerSecond: offered }) => {
    return (completed?.median ?? 0) < (offered?.median ?? 0) * COMPLETED_SHARE_MIN;
  });
  if (first) {
    const completedPerSecond = first.completedPerSecond?.median ?? 0;
    const x = first.x ?? 0;
    return { x, says: describeSaturation({ x, completedPerSecond }) };
  }
  if (usable.length > 0) notes.push(NOTE.neverSaturated(COMPLETED_SHARE_MIN));
  return null;
}
