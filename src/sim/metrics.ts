// What a threshold can hold a run to: every metric by its name, with its unit and how it is read.
import type { DurationSummary } from '../stats/summary.ts';
import { OUTCOMES } from '../workers/outcome.ts';
import { isLowerBound } from './health.ts';
import type { RunResult } from './result.ts';
import type { MetricUnit } from './threshold-outcome.ts';

export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Whether it is a figure, which a void run does not show; else it counts what happened. */
  readonly measured: boolean;
  /** Null where the run shows no such thing. */
  readonly read: (result: RunResult) => number | null;
  /** What to say of null. */
  readonly absent: string;
  /** Why its value cannot be believed although it is no figure; null if it can. */
  readonly doubt: (result: RunResult) => string | null;
}

type Read = Metric['read'];

const NO_DOUBT: Metric['doubt'] = () => null;

function countOf(name: string, read: Read, doubt = NO_DOUBT): Metric {
  return { name, unit: 'count', measured: false, read, absent: '', doubt };
}

function figure(name: string, unit: MetricUnit, read: Read, absent = ''): Metric {
  return { name, unit, measured: true, read, absent, doubt: NO_DOUBT };
}

/** `p99`, or `service.p99` with a prefix. */
function timesOf(
  prefix: string,
  read: (result: RunResult) => DurationSummary | undefined,
  absent: string,
): Metric[] {
  const statistics = ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const;
  return statistics.map((statistic) =>
    figure(
      `${prefix}${statistic}`,
      'ns',
      (result) => {
        const times = read(result);
        return times === undefined || times.count === 0 ? null : times[statistic];
      },
      absent,
    ),
  );
}

const NOTHING_TIMED = 'no request was timed';

/** In the order in which help lists them. */
export const METRICS: readonly Metric[] = [
  countOf('oversold', ({ audit }) => audit.oversold),
  countOf('duplicateTickets', ({ audit }) => audit.duplicateTickets),
  countOf('lostReceipts', ({ audit }) => audit.lostReceipts),
  countOf('unsold', ({ audit }) => audit.unsold),
  countOf(
    'falseSoldOut',
    ({ audit }) => audit.falseSoldOut,
    ({ health }) => (isLowerBound(health) ? 'it is a lower bound' : null),
  ),
  countOf(
    'brokenPromises',
    ({ audit }) => audit.brokenPromises.length,
    ({ audit, health }) =>
      isLowerBound(health) && audit.falseSoldOut === 0
        ? 'refusals were not checked that may have broken noFalseSoldOut'
        : null,
  ),
  countOf('void', ({ health }) => (health.valid ? 0 : 1)),
  countOf('requests', ({ stream }) => stream.requests),
  ...OUTCOMES.map((outcome) => countOf(outcome, ({ outcomes }) => outcomes[outcome] ?? 0)),
  countOf('granted', ({ tickets }) => tickets.granted),
  countOf('returned', ({ tickets }) => tickets.returned),
  ...timesOf('', ({ responseTimeNs }) => responseTimeNs, NOTHING_TIMED),
  ...timesOf('service.', ({ serviceTimeNs }) => serviceTimeNs, NOTHING_TIMED),
  ...timesOf('queue.', ({ queueDelayNs }) => queueDelayNs, NOTHING_TIMED),
  ...OUTCOMES.flatMap((outcome) =>
    timesOf(
      `${outcome}.`,
      ({ responseTimeByOutcomeNs }) => responseTimeByOutcomeNs[outcome],
      `no request ended ${outcome}`,
    ),
  ),
  figure('throughput', 'perSecond', ({ throughput }) => throughput.completedPerSecond),
  figure('goodput', 'perSecond', ({ throughput }) => throughput.grantedPerSecond),
  figure('offered', 'perSecond', ({ throughput }) => throughput.offeredPerSecond),
  figure(
    'sellOut',
    'ns',
    ({ throughput: { timeToSellOutMs: timeMs } }) => (timeMs === null ? null : timeMs * 1e6),
    'never sold out',
  ),
  figure('retries', 'count', ({ contention }) => contention.retries),
  figure('waits', 'count', ({ contention }) => contention.waits),
  figure('jainIndex', 'ratio', ({ fairness }) => fairness.jainIndex),
  figure('inversions', 'count', ({ fairness }) => fairness.inversions),
  figure('mostOvertaken', 'count', ({ fairness }) => fairness.mostOvertaken),
  figure('longestWait', 'ns', ({ fairness }) => fairness.longestWaitNs),
];

/** Names that the JSON has for some of them, and the long forms of short ones. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  completedPerSecond: 'throughput',
  grantedPerSecond: 'goodput',
  offeredPerSecond: 'offered',
  timeToSellOutMs: 'sellOut',
  timeToSellOut: 'sellOut',
  longestWaitNs: 'longestWait',
};

const BY_NAME: ReadonlyMap<string, Metric> = new Map(METRICS.map((each) => [each.name, each]));

/** All names that {@link metricNamed} knows. */
export const METRIC_NAMES: readonly string[] = [...BY_NAME.keys(), ...Object.keys(OTHER_NAMES)];

/** The metric of a name, as it is written here or in the JSON (`responseTimeNs.p99`). */
export function metricNamed(name: string): Metric | undefined {
  const short = name
    .replace(/^(?:response|responseTimeNs|responseTimeByOutcomeNs)\./, '')
    .replace(/^(service|queue)(?:Time|Delay)Ns\./, '$1.');
  return BY_NAME.get(Object.hasOwn(OTHER_NAMES, short) ? (OTHER_NAMES[short] as string) : short);
}
