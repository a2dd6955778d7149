import hdr from 'hdr-histogram-js';
import { randomStream } from '../../src/base/random.ts';
import type { RunResult } from '../../src/sim/result.ts';
import type { DurationSummary } from '../../src/stats/summary.ts';
import type { TimeSeries } from '../../src/stats/time-series.ts';
import { oversoldResult, resultOf } from './results.ts';

/** What of a made-up run is otherwise than usual. */
export interface Shape {
  /** Medians of the response times. */
  readonly grantedNs?: number;
  readonly refusedNs?: number;
  /** Intervals of the time series, and where in it all is sold. */
  readonly intervals?: number;
  readonly soldOutAt?: number;
  readonly oversold?: number;
  /** Why the figures are void. */
  readonly reasons?: readonly string[];
}

const INTERVAL_MS = 100;
const TICKETS = 1000;
const REQUESTS = 40_000;

/** A made-up run that looks like a measured one: series, histograms and all; the same every time. */
export function measuredResult(strategy: string, shape: Shape = {}): RunResult {
  const { grantedNs = 40_000, refusedNs = 2000, reasons = [], oversold = 0 } = shape;
  const { intervals = 40, soldOutAt = 10 } = shape;
  const granted = timesOf(`${strategy}/granted`, grantedNs, TICKETS);
  const refused = timesOf(`${strategy}/refused`, refusedNs, REQUESTS - TICKETS);
  const all = timesOf(`${strategy}/all`, (grantedNs + refusedNs) / 2, REQUESTS);
  const plain = oversold > 0 ? oversoldResult(oversold) : resultOf(strategy);
  return {
    ...plain,
    strategy,
    command: `sim run --strategy ${strategy} --seed 42`,
    throughput: {
      offeredPerSecond: REQUESTS / (intervals / 10),
      completedPerSecond: 1e9 / refusedNs,
      grantedPerSecond: 1e9 / grantedNs,
      timeToSellOutMs: soldOutAt * INTERVAL_MS,
    },
    stream: { ...plain.stream, requests: REQUESTS },
    outcomes: { ...plain.outcomes, reserved: TICKETS, soldOut: REQUESTS - TICKETS },
    tickets: { capacity: TICKETS, granted: TICKETS + oversold, returned: 0 },
    responseTimeNs: all.summary,
    serviceTimeNs: refused.summary,
    queueDelayNs: refused.summary,
    responseTimeByOutcomeNs: { reserved: granted.summary, soldOut: refused.summary },
    histograms: {
      responseTimeNs: { reserved: granted.text, soldOut: refused.text },
      serviceTimeNs: all.text,
      queueDelayNs: refused.text,
    },
    series: seriesOf(strategy, intervals, soldOutAt, grantedNs, oversold),
    warmUp: { privateSales: 3, requestsEach: 2000 },
    health: { valid: reasons.length === 0, reasons, checks: checksOf(reasons) },
  };
}

function checksOf(reasons: readonly string[]): RunResult['health']['checks'] {
  const lag = reasons.length > 0;
  return [
    {
      name: 'littles-law',
      value: 0.004,
      unit: 'ratio',
      limit: 0.05,
      ok: true,
      says: 'requests in the system agree with rate times response time',
    },
    {
      name: 'generator-lag',
      value: lag ? 31_000_000 : 12_000,
      unit: 'ns',
      limit: 1_000_000,
      ok: !lag,
      says: lag ? (reasons[0] as string) : 'the generator kept ahead of the sale',
    },
  ];
}

/** Times spread as waiting times are: most near the median, some far above. */
function timesOf(
  seed: string,
  medianNs: number,
  count: number,
): { summary: DurationSummary; text: string } {
  const { nextDouble } = randomStream(seed, 'times');
  const histogram = hdr.build({
    highestTrackableValue: 3_600_000_000_000,
    numberOfSignificantValueDigits: 2,
  });
  for (let i = 0; i < count; i++) {
    const normal =
      Math.sqrt(-2 * Math.log(1 - nextDouble())) * Math.cos(2 * Math.PI * nextDouble());
    histogram.recordValue(Math.ceil(medianNs * Math.exp(0.9 * normal)));
  }
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile);
  const summary = {
    count,
    mean: Math.round(histogram.mean),
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: histogram.maxValue,
  };
  return { summary, text: hdr.encodeIntoCompressedBase64(histogram) };
}

function seriesOf(
  seed: string,
  intervals: number,
  soldOutAt: number,
  medianNs: number,
  oversold: number,
): TimeSeries {
  const { nextDouble } = randomStream(seed, 'series');
  const places = Array.from({ length: intervals }, (_, place) => place);
  const offered = places.map((place) =>
    Math.round((REQUESTS / intervals) * (place < 10 ? 1.6 : 0.8)),
  );
  const queue = places.map((place) =>
    Math.round(400 * Math.exp(-place / 12) * (0.7 + nextDouble())),
  );
  const granted = places.map((place) =>
    place < soldOutAt ? Math.round((TICKETS + oversold) / soldOutAt) : 0,
  );
  const completed = offered.map((count) => Math.round(count * (0.9 + 0.1 * nextDouble())));
  let left = TICKETS;
  const p50Ns = places.map((place) =>
    place === intervals - 2 ? null : Math.round(medianNs * (1 + nextDouble())),
  );
  return {
    intervalMs: INTERVAL_MS,
    offered,
    completed,
    granted,
    refused: completed.map((count, place) => Math.max(0, count - (granted[place] as number))),
    stockLeft: granted.map((count) => (left -= count)),
    queue,
    p50Ns,
    p99Ns: p50Ns.map((valueNs) =>
      valueNs === null ? null : Math.round(valueNs * (8 + 9 * nextDouble())),
    ),
  };
}
