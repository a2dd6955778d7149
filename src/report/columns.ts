import type { RunResult } from '../sim/result.ts';
import { formatNs, formatShort } from './format.ts';

/** One column of a comparison. */
export interface Column {
  /** Its heading; a line break where it may be broken. */
  readonly heading: string;
  readonly cell: (result: RunResult) => string;
  /** Whether any row has something to say in it; where this is not given, there always is one. */
  readonly applies?: (result: RunResult) => boolean;
}

const OVERSOLD: Column = {
  heading: 'over\nsold',
  cell: ({ audit }) => formatShort(audit.oversold),
};
const NOT_SERVED: Column = {
  heading: 'not\nserved',
  cell: ({ outcomes }) => formatShort(notServed(outcomes)),
  applies: ({ outcomes }) => notServed(outcomes) > 0,
};
const COMPLETED: Column = {
  heading: '\nreq/s',
  cell: ({ throughput }) => formatShort(throughput.completedPerSecond),
};
const GOODPUT: Column = {
  heading: 'goodput\n/s',
  cell: ({ throughput }) => formatShort(throughput.grantedPerSecond),
};
const SOLD_OUT: Column = {
  heading: 'sold\nout in',
  cell: ({ throughput }) => sellOutTime(throughput.timeToSellOutMs),
};
const MEDIAN: Column = {
  heading: 'resp.\np50',
  cell: ({ responseTimeNs: times }) => time(times, times.p50),
};
const P99: Column = {
  heading: 'resp.\np99',
  cell: ({ responseTimeNs: times }) => time(times, times.p99),
};
const MAX: Column = {
  heading: 'resp.\nmax',
  cell: ({ responseTimeNs: times }) => time(times, times.max),
};
const ROUND_TRIPS: Column = {
  heading: 'trips\n/sale',
  cell: (result) => perSaleText(result, 'roundTrips'),
  applies: ({ store }) => store !== undefined,
};
const STATEMENTS: Column = {
  heading: 'stmts\n/sale',
  cell: (result) => perSaleText(result, 'statements'),
  applies: ({ store }) => store !== undefined,
};
const RETRIES: Column = {
  heading: 're-\ntries',
  cell: ({ contention }) => formatShort(contention.retries),
};
const WAITS: Column = {
  heading: '\nwaits',
  cell: ({ contention }) => formatShort(contention.waits),
};
const JAIN_INDEX: Column = {
  heading: 'Jain\nindex',
  cell: ({ fairness }) => fairness.jainIndex.toFixed(3),
};

/** What a comparison shows of each strategy beside its name and verdict, as it is read. */
const COLUMNS: readonly Column[] = [
  OVERSOLD,
  NOT_SERVED,
  COMPLETED,
  GOODPUT,
  SOLD_OUT,
  MEDIAN,
  P99,
  MAX,
  ROUND_TRIPS,
  STATEMENTS,
  RETRIES,
  WAITS,
  JAIN_INDEX,
];

/** What can be left out where there is no room, the first of it last. */
const OPTIONAL: readonly Column[] = [
  NOT_SERVED,
  ROUND_TRIPS,
  STATEMENTS,
  MAX,
  RETRIES,
  WAITS,
  JAIN_INDEX,
];

/** The columns of a comparison: none that no row has anything in. */
export function columnsFor(results: readonly RunResult[]): readonly Column[] {
  return COLUMNS.filter(({ applies }) => !applies || results.some(applies));
}

/** The same columns, those first that are left out last. */
export function byImportance(columns: readonly Column[]): readonly Column[] {
  const rank = (column: Column): number => OPTIONAL.indexOf(column);
  return columns.toSorted((a, b) => rank(a) - rank(b));
}

/** Requests that got no answer but an excuse. */
export function notServed({
  contended,
  dropped,
  failed,
  indeterminate = 0,
}: RunResult['outcomes']): number {
  return contended + dropped + failed + indeterminate;
}

/** What goes between a strategy and its store. */
export type Traffic = 'roundTrips' | 'statements';

/** How many of something there were for each request that was granted tickets; null where there is no telling. */
export function perSale({ store, outcomes }: RunResult, of: Traffic): number | null {
  return store && outcomes.reserved > 0 ? store[of] / outcomes.reserved : null;
}

export function perSaleText(result: RunResult, of: Traffic): string {
  const count = perSale(result, of);
  if (count === null) return '-';
  // Many sales of a batch share one.
  return count > 0 && count < 0.95 ? count.toPrecision(2) : count.toFixed(1);
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
