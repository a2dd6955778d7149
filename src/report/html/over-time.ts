import type { RunResult } from '../../sim/result.ts';
import { sellOutTime } from '../columns.ts';
import { formatNs, formatShort } from '../format.ts';
import type { Axis, Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import type { Section } from './page.ts';
import { chartName, comparable, extremes } from './ranking.ts';
import { commonIntervalMs, inIntervals } from './thin.ts';
import { AXES, type Column, highest, intervalNote, perSecond, timeChart } from './time-chart.ts';

/** A chart of one column of all runs. */
interface Part extends Omit<Figure, 'chart' | 'summary'> {
  readonly axis: Axis;
  readonly column: Column;
  /** What the highest values of two runs are called; without, the sell-out is told. */
  readonly words?: readonly [most: string, least: string];
}

const PARTS: readonly Part[] = [
  { id: 'stock', title: 'Tickets left', axis: AXES.tickets, column: ({ stockLeft }) => stockLeft },
  {
    id: 'granted',
    title: 'Tickets granted, a second',
    axis: AXES.rate,
    column: perSecond('granted'),
    words: ['Highest peak', 'lowest'],
  },
  {
    id: 'completed',
    title: 'Requests completed, a second',
    axis: AXES.rate,
    column: perSecond('completed'),
    words: ['Highest peak', 'lowest'],
  },
  {
    id: 'queue',
    title: 'Requests due and not completed',
    axis: AXES.requests,
    column: ({ queue }) => queue,
    words: ['Longest queue', 'shortest'],
  },
  {
    id: 'p50',
    title: 'Median response time over the sale',
    axis: AXES.time,
    column: ({ p50Ns }) => p50Ns,
    words: ['Highest median of an interval', 'lowest'],
  },
  {
    id: 'p99',
    title: '99th percentile of the response time over the sale',
    axis: AXES.time,
    column: ({ p99Ns }) => p99Ns,
    words: ['Highest p99 of an interval', 'lowest'],
  },
];

/** Several runs over each other, from their openings on. */
export function overTimeSection(results: readonly RunResult[]): Section {
  const intervalMs = commonIntervalMs(results.map(({ series }) => series));
  const all = results.map((result) => ({ result, series: inIntervals(result.series, intervalMs) }));
  const longest = all
    .map(({ series }) => series)
    .reduce((a, b) => (b.offered.length > a.offered.length ? b : a));
  const figures = PARTS.map(({ id, title, axis, column, words }): Figure => {
    const lines = all.map(({ result, series }, look): Series => {
      const values = column(series);
      const padded = longest.offered.map((_, place) => values[place] ?? null);
      return { name: chartName(result), look, values: padded };
    });
    // In the intervals of the chart: a peak is the higher the shorter the interval it is taken from.
    const peaks = new Map(all.map(({ result, series }) => [result, highest(column(series))]));
    const peak = (result: RunResult): number | null => peaks.get(result) ?? null;
    const show = axis.unit === 'ns' ? formatNs : formatShort;
    const summary = words ? extremes(results, peak, show, words) : soldOutSentence(results);
    return { id, title, summary, chart: timeChart(longest, axis, lines) };
  });
  return {
    id: 'time',
    title: 'Over time',
    body: [intervalNote(longest), figures.map(figureMarkup)],
  };
}

function soldOutSentence(results: readonly RunResult[]): string {
  const never = comparable(results).filter((result) => sellOut(result) === null);
  const others = results.filter((result) => sellOut(result) !== null);
  const parts = [
    ...(others.length > 0
      ? [extremes(others, sellOut, sellOutTime, ['Last to sell out', 'first'])]
      : []),
    ...(never.length > 0
      ? [`Never sold out: ${never.map(({ strategy }) => strategy).join(', ')}.`]
      : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'No run that counts sold out.';
}

function sellOut({ throughput }: RunResult): number | null {
  return throughput.timeToSellOutMs;
}
