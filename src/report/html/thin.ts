import type { TimeSeries } from '../../stats/time-series.ts';

/** More points than this cannot be told apart on a page, nor be read in a table. */
const MAX_POINTS = 160;

/** An interval in which the longest of some series has few enough points: the widest of theirs, or wider. */
export function commonIntervalMs(all: readonly TimeSeries[]): number {
  const widest = Math.max(0, ...all.map(({ intervalMs }) => intervalMs));
  const longestMs = Math.max(
    0,
    ...all.map(({ intervalMs, offered }) => intervalMs * offered.length),
  );
  return widest === 0 ? 1 : widest * Math.max(1, Math.ceil(longestMs / widest / MAX_POINTS));
}

/**
 * A series in wider intervals. What was counted is added up; levels are those at the end; of percentiles the
 * highest is kept, since those of a union cannot be known from those of its parts.
 */
export function inIntervals(series: TimeSeries, intervalMs: number): TimeSeries {
  const groups = groupsOf(series, intervalMs);
  const sums = (values: readonly number[]): number[] =>
    groups.map((places) => places.reduce((sum, place) => sum + (values[place] as number), 0));
  const ends = (values: readonly number[]): number[] =>
    groups.map((places) => values[places.at(-1) as number] as number);
  const highest = (values: readonly (number | null)[]): (number | null)[] =>
    groups.map((places) => {
      const known = places.flatMap((place) => values[place] ?? []);
      return known.length === 0 ? null : Math.max(...known);
    });
  return {
    intervalMs,
    offered: sums(series.offered),
    completed: sums(series.completed),
    granted: sums(series.granted),
    refused: sums(series.refused),
    stockLeft: ends(series.stockLeft),
    queue: ends(series.queue),
    p50Ns: highest(series.p50Ns),
    p99Ns: highest(series.p99Ns),
  };
}

/** The old intervals that end within each new one. */
function groupsOf({ intervalMs: narrowMs, offered }: TimeSeries, intervalMs: number): number[][] {
  const groups: number[][] = [];
  offered.forEach((_, place) => {
    const group = Math.floor((place * narrowMs) / intervalMs);
    groups[group] = [...(groups[group] ?? []), place];
  });
  return groups;
}
