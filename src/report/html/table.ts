import { html, type Markup, type Part } from './markup.ts';

/** A column of a table that its readers can sort. */
export interface SortColumn<Row> {
  readonly heading: string;
  /** What the heading stands for, where it is short. */
  readonly title?: string;
  readonly show: (row: Row) => Part;
  /** What to sort by; rows without it come last. Without this, by the text. */
  readonly sortBy?: (row: Row) => number | null;
  /** Whether its cells are sentences, which may be broken. */
  readonly prose?: boolean;
}

export interface SortTable<Row> {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly SortColumn<Row>[];
  readonly rows: readonly Row[];
  /** A class for rows to mark. */
  readonly mark?: (row: Row) => string | undefined;
}

/** A table in a box of its own that scrolls. Its first column names the rows. */
export function sortTable<Row>({ id, caption, columns, rows, mark }: SortTable<Row>): Markup {
  const heads = columns.map(({ heading, title, sortBy }) => {
    const about = title === undefined ? undefined : html` title="${title}"`;
    return html`<th scope="col"${about} data-sort="${sortBy === undefined ? 'text' : 'number'}">${heading}</th>`;
  });
  const body = rows.map((row) => {
    const kind = mark?.(row);
    const cells = columns.map((column, index) => cellOf(column, row, index === 0));
    return html`<tr${kind === undefined ? undefined : html` class="${kind}"`}>${cells}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-caption">
<table class="sortable" id="${id}"><caption id="${id}-caption">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

function cellOf<Row>({ show, sortBy, prose }: SortColumn<Row>, row: Row, first: boolean): Markup {
  if (first) return html`<th scope="row">${show(row)}</th>`;
  if (sortBy === undefined) {
    return html`<td class="${prose ? 'prose' : 'words'}">${show(row)}</td>`;
  }
  const value = sortBy(row);
  return html`<td data-value="${value === null ? '' : value}">${show(row)}</td>`;
}

/** Names and what they stand for, one beside the other. */
export function facts(rows: readonly (readonly [name: string, value: Part])[]): Markup {
  const items = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`);
  return html`<dl class="facts">
${items}</dl>
`;
}

/** A list of sentences; nothing where there are none. */
export function sentences(texts: readonly Part[]): Markup | undefined {
  if (texts.length === 0) return undefined;
  return html`<ul class="sentences">${texts.map((text) => html`<li>${text}</li>`)}</ul>
`;
}

/** `3 exact, 1 oversold`. */
export function countsOf(verdicts: Readonly<Record<string, number>>): string {
  return Object.entries(verdicts)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
}
