import type { TicketEvent } from './terms.ts';

/** An event, and the place where its tickets are sold. */
export interface Listing {
  readonly event: TicketEvent;
  /** What tills call it. */
  readonly place: number;
}

/** What is new in the catalogue. */
export type CatalogueChange =
  | { readonly kind: 'put'; readonly listing: Listing }
  | { readonly kind: 'gone'; readonly eventId: string };

/** The events on sale, as one thread knows them. */
export class Catalogue {
  readonly #listings = new Map<string, Listing>();
  #revision = 0;

  constructor(listings: readonly Listing[] = []) {
    for (const listing of listings) this.#listings.set(listing.event.id, listing);
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get(eventId: string): Listing | undefined {
    return this.#listings.get(eventId);
  }

  /** In the order in which they were made. */
  all(): Listing[] {
    return [...this.#listings.values()];
  }

  apply(change: CatalogueChange): void {
    this.#revision++;
    if (change.kind === 'gone') this.#listings.delete(change.eventId);
    else this.#listings.set(change.listing.event.id, change.listing);
  }
}
