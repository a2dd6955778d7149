import { describeMachine } from '../describe.ts';
import { counted, formatCount, formatNs, formatShort } from '../format.ts';
import type { Assets } from './assets.ts';
import type { Axis, LineChart, Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html, type Markup } from './markup.ts';
import type { Spread, Sweep, SweepCurve, SweepPoint, UslFit } from './measured.ts';
import { renderPage, type Section } from './page.ts';
import { facts, type SortColumn, sentences, sortTable } from './table.ts';

/** A sweep over one setting as a page. */
export function sweepToHtml(sweep: Sweep, assets: Assets): string {
  const { curves, over, values, repeats } = sweep;
  const names = curves.map(({ strategy }) => strategy);
  return renderPage(
    {
      title: `${names.length === 1 ? names[0] : counted(names.length, 'strategy').replace(/strategys$/, 'strategies')} over ${over}`,
      about: `${over} ${values.join(', ')}; ${counted(repeats, 'run')} at each point; ${names.join(', ')}.`,
      verdict: verdictOf(sweep),
      sections: [
        scalingSection(sweep),
        pointsSection(sweep),
        voidSection(sweep),
        originSection(sweep),
      ],
    },
    assets,
  );
}

function verdictOf({ curves, over }: Sweep): Markup {
  const oversold = curves.filter(({ points }) => points.some((point) => point.oversold > 0));
  const faulty = curves.filter(({ points }) =>
    points.some(({ verdicts }) => Object.keys(verdicts).some((verdict) => verdict !== 'exact')),
  );
  const [word, mood] = faulty.length > 0 ? ['faults found', 'bad'] : ['sound', 'good'];
  const faults = faulty.map(({ strategy, points }) => {
    const tickets = points.reduce((sum, point) => sum + point.oversold, 0);
    return oversold.some((curve) => curve.strategy === strategy)
      ? `${strategy} sold ${counted(tickets, 'ticket')} that did not exist`
      : `not every run of ${strategy} was exact`;
  });
  const text =
    faults.length === 0 ? `at every point of ${over}, every run was exact` : faults.join('; ');
  const says = curves.flatMap(({ strategy, usl, knee }) =>
    [usl?.says, knee?.says].flatMap((each) => (each === undefined ? [] : [`${strategy}: ${each}`])),
  );
  return html`<p class="lead ${mood}"><span class="word">${word}</span> - ${text}.</p>
${sentences(says)}`;
}

function scalingSection(sweep: Sweep): Section {
  const fits = sweep.curves.some(({ usl }) => usl !== null);
  return {
    id: 'scaling',
    title: 'Scaling',
    body: [
      fits ? USL_NOTE : undefined,
      [throughputFigure(sweep), timeFigure(sweep)].map(figureMarkup),
      fits ? fitTable(sweep.curves) : undefined,
    ],
  };
}

const USL_NOTE = html`<p class="note">Points are medians of the repeats, with their lowest and highest. Curves are the Universal Scalability Law, X(N) = λN / (1 + σ(N - 1) + κN(N - 1)), fitted to them: σ is the share of work that has to queue, κ what it costs threads to agree. Source: Gunther, Guerrilla Capacity Planning, 2007.</p>`;

/** Steps of a fitted curve between its ends. */
const CURVE_STEPS = 48;

function throughputFigure(sweep: Sweep): Figure {
  const { curves, over } = sweep;
  const measured = pointSeries(sweep, ({ completedPerSecond }) => completedPerSecond);
  const xs = xsOf(sweep);
  const fitted = curves.flatMap(({ strategy, usl }, look) =>
    usl ? [{ strategy, look, usl }] : [],
  );
  // The curves are drawn between the points, at places where nothing was measured.
  const at =
    fitted.length === 0 ? xs : [...new Set([...xs, ...between(xs)])].toSorted((a, b) => a - b);
  const spread = (column: readonly (number | null)[] = []): (number | null)[] =>
    at.map((x) => column[xs.indexOf(x)] ?? null);
  const points = measured.map((series): Series => {
    const { name, look, values, low, high } = series;
    const drawn = fitted.some((fit) => fit.look === look) ? ({ drawn: 'points' } as const) : {};
    return { name, look, values: spread(values), low: spread(low), high: spread(high), ...drawn };
  });
  const lines = fitted.map(({ strategy, look, usl }): Series => {
    return {
      name: strategy,
      look,
      drawn: 'curve',
      values: at.map((x) => Math.round(uslAt(usl, x))),
    };
  });
  const chart = lineChart(sweep, { name: 'requests/s', scale: 'linear', unit: 'short' }, at, [
    ...points,
    ...lines,
  ]);
  return {
    id: 'throughput',
    title: `Requests completed a second, by ${over}`,
    summary: bestSentence(sweep),
    chart,
  };
}

function between(xs: readonly number[]): number[] {
  const [from = 0, to = 0] = [xs[0], xs.at(-1)];
  return Array.from({ length: CURVE_STEPS }, (_, step) =>
    Number((from + ((to - from) * step) / CURVE_STEPS).toFixed(2)),
  );
}

/** The Universal Scalability Law at `n` threads. */
function uslAt({ lambda, sigma, kappa }: UslFit, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

function timeFigure(sweep: Sweep): Figure {
  const { curves, over } = sweep;
  const series = pointSeries(sweep, ({ responseP99Ns }) => responseP99Ns);
  const marks = curves.flatMap(({ knee }, look) =>
    knee ? [{ x: knee.x, y: knee.responseP99Ns, look, text: 'knee' }] : [],
  );
  const knees = curves.flatMap(({ strategy, knee }) =>
    knee ? [`${strategy} at ${formatShort(knee.x)}`] : [],
  );
  return {
    id: 'response',
    title: `99th percentile of the response time, by ${over}`,
    summary:
      knees.length > 0
        ? `Beyond its knee a time grows faster than the load: ${knees.join(', ')}.`
        : 'No knee was found: nowhere do times grow all at once.',
    chart: {
      ...lineChart(sweep, { name: 'p99', scale: 'log', unit: 'ns' }, xsOf(sweep), series),
      marks,
    },
  };
}

function lineChart(
  { over, values, curves }: Sweep,
  y: Axis,
  at: readonly number[],
  series: readonly Series[],
): LineChart {
  const isNumeric = curves[0]?.points.every(({ x }) => x !== null) ?? false;
  const x: Axis = { name: over, scale: 'linear', unit: isNumeric ? 'short' : 'label' };
  return { kind: 'lines', x, y, at, series, ...(isNumeric ? {} : { labels: values }) };
}

/** Where points stand: at their numbers, or one after the other where they have none. */
function xsOf({ curves, values }: Sweep): number[] {
  const points = curves[0]?.points ?? [];
  const numbers = points.map(({ x }) => x);
  return numbers.every((x) => x !== null) ? numbers : values.map((_, index) => index + 1);
}

function pointSeries({ curves }: Sweep, spreadOf: (point: SweepPoint) => Spread | null): Series[] {
  return curves.map(({ strategy, points }, look): Series => {
    const column = (key: keyof Spread): (number | null)[] =>
      points.map((point) =>
        point.runs > point.voidRuns ? (spreadOf(point)?.[key] ?? null) : null,
      );
    return {
      name: strategy,
      look,
      values: column('median'),
      low: column('low'),
      high: column('high'),
    };
  });
}

function bestSentence({ curves, over }: Sweep): string {
  const best = curves.flatMap(({ strategy, points }) => {
    const usable = points.flatMap(({ value, completedPerSecond, runs, voidRuns }) =>
      completedPerSecond && runs > voidRuns ? [{ value, rate: completedPerSecond.median }] : [],
    );
    const most = usable.toSorted((a, b) => b.rate - a.rate)[0];
    return most ? [`${strategy} ${formatShort(most.rate)} at ${over} ${most.value}`] : [];
  });
  return best.length === 0 ? 'No point has valid figures.' : `Most a second: ${best.join('; ')}.`;
}

function fitTable(curves: readonly SweepCurve[]): Markup {
  const rows = curves.flatMap(({ strategy, usl }) => (usl ? [{ strategy, usl }] : []));
  type Row = (typeof rows)[number];
  const parameter = (
    heading: string,
    title: string,
    of: (usl: UslFit) => number | null,
    show: (value: number) => string,
  ): SortColumn<Row> => ({
    heading,
    title,
    sortBy: ({ usl }) => of(usl),
    show: ({ usl }) => {
      const value = of(usl);
      return value === null ? 'none' : show(value);
    },
  });
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return sortTable<Row>({
    id: 'fits',
    caption: 'The fitted law',
    rows,
    columns: [
      { heading: 'strategy', show: ({ strategy }) => strategy },
      parameter('λ', 'requests a second of one thread', ({ lambda }) => lambda, formatShort),
      parameter('σ', 'contention', ({ sigma }) => sigma, digits),
      parameter('κ', 'coherency', ({ kappa }) => kappa, digits),
      parameter(
        'R²',
        'share of the variance that the law explains',
        ({ rSquared }) => rSquared,
        digits,
      ),
      parameter('peak', 'threads at which the law is highest', ({ peak }) => peak, digits),
    ],
  });
}

interface PointRow extends SweepPoint {
  readonly strategy: string;
}

function pointsSection({ curves, over }: Sweep): Section {
  const rows = curves.flatMap(({ strategy, points }) =>
    points.map((point): PointRow => ({ strategy, ...point })),
  );
  const spread = (
    heading: string,
    of: (row: PointRow) => Spread | null,
    show: (value: number) => string,
  ): SortColumn<PointRow> => ({
    heading,
    sortBy: (row) => of(row)?.median ?? null,
    show: (row) => {
      const value = of(row);
      return value === null
        ? '-'
        : `${show(value.median)} [${show(value.low)}, ${show(value.high)}]`;
    },
  });
  const columns: SortColumn<PointRow>[] = [
    { heading: 'strategy', show: ({ strategy }) => strategy },
    { heading: over, show: ({ value }) => value, sortBy: ({ x }) => x },
    {
      heading: 'verdicts',
      show: ({ verdicts }) =>
        Object.entries(verdicts)
          .map(([verdict, count]) => `${count} ${verdict}`)
          .join(', '),
    },
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
  const mark = ({ runs, voidRuns }: PointRow): string | undefined =>
    voidRuns === runs ? 'void' : undefined;
  const caption = 'Medians of the repeats that are valid, with the lowest and the highest';
  return {
    id: 'points',
    title: 'Points',
    body: sortTable({ id: 'points-table', caption, columns, rows, mark }),
  };
}

function voidSection({ curves, over }: Sweep): Section {
  const voids = curves.flatMap(({ strategy, points }) =>
    points
      .filter(({ voidRuns }) => voidRuns > 0)
      .map(
        ({ value, voidRuns, runs, reasons }) =>
          `${strategy} at ${over} ${value}: ${voidRuns} of ${counted(runs, 'run')} void: ${reasons.join('; ')}.`,
      ),
  );
  const body = voids.length === 0 ? html`<p>Yes: no run broke a limit.</p>` : sentences(voids);
  return { id: 'health', title: 'Can the figures be believed?', body };
}

function originSection(sweep: Sweep): Section {
  const { scenario, command } = sweep;
  return {
    id: 'origin',
    title: 'Where this comes from',
    body: [
      facts([
        ['machine', describeMachine(sweep)],
        [
          'tickets',
          `${counted(scenario.events, 'event')} of ${counted(scenario.ticketsPerEvent, 'ticket')}`,
        ],
        ['clients', formatCount(scenario.clients)],
        ['seed', scenario.seed],
      ]),
      html`<h3>The same again</h3>
<pre>${command}</pre>
`,
    ],
  };
}
