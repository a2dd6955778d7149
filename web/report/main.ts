// Makes the report of src/report/html/ come alive: draws its charts, and lets readers sort, hide and darken.
// Everything that is said here is said in the page as well: without this script it can still be read.
import { Board } from './board.ts';
import { makeSortable } from './sort.ts';
import { startTheme } from './theme.ts';

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  makeSortable(table);
}
const figures = document.querySelectorAll<HTMLElement>('figure.chart');
const board = new Board([...figures]);
startTheme((isForPaper) => board.redraw(isForPaper));
