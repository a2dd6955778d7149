// A load test that was published, beside the same test held here. Its columns are shown with ours, its figures below.
import type { RunResult } from '../sim/result.ts';
import { formatCount } from './format.ts';
import { plainTable, shorten, wrap } from './plain.ts';
import { paintLines, type Style } from './style.ts';

/** The preset that the test is. */
const PRESET = 'seed3';

/** The columns of the published table, as far as they can be measured. */
export const PUBLISHED_HEADINGS = [
  'strategy',
  'requests',
  'average latency (ms)',
  'average throughput (requests/s)',
] as const;

/** What was published for the test. */
export const PUBLISHED: string =
  'Published for seed system 3 (requests, average latency, "average throughput"): memory 9,307, 85.97 ms, 300,800; PostgreSQL with retry 713, 513.71 ms, 10,302; PostgreSQL in batches 4,992, 161.47 ms, 119,738; PostgreSQL and Redis 2,958, 265.96 ms, 62,724.';
const WHY =
  'These cannot be compared with ours. Their "average throughput" is bytes a second of HTTP answers, here it is requests, and nothing is sent by HTTP. At most 9,307 of 40,000 tickets were asked for, so their test never came to a last ticket. Requests that failed were left out: by latency and rate only 36.6 of 80 connections had one under way in the phase with retry; here every request counts, whatever became of it.';

/** What is to be known of the published figures; nothing where another test was held. */
export function publishedNotes(results: readonly RunResult[]): readonly string[] {
  return isPublished(results) ? [PUBLISHED, WHY] : [];
}

/** A row for each strategy, in the columns of the published table; none where another test was held. */
export function publishedRows(results: readonly RunResult[]): readonly (readonly string[])[] {
  return isPublished(results) ? results.map(rowOf) : [];
}

function isPublished([first]: readonly RunResult[]): boolean {
  return first?.scenario.preset === PRESET;
}

function rowOf({ strategy, outcomes, responseTimeNs, throughput }: RunResult): string[] {
  const completed = Object.values(outcomes).reduce((total, count) => total + count, 0);
  return [
    strategy,
    formatCount(completed),
    responseTimeNs.count === 0 ? '-' : millis(responseTimeNs.mean),
    formatCount(Math.round(throughput.completedPerSecond)),
  ];
}

/** Two decimals, as the published table has them, or as many as three digits take. */
function millis(valueNs: number): string {
  const ms = valueNs / 1e6;
  return ms >= 1 ? ms.toFixed(2) : String(Number(ms.toPrecision(3)));
}

/** The lines of a table for a terminal, and the notes on it. */
export function publishedLines(results: readonly RunResult[], style: Style): string[] {
  const rows = publishedRows(results);
  if (rows.length === 0) return [];
  const table = plainTable(['left', 'right', 'right', 'right']);
  const headings = PUBLISHED_HEADINGS.map((heading) =>
    `\n${heading}`.replace(/\n(.+) \(/, '$1\n('),
  );
  table.push(headings.map((heading) => paintLines(heading, 'dim', style)));
  for (const [name = '', ...cells] of rows) table.push([shorten(name), ...cells]);
  const notes = publishedNotes(results).map((note) => wrap(note, style));
  return ['as the published test counts:', '', table.toString(), '', ...notes, ''];
}

/** The same as Markdown. */
export function publishedToMarkdown(results: readonly RunResult[]): string[] {
  const rows = publishedRows(results);
  if (rows.length === 0) return [];
  const alignments = [':--', '--:', '--:', '--:'];
  return [
    'As the published test counts:',
    '',
    ...[PUBLISHED_HEADINGS, alignments, ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...publishedNotes(results).flatMap((note) => [note, '']),
  ];
}
