import { Histogram } from './histogram.ts';

/** What a histogram of nanoseconds says in a few numbers. */
export interface DurationSummary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Summarises several histograms as one. All zero when nothing was recorded. */
export function summarize(histograms: readonly Histogram[]): DurationSummary {
  const all = Histogram.allocate();
  for (const histogram of histograms) all.merge(histogram);
  const count = all.count;
  return {
    count,
    mean: count === 0 ? 0 : Math.round(all.sum / count),
    p50: Math.round(all.quantile(0.5)),
    p90: Math.round(all.quantile(0.9)),
    p99: Math.round(all.quantile(0.99)),
    p999: Math.round(all.quantile(0.999)),
    max: Math.round(all.max),
  };
}
