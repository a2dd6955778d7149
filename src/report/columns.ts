import type { RunResult, StoreUse } from '../sim/result.ts';
import { formatNs, formatShort } from './format.ts';

/** One column of a comparison. */
export interface Column {
  /** Its heading; a line break where it may be broken. */
  readonly heading: string;
  readonly cell: (result: RunResult) => string;
}

/** What a comparison shows of each strategy, beside its name and verdict. */
const COLUMNS: readonly Column[] = [
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

/** What is shown beside that where stock lay in a store. */
const STORE_COLUMNS: readonly Column[] = [
  { heading: 'not\nserved', cell: ({ outcomes }) => formatShort(notServed(outcomes)) },
  { heading: 'trips\n/sale', cell: (result) => perSale(result, ({ roundTrips }) => roundTrips) },
  { heading: 'stmts\n/sale', cell: (result) => perSale(result, ({ statements }) => statements) },
];

/** The columns of a comparison; those of stores come before what may be cut off where there is no room. */
export function columnsFor(results: readonly RunResult[]): readonly Column[] {
  if (results.every(({ store }) => store === undefined)) return COLUMNS;
  const rest = COLUMNS.length - 1;
  return [...COLUMNS.slice(0, rest), ...STORE_COLUMNS, ...COLUMNS.slice(rest)];
}

/** Requests that got no answer but an excuse. */
function notServed({
  contended,
  dropped,
  failed,
  indeterminate = 0,
}: RunResult['outcomes']): number {
  return contended + dropped + failed + indeterminate;
}

/** How many of something there were for each request that was granted tickets. */
function perSale({ store, outcomes }: RunResult, count: (store: StoreUse) => number): string {
  if (!store || outcomes.reserved === 0) return '-';
  return (count(store) / outcomes.reserved).toFixed(1);
}

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
