import { encodeHdr } from '../stats/hdr.ts';
import { Histogram } from '../stats/histogram.ts';
import { type DurationSummary, summarize } from '../stats/summary.ts';
import { meanInSystem, mergeSeries, type TimeSeries } from '../stats/time-series.ts';
import type { Measures } from '../workers/measures.ts';
import { OUTCOMES, type Outcome } from '../workers/outcome.ts';
import type { Recorder } from '../workers/recorder.ts';

type ByOutcome<Value> = Readonly<Partial<Record<Outcome, Value>>>;

/** All that was timed in a run. Durations in nanoseconds. */
export interface Times {
  /** From the intended start: no request that had to wait is left out. */
  readonly responseTimeNs: DurationSummary;
  /** The same for each outcome that there was: refusals are quick, and would flatter grants. */
  readonly responseTimeByOutcomeNs: ByOutcome<DurationSummary>;
  /** From the actual start. */
  readonly serviceTimeNs: DurationSummary;
  /** From the intended start to the actual one. */
  readonly queueDelayNs: DurationSummary;
  /** The same in full: HdrHistogram V2, compressed, in base64. */
  readonly histograms: RunHistograms;
  readonly series: TimeSeries;
}

export interface RunHistograms {
  readonly responseTimeNs: ByOutcome<string>;
  readonly serviceTimeNs: string;
  readonly queueDelayNs: string;
}

/**
 * Puts together what the workers timed.
 * @param capacity tickets on sale
 */
export function timesOf(recorders: readonly Recorder[], capacity: number): Times {
  const measures = measuresOf(recorders);
  const elapsedNs = Math.max(...recorders.map((each) => each.lastEndNs));
  const service = merged(measures.map((each) => each.serviceTimes));
  const queue = merged(measures.map((each) => each.queueDelays));
  const responses = OUTCOMES.map(
    (outcome) => [outcome, merged(measures.map((each) => each.responseTimesOf(outcome)))] as const,
  ).filter(([, histogram]) => histogram.count > 0);
  const byOutcome = <Value>(value: (histogram: Histogram) => Value): ByOutcome<Value> =>
    Object.fromEntries(responses.map(([outcome, histogram]) => [outcome, value(histogram)]));
  return {
    responseTimeNs: summarize(responses.map(([, histogram]) => histogram)),
    responseTimeByOutcomeNs: byOutcome((histogram) => summarize([histogram])),
    serviceTimeNs: summarize([service]),
    queueDelayNs: summarize([queue]),
    histograms: {
      responseTimeNs: byOutcome(encodeHdr),
      serviceTimeNs: encodeHdr(service),
      queueDelayNs: encodeHdr(queue),
    },
    series: mergeSeries(
      measures.map((each) => each.series),
      capacity,
      elapsedNs,
    ),
  };
}

/** How many requests were in the system on average, by the clock; null if that cannot be told. */
export function countedInSystem(recorders: readonly Recorder[]): number | null {
  const series = measuresOf(recorders).map((each) => each.series);
  return meanInSystem(series, Math.max(...recorders.map((each) => each.lastEndNs)));
}

/** Of those that timed anything. */
export function measuresOf(recorders: readonly Recorder[]): readonly Measures[] {
  return recorders.flatMap(({ measures }) => measures ?? []);
}

function merged(histograms: readonly Histogram[]): Histogram {
  const all = Histogram.allocate();
  for (const histogram of histograms) all.merge(histogram);
  return all;
}
