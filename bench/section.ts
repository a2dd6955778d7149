import { formatCount, formatNs, formatShort } from '../src/report/format.ts';
import { spreadOf } from '../src/stats/spread.ts';

/** What figures are measured in, and how people read each. */
const SHOWN: Readonly<Record<Unit, (value: number) => string>> = {
  ns: (value: number): string =>
    Math.abs(value) < 100 ? `${value.toFixed(1)}ns` : formatNs(value),
  'per second': formatShort,
  bytes: (value: number): string => `${formatShort(value)}B`,
  count: formatCount,
  ratio: (value: number): string => value.toFixed(2),
  share: (value: number): string => `${(value * 100).toFixed(1)} %`,
};

export type Unit = 'ns' | 'per second' | 'bytes' | 'count' | 'ratio' | 'share';

/** Something measured. Of several rounds the value is the median, and each round's is kept. */
export interface Figure {
  readonly value: number;
  readonly unit: Unit;
  readonly rounds?: readonly number[];
}

export type Cell = string | Figure;

/** One table: as it is, it is also what the JSON holds. */
export interface Section {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What one has to know to read it: a paragraph below the table. */
  readonly note?: string;
}

/** What was measured once. */
export function single(unit: Unit, value: number): Figure {
  return { value, unit };
}

/** What was measured round by round. */
export function inRounds(unit: Unit, rounds: readonly number[]): Figure {
  return { value: median(rounds), unit, rounds };
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  return spreadOf(values)?.median ?? Number.NaN;
}

/** A section in Markdown, its columns aligned for people who read it as text. */
export function renderSection({ title, headings, rows, note }: Section): string {
  const texts = rows.map((row) => row.map(showCell));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => pad(cell, widths[column] ?? 0, column));
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? ':' : '-') + '-'.repeat(width - 1));
  const ruled = rule.map((dashes, column) => (column === 0 ? dashes : `${dashes.slice(1)}:`));
  const table = [`## ${title}`, '', line(headings), line(ruled), ...texts.map(line), ''];
  return [...table, ...(note === undefined ? [] : [note, ''])].join('\n');
}

/** A figure as text: of several rounds, `median (min-max)`. */
function showCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  const { value, unit, rounds = [] } = cell;
  const show = SHOWN[unit];
  if (rounds.length < 2) return show(value);
  return `${show(value)} (${show(Math.min(...rounds))}-${show(Math.max(...rounds))})`;
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
