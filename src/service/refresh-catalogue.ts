import type { Catalogue, CatalogueChange } from './catalogue.ts';
import type { Records } from './records/records.ts';
import type { Stock } from './stock/stock.ts';

/** Compares a catalogue with the books, which other servers write in as well, and applies what is new there. */
export async function refreshCatalogue(
  catalogue: Catalogue,
  { records, stock }: { readonly records: Records; readonly stock: Stock },
  apply: (change: CatalogueChange) => void,
): Promise<void> {
  // What is new here after this may be missing in the books as they are read now.
  const known = catalogue.all();
  const events = await records.events();
  const there = new Set(events.map(({ id }) => id));
  const unknown = events.some(({ id }) => !catalogue.get(id));
  const totals = unknown ? await records.totals() : new Map();
  for (const event of events) {
    const before = catalogue.get(event.id);
    if (before && before.event.version >= event.version) continue;
    const { number, capacity } = event;
    const { held = 0, confirmed = 0 } = totals.get(number) ?? {};
    const place =
      before?.place ?? (await stock.open({ number, capacity, taken: held + confirmed }));
    // Whoever made it there was no room for takes it out of the books again.
    if (place !== undefined) apply({ kind: 'put', listing: { event, place } });
  }
  for (const { event } of known) {
    if (!there.has(event.id)) apply({ kind: 'gone', eventId: event.id });
  }
}
