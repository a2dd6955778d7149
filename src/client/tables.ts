// Lists as lines of text that fit a terminal.
import { numberText } from '../base/number-text.ts';
import { alignColumns, cutToWidth, fitForTerminal } from '../base/terminal-text.ts';
import type { EventAnswer, ReservationAnswer, TotalsAnswer } from './answers.ts';
import { shortIds } from './find-by-name.ts';
import { priceText, stockText } from './words.ts';

const DATE_MAX = 20;
const NAME_MIN = 8;
const GAP = 2;
/** A name is no wider, however wide the terminal: eyes have to find the end of the line. */
const NAME_MAX = 60;

/** A table in lines: the heading, and one for each row. */
export interface Lines {
  readonly heading: string;
  readonly rows: readonly string[];
}

/** Events as a list to choose from: name, date, price, stock. */
export function eventLines(events: readonly EventAnswer[], width: number): Lines {
  const cells = events.map((event) => [
    fitForTerminal(event.date).slice(0, DATE_MAX),
    priceText(event.priceCents),
    stockText(event),
  ]);
  const names = events.map(({ name }) => fitForTerminal(name));
  return withNames(names, [['date', 'price', 'left'], ...cells], ['left', 'right', 'right'], width);
}

/** Events with the beginnings of ids that tell them apart. */
export function eventTable(events: readonly EventAnswer[], width: number): string {
  if (events.length === 0) return 'There are no events.\n';
  const ids = shortIds(events.map(({ id }) => id));
  const cells = events.map((event) => [
    fitForTerminal(event.date).slice(0, DATE_MAX),
    priceText(event.priceCents),
    stockText(event),
    fitForTerminal(ids.get(event.id) ?? event.id),
  ]);
  const names = events.map(({ name }) => fitForTerminal(name));
  const headings = ['date', 'price', 'left', 'id'];
  const sides = ['left', 'right', 'right', 'left'] as const;
  const { heading, rows } = withNames(names, [headings, ...cells], sides, width);
  return `${[heading, ...rows].join('\n')}\n`;
}

/** Reservations as a list to choose from. */
export function reservationLines(
  reservations: readonly ReservationAnswer[],
  nameOf: (eventId: string) => string,
  width: number,
): Lines {
  const cells = reservations.map(({ quantity, state }) => [numberText(quantity), state]);
  const names = reservations.map(({ eventId }) => fitForTerminal(nameOf(eventId)));
  return withNames(names, [['tickets', 'state'], ...cells], ['right', 'left'], width);
}

/** Reservations with the beginnings of ids that tell them apart. */
export function reservationTable(
  reservations: readonly ReservationAnswer[],
  nameOf: (eventId: string) => string,
  width: number,
): string {
  if (reservations.length === 0) return 'There are no reservations.\n';
  const ids = shortIds(reservations.map(({ id }) => id));
  const cells = reservations.map(({ id, quantity, state }) => [
    numberText(quantity),
    state,
    fitForTerminal(ids.get(id) ?? id),
  ]);
  const names = reservations.map(({ eventId }) => fitForTerminal(nameOf(eventId)));
  const headings = ['tickets', 'state', 'id'];
  const sides = ['right', 'left', 'left'] as const;
  const { heading, rows } = withNames(names, [headings, ...cells], sides, width);
  return `${[heading, ...rows].join('\n')}\n`;
}

/** An event, line by line. */
export function eventText(event: EventAnswer): string {
  return facts([
    ['event', fitForTerminal(event.name)],
    ['date', fitForTerminal(event.date)],
    ['price', priceText(event.priceCents)],
    ['left', `${numberText(event.available)} of ${numberText(event.capacity)}`],
    ['id', fitForTerminal(event.id)],
  ]);
}

export function totalsText(name: string, { held, confirmed, available }: TotalsAnswer): string {
  return facts([
    ['event', fitForTerminal(name)],
    ['reserved', `${numberText(held + confirmed)} (${numberText(held)} of them held)`],
    ['remaining', numberText(available)],
  ]);
}

/** `label  text`, one below the other. */
export function facts(rows: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length)) + GAP;
  return rows.map(([label, text]) => `${label.padEnd(width)}${text}\n`).join('');
}

/** The name in front, as wide as the others leave room; all but the first of `cells` belong to one name each. */
function withNames(
  names: readonly string[],
  cells: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
  width: number,
): Lines {
  const others = Math.max(...alignColumns(cells, sides).map((line) => line.length));
  const room = Math.min(NAME_MAX, Math.max(NAME_MIN, width - others - GAP));
  const cut = ['event', ...names].map((name) => cutToWidth(name, room));
  const rows = cells.map((row, index) => [cut[index] ?? '', ...row]);
  const [heading = '', ...lines] = alignColumns(rows, ['left', ...sides]);
  return { heading, rows: lines };
}
