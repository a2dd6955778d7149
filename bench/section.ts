/** One table of figures. */
export interface Section {
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A section in Markdown, its columns aligned for people who read it as text. */
export function renderSection({ title, headings, rows }: Section): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => pad(cell, widths[column] ?? 0, column));
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => (column === 0 ? ':' : '-') + '-'.repeat(width - 1));
  const ruled = rule.map((dashes, column) => (column === 0 ? dashes : `${dashes.slice(1)}:`));
  return [`## ${title}`, '', line(headings), line(ruled), ...rows.map(line), ''].join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** `median (min-max)`. */
export function spread(values: readonly number[], format: (value: number) => string): string {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return `${format(median(values))} (${format(min)}-${format(max)})`;
}
