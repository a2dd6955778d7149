import type { RunResult } from '../../sim/result.ts';
import { decodeHdr } from '../../stats/hdr.ts';
import type { Outcome } from '../../workers/outcome.ts';
import { counted, formatNs } from '../format.ts';
import type { Series } from './chart.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './page.ts';
import { chartName, extremes } from './ranking.ts';

/** How readers name what a request came to. */
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  reserved: 'granted',
  soldOut: 'refused as sold out',
  contended: 'given up after too many attempts',
  dropped: 'turned away by a full queue',
  failed: 'failed',
  cancelled: 'cancelled',
  browsed: 'looked at the stock',
  indeterminate: 'in doubt',
};

/**
 * Places on the axis, as one in how many: even steps on a logarithmic scale, at percentiles with few digits.
 * After HdrHistogram's plots (Tene), in which each 9 more takes as much room as the one before.
 */
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.125, 4, 5, 6.25, 8];
const DECADES = 7;
const GRID: readonly number[] = Array.from({ length: DECADES }, (_, decade) =>
  STEPS.map((step) => step * 10 ** decade),
).flat();

const NOTE = html`<p class="note">To the right it gets rarer: at 99 % stands the time that one request in a hundred exceeded. Times count from when a request was due, so a stall is charged to everybody who had to wait for it.</p>`;

/** Response times of one run: a line for each outcome, and what they are made of. */
export function runPercentilesSection(result: RunResult): Section {
  const { histograms, responseTimeNs, serviceTimeNs, queueDelayNs } = result;
  const outcomes = occurring([result]).map((outcome, index): Source => {
    return { name: OUTCOMES[outcome], look: index, text: histograms.responseTimeNs[outcome] };
  });
  const parts: Source[] = [
    { name: 'service time, all', look: 6, text: histograms.serviceTimeNs },
    { name: 'queue delay, all', look: 7, text: histograms.queueDelayNs },
  ];
  // With fewer, the 99th percentile is the slowest of all.
  const rare =
    responseTimeNs.count < 100 ? '' : `, one in a hundred at least ${formatNs(responseTimeNs.p99)}`;
  const figure = percentileFigure(
    'percentiles',
    'Response time by outcome',
    `Half of all requests took at most ${formatNs(responseTimeNs.p50)}${rare}, the slowest ${formatNs(responseTimeNs.max)}. The 99th percentile of the service time alone is ${formatNs(serviceTimeNs.p99)}, that of the queue delay alone ${formatNs(queueDelayNs.p99)}.`,
    [...outcomes, ...parts],
  );
  return { id: 'response', title: 'Response times', body: [NOTE, figureMarkup(figure)] };
}

/** Response times of several runs: a chart for each outcome, so that refusals do not flatter grants. */
export function percentilesSection(results: readonly RunResult[]): Section {
  const figures = occurring(results).map((outcome) => {
    const p99 = ({ responseTimeByOutcomeNs: times }: RunResult): number | null =>
      times[outcome]?.p99 ?? null;
    const sources = results.map((result, index): Source => {
      return {
        name: chartName(result),
        look: index,
        text: result.histograms.responseTimeNs[outcome],
      };
    });
    return percentileFigure(
      `percentiles-${outcome}`,
      `Response time of requests that were ${OUTCOMES[outcome]}`,
      extremes(results, p99, formatNs, ['Slowest at the 99th percentile', 'fastest']),
      sources.filter(({ text }) => text !== undefined),
    );
  });
  return { id: 'response', title: 'Response times', body: [NOTE, figures.map(figureMarkup)] };
}

function occurring(results: readonly RunResult[]): Outcome[] {
  const all = Object.keys(OUTCOMES) as Outcome[];
  return all.filter((outcome) =>
    results.some(({ histograms }) => histograms.responseTimeNs[outcome] !== undefined),
  );
}

/** A histogram to draw, as HdrHistogram writes it. */
interface Source {
  readonly name: string;
  readonly look: number;
  readonly text: string | undefined;
}

function percentileFigure(
  id: string,
  title: string,
  summary: string,
  sources: readonly Source[],
): Figure {
  const read = sources.flatMap(({ name, look, text }) => {
    const { count, values } = text === undefined ? { count: 0, values: [] } : valuesOnGrid(text);
    return count === 0 ? [] : [{ name, look, count, values }];
  });
  // As far as the longest line goes.
  const length = Math.max(2, ...read.map(({ values }) => values.length));
  const series = read.map(({ name, look, values }): Series => {
    return { name, look, values: Array.from({ length }, (_, place) => values[place] ?? null) };
  });
  const most = Math.max(0, ...read.map(({ count }) => count));
  return {
    id,
    title,
    summary: `${summary} ${read.length > 1 ? 'Up to ' : ''}${counted(most, 'request')} a line.`,
    chart: {
      kind: 'lines',
      x: { name: 'percentile', scale: 'log', unit: 'percentile' },
      y: { name: 'time', scale: 'log', unit: 'ns' },
      at: GRID.slice(0, length),
      series,
    },
  };
}

/** The values at the places of the grid, as far as there are requests enough to speak of one in so many. */
function valuesOnGrid(text: string): { count: number; values: number[] } {
  const histogram = decodeHdr(text);
  const { count } = histogram;
  const grid = GRID.filter((oneIn) => oneIn <= count);
  return { count, values: grid.map((oneIn) => Math.round(histogram.quantile(1 - 1 / oneIn))) };
}
