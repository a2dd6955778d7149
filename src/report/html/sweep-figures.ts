import type { Sweep, SweepPoint, UslFit } from '../../sim/sweep-result.ts';
import type { Spread } from '../../stats/spread.ts';
import { formatNs, formatShort } from '../format.ts';
import type { Axis, LineChart, Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './page.ts';
import { fitTable } from './sweep-tables.ts';

/** Throughput and response times over the setting that was swept, and what was fitted to them. */
export function scalingSection(sweep: Sweep): Section {
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
  return {
    id: 'response',
    title: `99th percentile of the response time, by ${over}`,
    summary: timeSentence(sweep),
    chart: {
      ...lineChart(sweep, { name: 'p99', scale: 'log', unit: 'ns' }, xsOf(sweep), series),
      marks,
    },
  };
}

function timeSentence({ curves, over }: Sweep): string {
  const knees = curves.flatMap(({ strategy, knee }) =>
    knee ? [`${strategy} at ${formatShort(knee.x)}`] : [],
  );
  if (knees.length > 0)
    return `Beyond its knee a time grows faster than the load: ${knees.join(', ')}.`;
  const worst = curves.flatMap(({ strategy, points }) => {
    const times = points.flatMap(({ value, responseP99Ns }) =>
      responseP99Ns ? [{ value, timeNs: responseP99Ns.median }] : [],
    );
    const most = times.toSorted((a, b) => b.timeNs - a.timeNs)[0];
    return most ? [`${strategy} ${formatNs(most.timeNs)} at ${over} ${most.value}`] : [];
  });
  return worst.length === 0 ? 'No point has valid figures.' : `Longest: ${worst.join('; ')}.`;
}

function lineChart(
  sweep: Sweep,
  y: Axis,
  at: readonly number[],
  series: readonly Series[],
): LineChart {
  const { over } = sweep;
  const places = placesOf(sweep);
  // Work is swept in times; a rate of "max" is no number, and its points stand one after the other.
  const unit = over.startsWith('work-') ? 'ns' : 'short';
  const isNumeric = places.every(({ x }) => x !== null);
  const x: Axis = { name: over, scale: 'linear', unit: isNumeric ? unit : 'label' };
  const labels = isNumeric ? {} : { labels: places.map(({ value }) => value) };
  return { kind: 'lines', x, y, at, series, ticks: xsOf(sweep), ...labels };
}

/** The values at which anything was run: an interrupted sweep has not come to all of them. */
function placesOf({ curves, values }: Sweep): Pick<SweepPoint, 'value' | 'x'>[] {
  const points = curves.flatMap((curve) => curve.points);
  return values.flatMap((value) => points.find((point) => point.value === value) ?? []);
}

/** Where points stand: at their numbers, or one after the other where they have none. */
function xsOf(sweep: Sweep): number[] {
  const places = placesOf(sweep);
  const isNumeric = places.every(({ x }) => x !== null);
  return places.map(({ x }, index) => (isNumeric ? (x as number) : index + 1));
}

function pointSeries(sweep: Sweep, spreadIn: (point: SweepPoint) => Spread | null): Series[] {
  const places = placesOf(sweep);
  return sweep.curves.map(({ strategy, points }, look): Series => {
    const spreads = places.map(({ value }) => {
      const point = points.find((each) => each.value === value);
      return point ? spreadIn(point) : null;
    });
    const column = (key: keyof Spread): (number | null)[] =>
      spreads.map((each) => each?.[key] ?? null);
    const [values, low, high] = [column('median'), column('low'), column('high')];
    return { name: strategy, look, values, low, high };
  });
}

function bestSentence({ curves, over }: Sweep): string {
  const best = curves.flatMap(({ strategy, points }) => {
    const usable = points.flatMap(({ value, completedPerSecond }) =>
      completedPerSecond ? [{ value, rate: completedPerSecond.median }] : [],
    );
    const most = usable.toSorted((a, b) => b.rate - a.rate)[0];
    return most ? [`${strategy} ${formatShort(most.rate)} at ${over} ${most.value}`] : [];
  });
  return best.length === 0 ? 'No point has valid figures.' : `Most a second: ${best.join('; ')}.`;
}
