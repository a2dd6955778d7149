// What the console of a server shows. Names of events come from whoever sends requests.
import { alignColumns, cutToWidth, fitForTerminal } from '../../base/terminal-text.ts';
import type { Listing } from '../../service/catalogue.ts';
import type { EventTotals } from '../../service/records/records.ts';

/** With it, a line of the table fits into 80 columns. */
const NAME_MAX = 30;
const SIDES = ['left', 'left', 'right', 'right', 'right', 'right', 'right'] as const;

/** Events in the order in which they were made: what there is of each, who has it, and what is left. */
export function eventsTable(
  listings: readonly Listing[],
  totals: ReadonlyMap<number, EventTotals>,
): string {
  if (listings.length === 0) return 'no events; add NAME DATE CAPACITY [PRICE] makes one\n';
  const rows = listings.map(({ event }) => {
    const { held, confirmed } = totals.get(event.number) ?? { held: 0, confirmed: 0 };
    const { capacity, priceCents } = event;
    const left = capacity - held - confirmed;
    const counts = [capacity, held, confirmed, left].map(String);
    const name = cutToWidth(fitForTerminal(event.name), NAME_MAX);
    return [name, event.date, (priceCents / 100).toFixed(2), ...counts];
  });
  const headings = ['event', 'date', 'price', 'capacity', 'held', 'sold', 'left'];
  return `${alignColumns([headings, ...rows], SIDES).join('\n')}\n`;
}
