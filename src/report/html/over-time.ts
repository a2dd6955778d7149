import { sellOutTime } from '../columns.ts';
import { formatCount, formatNs, formatShort } from '../format.ts';
import type { Axis, Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html, type Markup } from './markup.ts';
import type { RunResult, TimeSeries } from './measured.ts';
import type { Section } from './page.ts';
import { chartName, comparable, extremes } from './ranking.ts';
import { commonIntervalMs, inIntervals } from './thin.ts';

const A_SECOND: Axis = { name: 'a second', scale: 'linear', unit: 'short' };
const TICKETS: Axis = { name: 'tickets', scale: 'linear', unit: 'short' };
const REQUESTS: Axis = { name: 'requests', scale: 'linear', unit: 'short' };
const TIME: Axis = { name: 'response time', scale: 'log', unit: 'ns' };

/** A column of a series as a chart shows it, interval for interval. */
type Column = (series: TimeSeries) => readonly (number | null)[];

const perSecond =
  (name: 'offered' | 'completed' | 'granted' | 'refused'): Column =>
  (series) =>
    series[name].map((count) => (count * 1000) / series.intervalMs);

/** One run from its opening to its end. */
export function runOverTimeSection(result: RunResult): Section {
  const series = inIntervals(result.series, commonIntervalMs([result.series]));
  const chart = (
    figure: Omit<Figure, 'chart'>,
    y: Axis,
    columns: readonly [string, Column][],
  ): Figure => {
    const lines = columns.map(([name, column], look): Series => {
      return { name, look, values: column(series) };
    });
    return { ...figure, chart: timeChart(series, y, lines) };
  };
  const { timeToSellOutMs: soldOutMs, offeredPerSecond, completedPerSecond } = result.throughput;
  const lowest = Math.min(...series.stockLeft);
  const figures = [
    chart(
      {
        id: 'stock',
        title: 'Tickets left',
        summary: `Of ${formatCount(result.tickets.capacity)} tickets ${soldOutMs === null ? `${formatCount(Math.max(0, lowest))} were left at the least` : `the last was sold after ${sellOutTime(soldOutMs)}`}${lowest < 0 ? `; below zero, ${formatCount(-lowest)} more were sold than there were` : ''}.`,
      },
      TICKETS,
      [['tickets left', (each) => each.stockLeft]],
    ),
    chart(
      {
        id: 'rate',
        title: 'Requests and tickets, a second',
        summary: `${formatShort(offeredPerSecond)} requests a second were offered on average, ${formatShort(completedPerSecond)} completed.`,
      },
      A_SECOND,
      (['offered', 'completed', 'granted', 'refused'] as const).map((name) => [
        name === 'granted' ? 'tickets granted' : name,
        perSecond(name),
      ]),
    ),
    chart(
      { id: 'queue', title: 'Requests due and not completed', summary: queueSentence(series) },
      REQUESTS,
      [['queue', (each) => each.queue]],
    ),
    chart(
      {
        id: 'times',
        title: 'Response time over the sale',
        summary: `p50 and p99 of the requests that ended in each interval; the highest p99 is ${peak(series.p99Ns, formatNs)}.`,
      },
      TIME,
      [
        ['p99', (each) => each.p99Ns],
        ['p50', (each) => each.p50Ns],
      ],
    ),
  ];
  return { id: 'time', title: 'Over time', body: [note(series), figures.map(figureMarkup)] };
}

/** Several runs over each other, from their openings on. */
export function overTimeSection(results: readonly RunResult[]): Section {
  const intervalMs = commonIntervalMs(results.map(({ series }) => series));
  const all = results.map((result) => ({ result, series: inIntervals(result.series, intervalMs) }));
  const longest = all.reduce((a, b) => (b.series.offered.length > a.series.offered.length ? b : a));
  const chart = (figure: Omit<Figure, 'chart'>, y: Axis, column: Column): Figure => {
    const lines = all.map(({ result, series }, look): Series => {
      const values = column(series);
      return {
        name: chartName(result),
        look,
        values: longest.series.offered.map((_, place) => values[place] ?? null),
      };
    });
    return { ...figure, chart: timeChart(longest.series, y, lines) };
  };
  const highest =
    (column: Column) =>
    (result: RunResult): number | null => {
      const known = column(result.series).filter((value) => value !== null);
      return known.length === 0 ? null : Math.max(...known);
    };
  const figures = [
    chart(
      { id: 'stock', title: 'Tickets left', summary: soldOutSentence(results) },
      TICKETS,
      (each) => each.stockLeft,
    ),
    chart(
      {
        id: 'granted',
        title: 'Tickets granted, a second',
        summary: `Peak - ${extremes(results, highest(perSecond('granted')), formatShort, ['highest', 'lowest'])}`,
      },
      A_SECOND,
      perSecond('granted'),
    ),
    chart(
      {
        id: 'completed',
        title: 'Requests completed, a second',
        summary: `Peak - ${extremes(results, highest(perSecond('completed')), formatShort, ['highest', 'lowest'])}`,
      },
      A_SECOND,
      perSecond('completed'),
    ),
    chart(
      {
        id: 'queue',
        title: 'Requests due and not completed',
        summary: `Longest queue - ${extremes(
          results,
          highest((each) => each.queue),
          formatShort,
          ['highest', 'lowest'],
        )}`,
      },
      REQUESTS,
      (each) => each.queue,
    ),
    chart(
      {
        id: 'p50',
        title: 'Median response time over the sale',
        summary: `Highest median of an interval - ${extremes(
          results,
          highest((each) => each.p50Ns),
          formatNs,
          ['highest', 'lowest'],
        )}`,
      },
      TIME,
      (each) => each.p50Ns,
    ),
    chart(
      {
        id: 'p99',
        title: '99th percentile of the response time over the sale',
        summary: `Highest p99 of an interval - ${extremes(
          results,
          highest((each) => each.p99Ns),
          formatNs,
          ['highest', 'lowest'],
        )}`,
      },
      TIME,
      (each) => each.p99Ns,
    ),
  ];
  return {
    id: 'time',
    title: 'Over time',
    body: [note(longest.series), figures.map(figureMarkup)],
  };
}

function timeChart(
  { intervalMs, offered }: TimeSeries,
  y: Axis,
  series: readonly Series[],
): Figure['chart'] {
  // Each interval stands where it ends: that is where its level was read.
  const at = offered.map((_, place) => ((place + 1) * intervalMs) / 1000);
  return {
    kind: 'lines',
    x: { name: 'seconds since the opening', scale: 'linear', unit: 'seconds' },
    y,
    at,
    series,
  };
}

function note({ intervalMs }: TimeSeries): Markup {
  return html`<p class="note">In intervals of ${formatNs(intervalMs * 1e6)}, each shown where it ends. Where intervals were joined to fit, counts are added up, levels are those at the end, and percentiles are the highest of the parts.</p>`;
}

function soldOutSentence(results: readonly RunResult[]): string {
  const never = comparable(results).filter(({ throughput }) => throughput.timeToSellOutMs === null);
  const first = extremes(results, ({ throughput }) => throughput.timeToSellOutMs, sellOutTime, [
    'Last to sell out',
    'first',
  ]);
  return never.length === 0
    ? first
    : `${first} Never sold out: ${never.map(({ strategy }) => strategy).join(', ')}.`;
}

function queueSentence({ queue }: TimeSeries): string {
  return `At the end of an interval at most ${peak(queue, formatCount)} were waiting.`;
}

function peak(values: readonly (number | null)[], show: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 'unknown' : show(Math.max(...known));
}
