/** Makes the headings of a table buttons that sort it: once upwards, again downwards. */
export function makeSortable(table: HTMLTableElement): void {
  const heads = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      sort(table, column, order, head.dataset['sort'] === 'number');
    });
  });
}

function sort(
  table: HTMLTableElement,
  column: number,
  order: 'ascending' | 'descending',
  numeric: boolean,
): void {
  const body = table.tBodies[0];
  if (!body) return;
  const sign = order === 'ascending' ? 1 : -1;
  const rows = [...body.rows];
  rows.sort((one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    return numeric ? compareNumbers(a, b, sign) : sign * textOf(a).localeCompare(textOf(b), 'en');
  });
  body.append(...rows);
}

/** By what the cells say in data-value; those that say nothing last, whatever the order. */
function compareNumbers(
  a: HTMLTableCellElement | undefined,
  b: HTMLTableCellElement | undefined,
  sign: number,
): number {
  const [one = '', other = ''] = [a?.dataset['value'], b?.dataset['value']];
  if (one === '' || other === '') return Number(one === '') - Number(other === '');
  return sign * (Number(one) - Number(other));
}

function textOf(cell: HTMLTableCellElement | undefined): string {
  return cell?.textContent ?? '';
}
