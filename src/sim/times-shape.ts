// What was timed, as it must look in a file: charts are drawn from it.
import {
  type Check,
  flag,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from '../base/shape.ts';
import { decodeHdr } from '../stats/hdr.ts';
import type { DurationSummary } from '../stats/summary.ts';
import type { TimeSeries } from '../stats/time-series.ts';
import type { WarmUp } from '../workers/warm-up.ts';
import type { HealthCheck } from './result.ts';
import type { RunHistograms, Times } from './times.ts';

const SUMMARY: Shape<DurationSummary> = object<DurationSummary>({
  count: number,
  mean: number,
  p50: number,
  p90: number,
  p99: number,
  p999: number,
  max: number,
});

/** A text that can be decoded: only that tells a histogram from anything else. */
const HISTOGRAM: Shape<string> = (value, path) => {
  const fault = text(value, path);
  if (fault !== undefined) return fault;
  try {
    decodeHdr(value as string);
    return undefined;
  } catch {
    return `${path} must be a histogram in HdrHistogram's encoding V2, compressed, in base64`;
  }
};

type ByOutcome<Value> = Shape<
  Readonly<Partial<Record<keyof RunHistograms['responseTimeNs'], Value>>>
>;

function byOutcome<Value>(shape: Shape<Value>): ByOutcome<Value> {
  const each = optional(shape);
  const fields: Record<keyof RunHistograms['responseTimeNs'], Check> = {
    reserved: each,
    soldOut: each,
    contended: each,
    dropped: each,
    failed: each,
    cancelled: each,
    browsed: each,
  };
  return object(fields) as ByOutcome<Value>;
}

const COLUMNS: Shape<TimeSeries> = object<TimeSeries>({
  intervalMs: number,
  offered: listOf(number),
  completed: listOf(number),
  granted: listOf(number),
  refused: listOf(number),
  stockLeft: listOf(number),
  queue: listOf(number),
  p50Ns: listOf(nullable(number)),
  p99Ns: listOf(nullable(number)),
});

/** A series whose columns are all as long as the first. */
const SERIES: Shape<TimeSeries> = (value, path) => {
  const fault = COLUMNS(value, path);
  if (fault !== undefined) return fault;
  const { intervalMs, ...columns } = value as TimeSeries;
  if (intervalMs <= 0) return `${path}.intervalMs must be above 0; got ${intervalMs}`;
  const odd = Object.entries(columns).find(
    ([, column]) => Array.isArray(column) && column.length !== columns.offered.length,
  );
  return odd && `${path}.${odd[0]} must have as many entries as ${path}.offered`;
};

/** The fields of a run that say what was timed. */
export const TIMES: { readonly [Key in keyof Times]: Shape<Times[Key]> } = {
  responseTimeNs: SUMMARY,
  responseTimeByOutcomeNs: byOutcome(SUMMARY),
  serviceTimeNs: SUMMARY,
  queueDelayNs: SUMMARY,
  histograms: object<RunHistograms>({
    responseTimeNs: byOutcome(HISTOGRAM),
    serviceTimeNs: HISTOGRAM,
    queueDelayNs: HISTOGRAM,
  }),
  series: SERIES,
};

export const WARM_UP: Shape<WarmUp> = object<WarmUp>({
  privateSales: number,
  requestsEach: number,
});

export const CHECK: Shape<HealthCheck> = object<HealthCheck>({
  name: text,
  value: number,
  unit: oneOf({ ratio: 0, ns: 0 }),
  limit: nullable(number),
  ok: flag,
  says: text,
});
