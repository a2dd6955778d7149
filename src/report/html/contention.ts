import type { RunResult } from '../../sim/result.ts';
import { formatCount, formatNs, formatShort } from '../format.ts';
import { type Figure, figureMarkup } from './figure.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { chartName, extremes } from './ranking.ts';
import { facts, type SortColumn, sortTable } from './table.ts';

function note(results: readonly RunResult[]): Markup {
  const inStores = results.some(({ store }) => store !== undefined);
  const waits = inStores
    ? ', or, where stock lies in a store, a request for which no connection or lock was free'
    : '';
  return html`<p class="note">A retry is an attempt that had to be repeated; a wait is a thread that went to sleep${waits}. Jain's index is 1 when all clients were granted the same share of what they asked for. An inversion is a pair of grants of one event in which the later arrival came first.</p>`;
}

/** What one run cost in retries and waits, and how evenly it served. */
export function runContentionSection(result: RunResult): Section {
  const { contention, fairness } = result;
  const each = (name: 'retries' | 'waits'): string =>
    `${formatCount(contention[name])} (${short(shareOf(result, name))} in 1,000 requests)`;
  return {
    id: 'contention',
    title: 'Retries, waits and fairness',
    body: [
      note([result]),
      facts([
        ['retries', each('retries')],
        ['waits', each('waits')],
        ['Jain index', fairness.jainIndex.toFixed(3)],
        ['inversions', formatCount(fairness.inversions)],
        ['most overtaken', `one buyer was passed by ${formatCount(fairness.mostOvertaken)}`],
        ['longest wait', formatNs(fairness.longestWaitNs)],
      ]),
    ],
  };
}

/** Several runs beside each other. */
export function contentionSection(results: readonly RunResult[]): Section {
  return {
    id: 'contention',
    title: 'Retries, waits and fairness',
    body: [
      note(results),
      figureMarkup(contentionFigure(results)),
      sortTable({
        id: 'fairness-table',
        caption: 'How evenly and in what order clients were served',
        columns: FAIRNESS,
        rows: results,
        mark: ({ health }) => (health.valid ? undefined : 'void'),
      }),
    ],
  };
}

function contentionFigure(results: readonly RunResult[]): Figure {
  const retries = results.map((result) => shareOf(result, 'retries'));
  const waits = results.map((result) => shareOf(result, 'waits'));
  const told = (name: 'retries' | 'waits'): string =>
    extremes(results, (result) => shareOf(result, name), short, [`Most ${name}`, 'fewest']);
  return {
    id: 'contention-chart',
    title: 'Retries and waits in 1,000 requests',
    summary: `${told('retries')} ${told('waits')}`,
    chart: {
      kind: 'dots',
      rowName: 'strategy',
      rows: results.map(chartName),
      value: { name: 'in 1,000 requests', scale: 'linear', unit: 'short' },
      series: [
        { name: 'retries', look: 0, values: retries },
        { name: 'waits', look: 5, values: waits },
      ],
    },
  };
}

const FAIRNESS: readonly SortColumn<RunResult>[] = [
  { heading: 'strategy', show: ({ strategy }) => strategy },
  {
    heading: 'Jain index',
    show: ({ fairness }) => fairness.jainIndex.toFixed(3),
    sortBy: ({ fairness }) => fairness.jainIndex,
  },
  {
    heading: 'inversions',
    show: ({ fairness }) => formatShort(fairness.inversions),
    sortBy: ({ fairness }) => fairness.inversions,
  },
  {
    heading: 'most overtaken',
    show: ({ fairness }) => formatShort(fairness.mostOvertaken),
    sortBy: ({ fairness }) => fairness.mostOvertaken,
  },
  {
    heading: 'longest wait',
    show: ({ fairness }) => formatNs(fairness.longestWaitNs),
    sortBy: ({ fairness }) => fairness.longestWaitNs,
  },
];

/** How many there were in 1,000 requests. */
function shareOf({ contention, stream }: RunResult, name: 'retries' | 'waits'): number {
  return (contention[name] * 1000) / Math.max(1, stream.requests);
}

function short(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : formatShort(value);
}
