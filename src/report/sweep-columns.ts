import type { Verdict } from '../audit/audit.ts';
import type { SweepPoint } from '../sim/sweep-result.ts';
import type { Spread } from '../stats/spread.ts';
import { formatNs, formatShort } from './format.ts';

/** One column of a sweep's table, beside strategy and value. */
export interface SweepColumn {
  /** Its heading; a line break where it may be broken. */
  readonly heading: string;
  readonly cell: (point: SweepPoint) => string;
}

/** What a sweep shows of each point: the most important first. */
export const SWEEP_COLUMNS: readonly SweepColumn[] = [
  { heading: '\nverdict', cell: verdictCell },
  { heading: '\nruns', cell: runsCell },
  { heading: '\nreq/s', cell: ({ completedPerSecond }) => median(completedPerSecond, formatShort) },
  { heading: 'resp.\np50', cell: ({ responseP50Ns }) => median(responseP50Ns, formatNs) },
  { heading: 'resp.\np99', cell: ({ responseP99Ns }) => median(responseP99Ns, formatNs) },
  { heading: 'goodput\n/s', cell: ({ grantedPerSecond }) => median(grantedPerSecond, formatShort) },
  {
    heading: 'req/s\nlow-high',
    cell: ({ completedPerSecond }) => range(completedPerSecond, formatShort),
  },
  { heading: 'p99\nlow-high', cell: ({ responseP99Ns }) => range(responseP99Ns, formatNs) },
];

/** The value, marked where threads had to share cores. */
export function valueCell({ value, oversubscribed }: SweepPoint): string {
  return oversubscribed ? `${value}*` : value;
}

/** The worst first: what is shown if runs do not agree. */
const SEVERITY: readonly Verdict[] = [
  'inconsistent',
  'oversold',
  'undersold',
  'indeterminate',
  'incomplete',
  'exact',
];

/** The worst verdict of a point's runs. */
export function worstVerdict({ verdicts }: SweepPoint): Verdict {
  return SEVERITY.find((verdict) => verdicts[verdict] !== undefined) ?? 'incomplete';
}

function verdictCell(point: SweepPoint): string {
  const worst = worstVerdict(point);
  const count = point.verdicts[worst] ?? 0;
  return count === point.runs ? worst : `${worst} ${count}/${point.runs}`;
}

function runsCell({ runs, voidRuns }: SweepPoint): string {
  if (voidRuns === 0) return String(runs);
  return voidRuns === runs ? `${runs} void` : `${runs}, ${voidRuns} void`;
}

function median(spread: Spread | null, format: (value: number) => string): string {
  return spread === null ? '-' : format(spread.median);
}

function range(spread: Spread | null, format: (value: number) => string): string {
  if (spread === null) return '-';
  const [low, high] = [format(spread.low), format(spread.high)];
  return low === high ? low : `${low}-${high}`;
}
