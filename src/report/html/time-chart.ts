import type { TimeSeries } from '../../stats/time-series.ts';
import { formatNs } from '../format.ts';
import type { Axis, Series } from './chart.ts';
import type { Figure } from './figure.ts';
import { html, type Markup } from './markup.ts';

// What charts of one run and of several over each other have in common.

/** What stands on the upright axis. */
export const AXES: Readonly<Record<'rate' | 'tickets' | 'requests' | 'time', Axis>> = {
  rate: { name: 'a second', scale: 'linear', unit: 'short' },
  tickets: { name: 'tickets', scale: 'linear', unit: 'short' },
  requests: { name: 'requests', scale: 'linear', unit: 'short' },
  time: { name: 'response time', scale: 'log', unit: 'ns' },
};

/** A column of a time series, interval for interval. */
export type Column = (series: TimeSeries) => readonly (number | null)[];

/** What was counted, as a rate. */
export function perSecond(name: 'offered' | 'completed' | 'granted' | 'refused'): Column {
  return (series) => series[name].map((count) => (count * 1000) / series.intervalMs);
}

/** Lines over the time since the opening. */
export function timeChart(
  { intervalMs, offered }: TimeSeries,
  y: Axis,
  series: readonly Series[],
): Figure['chart'] {
  return {
    kind: 'lines',
    x: { name: 'since the opening', scale: 'linear', unit: 'ns' },
    y,
    // Each interval stands where it ends: that is where its level was read.
    at: offered.map((_, place) => (place + 1) * intervalMs * 1e6),
    series,
  };
}

/** How long an interval is, and what became of those that were joined to make it. */
export function intervalNote({ intervalMs }: TimeSeries): Markup {
  return html`<p class="note">In intervals of ${formatNs(intervalMs * 1e6)}, each shown where it ends. Where intervals were joined to fit, counts are added up, levels are those at the end, and percentiles are the highest of the parts.</p>`;
}

/** The highest of some values; null where none is known. */
export function highest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
