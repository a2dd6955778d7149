import { Histogram } from '../../src/stats/histogram.ts';

export function histogramOf(values: readonly number[]): Histogram {
  const histogram = Histogram.allocate();
  for (const value of values) histogram.record(value);
  return histogram;
}
