import type { Sweep, SweepCurve, SweepPoint } from '../sim/sweep-result.ts';
import type { Spread } from '../stats/spread.ts';
import { toCsv } from './csv.ts';
import { describeMachine } from './describe.ts';
import { fittingTable, plainTable, shorten, wrap, wrapCommand } from './plain.ts';
import { paint, type Style } from './style.ts';
import { SWEEP_COLUMNS, type SweepColumn, valueCell, worstVerdict } from './sweep-columns.ts';
import { describeSweep, sweepFindings } from './sweep-conclusion.ts';
import { sweepPlot } from './sweep-plot.ts';

/** A sweep on a terminal: the table, the plot, and what they show. */
export function renderSweep(sweep: Sweep, style: Style): string {
  if (isEmpty(sweep)) return 'Nothing was run.\n';
  const plot = sweepPlot(sweep, style.width);
  return [
    wrap(describeSweep(sweep), style),
    '',
    ...fittingTable(
      SWEEP_COLUMNS.map(({ heading }) => heading.replace('\n', ' ').trim()),
      (columns) => tableOf(sweep, SWEEP_COLUMNS.slice(0, columns), style),
      style,
    ),
    '',
    ...(plot.length === 0 ? [] : [...wrapEnds(plot, style), '']),
    ...sweepFindings(sweep).map((finding) => wrap(finding, style, 2)),
    paint(wrap(describeMachine(sweep), style), 'dim', style),
    paint(`again  ${wrapCommand(sweep.command, style, 7)}`, 'dim', style),
    '',
  ].join('\n');
}

/** The title and the legend are prose, and all between is a picture. */
function wrapEnds(plot: readonly string[], style: Style): string[] {
  return plot.map((line, index) => {
    return index === 0 || index === plot.length - 1 ? wrap(line, style) : line;
  });
}

/** A sweep as a Markdown section. */
export function sweepToMarkdown(sweep: Sweep): string {
  if (isEmpty(sweep)) return 'Nothing was run.\n';
  const columns = SWEEP_COLUMNS.map(({ heading }) => heading.replaceAll('\n', ' ').trim());
  const headings = ['strategy', sweep.over, ...columns];
  const alignments = headings.map((_, index) => (index === 0 || index === 2 ? ':--' : '--:'));
  const rows = sweep.curves.flatMap(({ strategy, points }) =>
    points.map((point) => [
      strategy,
      // A star would begin emphasis.
      valueCell(point).replace('*', '\\*'),
      ...SWEEP_COLUMNS.map(({ cell }) => cell(point)),
    ]),
  );
  const plot = sweepPlot(sweep, PLOT_WIDTH);
  return [
    describeSweep(sweep),
    '',
    ...[headings, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...(plot.length === 0 ? [] : ['```text', ...plot, '```', '']),
    ...sweepFindings(sweep).map((finding) => `- ${finding.replaceAll('*', '\\*')}`),
    '',
    `*${describeMachine(sweep)}*. Again: \`${sweep.command}\``,
    '',
  ].join('\n');
}

/** As wide as a terminal's, so that both look the same. */
const PLOT_WIDTH = 100;

/** One line for each point; what was found about its strategy is on each of its lines. */
export function sweepToCsv({ over, seeds, curves, environment }: Sweep): string {
  const records = curves.flatMap(({ strategy, points, usl, knee, saturation, notes }) =>
    points.map(({ verdicts, reasons, ...point }) => ({
      strategy,
      over,
      ...point,
      reasons: reasons.join('; '),
      verdicts: { ...NO_VERDICTS, ...verdicts },
      ...spreads(point),
      usl: usl ?? {
        lambda: null,
        sigma: null,
        kappa: null,
        rSquared: null,
        peak: null,
        says: null,
      },
      knee: knee ?? { x: null, responseP99Ns: null, says: null },
      saturation: saturation ?? { x: null, says: null },
      notes: notes.join('; '),
      seeds,
      environment,
    })),
  );
  return toCsv(records);
}

const NO_VERDICTS = {
  exact: 0,
  oversold: 0,
  undersold: 0,
  inconsistent: 0,
  indeterminate: 0,
  incomplete: 0,
};

/** The same columns also where there are no figures. */
function spreads(point: Pick<SweepPoint, (typeof SPREADS)[number]>): Record<string, object> {
  const none: Record<keyof Spread, null> = { median: null, low: null, high: null };
  return Object.fromEntries(SPREADS.map((name) => [name, point[name] ?? none]));
}

const SPREADS = [
  'completedPerSecond',
  'grantedPerSecond',
  'offeredPerSecond',
  'responseP50Ns',
  'responseP99Ns',
] as const;

function isEmpty({ curves }: Sweep): boolean {
  return curves.every(({ points }) => points.length === 0);
}

function tableOf(sweep: Sweep, columns: readonly SweepColumn[], style: Style): string {
  const right = columns.slice(1).map(() => 'right' as const);
  const table = plainTable(['left', 'right', 'left', ...right]);
  const headings = ['\nstrategy', `\n${sweep.over}`, ...columns.map(({ heading }) => heading)];
  table.push(headings.map((heading) => dimLines(heading, style)));
  for (const curve of sweep.curves) table.push(...rowsOf(curve, columns, style));
  return table.toString();
}

function rowsOf(
  { strategy, points }: SweepCurve,
  columns: readonly SweepColumn[],
  style: Style,
): string[][] {
  return points.map((point, index) => {
    const [verdict = '', ...others] = columns.map(({ cell }) => cell(point));
    const good = worstVerdict(point) === 'exact';
    const color = good && point.voidRuns < point.runs ? 'green' : good ? 'yellow' : 'red';
    return [
      index === 0 ? shorten(strategy) : '',
      valueCell(point),
      paint(verdict, color, style),
      ...others,
    ];
  });
}

function dimLines(heading: string, style: Style): string {
  return heading
    .split('\n')
    .map((line) => paint(line, 'dim', style))
    .join('\n');
}
