import type { Mood } from './words.ts';

/** Sets the text of an element. */
export function put(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

export function show(id: string, shown: boolean): void {
  const element = document.getElementById(id);
  if (element) element.hidden = !shown;
}

export interface Row {
  readonly cells: readonly string[];
  /** Of the third column. */
  readonly mood?: Mood | undefined;
}

/** The column of verdicts. */
const VERDICT = 2;

/** Fills the table within an element. The first column names the rows. */
export function fillTable(id: string, headings: readonly string[], rows: readonly Row[]): void {
  const table = document.querySelector<HTMLTableElement>(`#${id} table`);
  const [head, body] = [table?.tHead, table?.tBodies[0]];
  if (!head || !body) return;
  if (head.rows.length === 0) {
    const row = head.insertRow();
    row.append(...headings.map((text) => headingOf(text, 'col')));
  }
  body.replaceChildren(...rows.map(rowOf));
}

function rowOf({ cells, mood }: Row): HTMLTableRowElement {
  const row = document.createElement('tr');
  const [name = '', ...others] = cells;
  row.append(headingOf(name, 'row'));
  others.forEach((text, index) => {
    const cell = row.insertCell();
    if (index + 1 === VERDICT && mood) {
      const word = document.createElement('span');
      word.className = `word ${mood}`;
      word.textContent = text;
      cell.append(word);
    } else {
      cell.textContent = text;
    }
  });
  return row;
}

function headingOf(text: string, scope: 'col' | 'row'): HTMLTableCellElement {
  const heading = document.createElement('th');
  heading.scope = scope;
  heading.textContent = text;
  return heading;
}
