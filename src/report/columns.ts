import type { RunResult } from '../sim/result.ts';
import { formatNs, formatShort } from './format.ts';

/** One column of a comparison. */
export interface Column {
  /** Its heading; a line break where it may be broken. */
  readonly heading: string;
  readonly cell: (result: RunResult) => string;
}

/** What a comparison shows of each strategy, beside its name and verdict. */
export const COLUMNS: readonly Column[] = [
  { heading: 'over\nsold', cell: ({ audit }) => formatShort(audit.oversold) },
  { heading: '\nreq/s', cell: ({ throughput }) => formatShort(throughput.completedPerSecond) },
  {
    heading: 'goodput\n/s',
    cell: ({ throughput }) => formatShort(throughput.grantedPerSecond),
  },
  { heading: 'sold\nout in', cell: ({ throughput }) => sellOutTime(throughput.timeToSellOutMs) },
  { heading: 'resp.\np50', cell: ({ responseTimeNs: times }) => time(times, times.p50) },
  { heading: 'resp.\np99', cell: ({ responseTimeNs: times }) => time(times, times.p99) },
  { heading: 'resp.\nmax', cell: ({ responseTimeNs: times }) => time(times, times.max) },
  { heading: 're-\ntries', cell: ({ contention }) => formatShort(contention.retries) },
  { heading: '\nwaits', cell: ({ contention }) => formatShort(contention.waits) },
  { heading: 'Jain\nindex', cell: ({ fairness }) => fairness.jainIndex.toFixed(3) },
];

/** A column's heading in one line. */
export function plainHeading({ heading }: Column): string {
  return heading.replace('-\n', '').replaceAll('\n', ' ').trim();
}

/** A time to sell-out, or a dash for a sale that never was. */
export function sellOutTime(timeMs: number | null): string {
  return timeMs === null ? '-' : formatNs(timeMs * 1e6);
}

/** A time, or a dash where nothing was timed. */
function time({ count }: RunResult['responseTimeNs'], valueNs: number): string {
  return count === 0 ? '-' : formatNs(valueNs);
}
