// HdrHistogram's log of histograms, as its plotters and processors read it: one line for each outcome.
// Source: the log format 1.3 of HdrHistogram (Tene).
import type { RunResult } from '../sim/result.ts';

/** Values stand in nanoseconds; the column of maxima is in milliseconds, as the format's tools expect. */
const NS_PER_MAX_UNIT = 1e6;

/**
 * Response times from the intended start, a line and a tag for each outcome; of several runs, the tag begins
 * with the strategy's name. Times are in seconds since the opening.
 */
export function toHlog(results: readonly RunResult[]): string {
  const several = results.length > 1;
  return [
    '#[HdrHistogram log of response times in nanoseconds, from the intended start]',
    ...results.map(({ strategy, command }) => `#[${oneLine(strategy)}: ${oneLine(command)}]`),
    '#[Histogram log format version 1.3]',
    '#[StartTime: 0 (seconds since epoch), the opening]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...results.flatMap((result) => linesOf(result, several ? `${result.strategy}/` : '')),
    '',
  ].join('\n');
}

function linesOf({ histograms, responseTimeByOutcomeNs: times, series }: RunResult, of: string) {
  const seconds = (series.intervalMs * series.completed.length) / 1e3;
  return Object.entries(histograms.responseTimeNs).map(([outcome, encoded]) => {
    const maxNs = times[outcome as keyof typeof times]?.max ?? 0;
    const max = (maxNs / NS_PER_MAX_UNIT).toFixed(3);
    return `Tag=${tagOf(of + outcome)},0.000,${seconds.toFixed(3)},${max},${encoded}`;
  });
}

/** A tag must not hold what ends it. */
function tagOf(name: string): string {
  return name.replaceAll(/[,\s]/g, '_');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
