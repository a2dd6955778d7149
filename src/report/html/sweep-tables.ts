import type { Sweep, SweepCurve, SweepPoint, UslFit } from '../../sim/sweep-result.ts';
import type { Spread } from '../../stats/spread.ts';
import { formatCount, formatNs, formatShort } from '../format.ts';
import { valueCell } from '../sweep-columns.ts';
import type { Markup } from './markup.ts';
import type { Section } from './page.ts';
import { countsOf, type SortColumn, sortTable } from './table.ts';

interface FitRow {
  readonly strategy: string;
  readonly usl: UslFit;
}

const FIT_COLUMNS: readonly SortColumn<FitRow>[] = [
  { heading: 'strategy', show: ({ strategy }) => strategy },
  parameter('λ', 'requests a second of one thread', ({ lambda }) => lambda, formatShort),
  parameter('σ', 'contention', ({ sigma }) => sigma),
  parameter('κ', 'coherency', ({ kappa }) => kappa),
  parameter('R²', 'share of the variance that the law explains', ({ rSquared }) => rSquared),
  parameter('peak', 'threads at which the law is highest', ({ peak }) => peak),
];

/** The parameters of the fitted laws. */
export function fitTable(curves: readonly SweepCurve[]): Markup {
  const rows = curves.flatMap(({ strategy, usl }) => (usl ? [{ strategy, usl }] : []));
  return sortTable({ id: 'fits', caption: 'The fitted law', rows, columns: FIT_COLUMNS });
}

function parameter(
  heading: string,
  title: string,
  of: (usl: UslFit) => number | null,
  show: (value: number) => string = threeDigits,
): SortColumn<FitRow> {
  return {
    heading,
    title,
    sortBy: ({ usl }) => of(usl),
    show: ({ usl }) => {
      const value = of(usl);
      return value === null ? 'none' : show(value);
    },
  };
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

interface PointRow extends SweepPoint {
  readonly strategy: string;
}

/** Every point with its spread. */
export function pointsSection({ curves, over }: Sweep): Section {
  const rows = curves.flatMap(({ strategy, points }) =>
    points.map((point): PointRow => ({ strategy, ...point })),
  );
  const columns: SortColumn<PointRow>[] = [
    { heading: 'strategy', show: ({ strategy }) => strategy },
    { heading: over, show: valueCell, sortBy: ({ x }) => x },
    { heading: 'verdicts', show: ({ verdicts }) => countsOf(verdicts) },
    {
      heading: 'oversold',
      show: ({ oversold }) => formatCount(oversold),
      sortBy: ({ oversold }) => oversold,
    },
    {
      heading: 'void',
      show: ({ voidRuns, runs }) => `${voidRuns} of ${runs}`,
      sortBy: ({ voidRuns }) => voidRuns,
    },
    spread('offered/s', (row) => row.offeredPerSecond, formatShort),
    spread('requests/s', (row) => row.completedPerSecond, formatShort),
    spread('goodput/s', (row) => row.grantedPerSecond, formatShort),
    spread('p50', (row) => row.responseP50Ns, formatNs),
    spread('p99', (row) => row.responseP99Ns, formatNs),
  ];
  const body = sortTable({
    id: 'points-table',
    caption:
      'Medians of the repeats that are valid, with the lowest and the highest; * more threads than cores',
    columns,
    rows,
    mark: ({ runs, voidRuns }) => (voidRuns === runs ? 'void' : undefined),
  });
  return { id: 'points', title: 'Points', body };
}

function spread(
  heading: string,
  of: (row: PointRow) => Spread | null,
  show: (value: number) => string,
): SortColumn<PointRow> {
  return {
    heading,
    sortBy: (row) => of(row)?.median ?? null,
    show: (row) => {
      const value = of(row);
      return value === null
        ? '-'
        : `${show(value.median)} [${show(value.low)}, ${show(value.high)}]`;
    },
  };
}
