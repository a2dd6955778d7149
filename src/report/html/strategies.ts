import type { RunResult } from '../../sim/result.ts';
import { isControl } from '../../store/controls.ts';
import { notServed, perSale, perSaleText, sellOutTime, type Traffic } from '../columns.ts';
import { formatNs, formatShort } from '../format.ts';
import { html, type Markup, type Part } from './markup.ts';
import type { Section } from './page.ts';
import { type SortColumn, sortTable } from './table.ts';
import { moodOf } from './verdict.ts';

type Column = SortColumn<RunResult>;

/** Of each strategy what a reader compares first. */
export function strategiesSection(results: readonly RunResult[], counted: boolean): Section {
  const which = counted ? 'the first counted block' : 'one run each, on the same requests';
  return {
    id: 'strategies',
    title: 'Strategies',
    body: html`<p class="note">Sort by a heading. Response times count from when a request was due. A void run is shown, and not to be compared.</p>
${sortTable({
  id: 'strategies-table',
  caption: `Figures of ${which}`,
  columns: columnsFor(results),
  rows: results,
  mark: ({ health }) => (health.valid ? undefined : 'void'),
})}`,
  };
}

/** None that no row has anything in. */
function columnsFor(results: readonly RunResult[]): readonly Column[] {
  const stored = results.some(({ store }) => store !== undefined);
  const refused = results.some(({ outcomes }) => notServed(outcomes) > 0);
  return COLUMNS.filter((column) => {
    if (TRAFFIC.includes(column)) return stored;
    return column !== NOT_SERVED || refused;
  });
}

const NOT_SERVED: Column = whole(
  'not served',
  'requests that got no answer but an excuse: contended, dropped, failed or in doubt',
  ({ outcomes }) => notServed(outcomes),
);

const TRAFFIC: readonly Column[] = [
  traffic('trips a sale', 'times something was sent to the store and awaited', 'roundTrips'),
  traffic('statements a sale', 'statements and commands in them', 'statements'),
];

const COLUMNS: readonly Column[] = [
  { heading: 'strategy', show: ({ strategy }) => strategy },
  { heading: 'verdict', show: verdictCell },
  whole('oversold', 'tickets sold that did not exist', ({ audit }) => audit.oversold),
  whole('falsely refused', 'refused although enough was free', ({ audit }) => audit.falseSoldOut),
  NOT_SERVED,
  whole('requests/s', 'requests completed a second', (each) => each.throughput.completedPerSecond),
  whole('goodput/s', 'tickets granted a second', (each) => each.throughput.grantedPerSecond),
  {
    heading: 'sold out in',
    show: ({ throughput }) => sellOutTime(throughput.timeToSellOutMs),
    sortBy: ({ throughput }) => throughput.timeToSellOutMs,
  },
  time('p50', ({ p50 }) => p50),
  time('p99', ({ p99 }) => p99),
  time('max', ({ max }) => max),
  ...TRAFFIC,
  whole('retries', 'attempts repeated', ({ contention }) => contention.retries),
  whole('waits', 'times a thread went to sleep', ({ contention }) => contention.waits),
  {
    heading: 'Jain index',
    title: '1 when all clients got an equal share',
    show: ({ fairness }) => fairness.jainIndex.toFixed(3),
    sortBy: ({ fairness }) => fairness.jainIndex,
  },
];

/** The verdict as a coloured word, with what else the reader has to know of it. */
function verdictCell(result: RunResult): Markup {
  const { strategy, audit, health } = result;
  const remarks = [
    ...(health.valid ? [] : ['void']),
    ...(isControl(strategy) ? ['a control'] : []),
  ];
  const remark: Part = remarks.length === 0 ? undefined : ` (${remarks.join(', ')})`;
  return html`<span class="word ${moodOf(result)}">${audit.verdict}</span>${remark}`;
}

function whole(heading: string, title: string, value: (result: RunResult) => number): Column {
  return { heading, title, show: (result) => formatShort(value(result)), sortBy: value };
}

function traffic(heading: string, title: string, of: Traffic): Column {
  return {
    heading,
    title,
    show: (result) => perSaleText(result, of),
    sortBy: (result) => perSale(result, of),
  };
}

function time(name: string, of: (times: RunResult['responseTimeNs']) => number): Column {
  const value = ({ responseTimeNs: times }: RunResult): number | null =>
    times.count === 0 ? null : of(times);
  return {
    heading: name,
    title: `response time, ${name}`,
    show: (result) => {
      const valueNs = value(result);
      return valueNs === null ? '-' : formatNs(valueNs);
    },
    sortBy: value,
  };
}
