import type { RunResult } from '../../sim/result.ts';
import type { TimeSeries } from '../../stats/time-series.ts';
import { sellOutTime } from '../columns.ts';
import { counted, formatCount, formatNs, formatShort } from '../format.ts';
import type { Axis, Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import type { Section } from './page.ts';
import { commonIntervalMs, inIntervals } from './thin.ts';
import { AXES, type Column, highest, intervalNote, perSecond, timeChart } from './time-chart.ts';

/** One run from its opening to its end. */
export function runOverTimeSection(result: RunResult): Section {
  const series = inIntervals(result.series, commonIntervalMs([result.series]));
  const parts = [stock(result), rates(result), queue(series), times(series)];
  const figures = parts.map(({ id, title, summary, axis, lines }): Figure => {
    const drawn = lines.map(([name, column], look): Series => {
      return { name, look, values: column(series) };
    });
    return { id, title, summary, chart: timeChart(series, axis, drawn) };
  });
  return {
    id: 'time',
    title: 'Over time',
    body: [intervalNote(series), figures.map(figureMarkup)],
  };
}

/** A chart before the series is put into it. */
interface Part extends Omit<Figure, 'chart'> {
  readonly axis: Axis;
  readonly lines: readonly (readonly [name: string, column: Column])[];
}

function stock({ series, tickets, throughput }: RunResult): Part {
  const { timeToSellOutMs: soldOutMs } = throughput;
  const lowest = Math.min(tickets.capacity, ...series.stockLeft);
  const end =
    soldOutMs === null
      ? `${formatCount(Math.max(0, lowest))} were left at the least`
      : `the last was sold after ${sellOutTime(soldOutMs)}`;
  const beyond =
    lowest < 0 ? `; below zero, ${formatCount(-lowest)} more were sold than there were` : '';
  return {
    id: 'stock',
    title: 'Tickets left',
    summary: `Of ${counted(tickets.capacity, 'ticket')} ${end}${beyond}.`,
    axis: AXES.tickets,
    lines: [['tickets left', ({ stockLeft }) => stockLeft]],
  };
}

function rates({ throughput }: RunResult): Part {
  const { offeredPerSecond, completedPerSecond } = throughput;
  return {
    id: 'rate',
    title: 'Requests and tickets, a second',
    summary: `${formatShort(offeredPerSecond)} requests a second were offered on average, ${formatShort(completedPerSecond)} completed.`,
    axis: AXES.rate,
    lines: [
      ['requests offered', perSecond('offered')],
      ['requests completed', perSecond('completed')],
      ['tickets granted', perSecond('granted')],
      ['requests refused', perSecond('refused')],
    ],
  };
}

function queue(series: TimeSeries): Part {
  return {
    id: 'queue',
    title: 'Requests due and not completed',
    summary: `At the end of an interval at most ${counted(highest(series.queue) ?? 0, 'request')} were waiting or at work.`,
    axis: AXES.requests,
    lines: [['queue', (each) => each.queue]],
  };
}

function times(series: TimeSeries): Part {
  const most = highest(series.p99Ns);
  return {
    id: 'times',
    title: 'Response time over the sale',
    summary: `Median and 99th percentile of the requests that ended in each interval; the highest p99 is ${most === null ? 'unknown' : formatNs(most)}.`,
    axis: AXES.time,
    lines: [
      ['p99', ({ p99Ns }) => p99Ns],
      ['p50', ({ p50Ns }) => p50Ns],
    ],
  };
}
