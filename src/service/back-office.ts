// The one place of a server that keeps the books and decides what is on sale. Those who sell ask it from their own
// threads: all that goes in and out can be cloned.
import type { Calendar } from '../base/clock.ts';
import { InputError, messageOf } from '../base/errors.ts';
import type { BackOfficeCalls } from './back-office-calls.ts';
import { BooksDesk } from './books-desk.ts';
import { Catalogue, type CatalogueChange, type Listing } from './catalogue.ts';
import { type GuessKeys, type GuessOutcome, LogInThrottle } from './log-in-throttle.ts';
import type { NewEvent, Records, Settlement } from './records/records.ts';
import { refreshCatalogue } from './refresh-catalogue.ts';
import { Refusal } from './refusals.ts';
import type { Stock } from './stock/stock.ts';
import type { EventFields, KeptAnswer, Reservation, SettledState } from './terms.ts';

/** How many holds are ended in one go. */
const EXPIRE_AT_ONCE = 500;
/** How long answers to repeated requests are kept. */
const KEPT_MS = 24 * 3_600_000;
/** Later, whoever looks for grants that nobody books may take this one for such. */
const BOOK_WITHIN_MS = 10_000;

/** What a back office is made of. */
export interface BackOfficeParts {
  readonly records: Records;
  readonly stock: Stock;
  readonly calendar: Calendar;
  /** Whether other servers write in the same books. */
  readonly shared?: boolean;
  /** Hears of what went wrong outside of any request. */
  readonly warn: (message: string) => void;
}

/** Keeps the books, and the stock in step with them. */
export class BackOffice extends BooksDesk implements BackOfficeCalls {
  readonly #parts: BackOfficeParts;
  readonly #catalogue = new Catalogue();
  readonly #throttle = new LogInThrottle();
  readonly #listeners: ((change: CatalogueChange) => void)[] = [];
  /** Edits of events wait for each other: a capacity is read, and then written. */
  #editing: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | undefined;
  /** Events that are written down, and not on sale yet. */
  #adding = 0;

  private constructor(parts: BackOfficeParts) {
    super(parts.records);
    this.#parts = parts;
  }

  /** Opens the books, and puts on sale what they say is unsold. */
  static async open(parts: BackOfficeParts): Promise<BackOffice> {
    const office = new BackOffice(parts);
    await office.expire();
    const totals = await parts.records.totals();
    for (const event of await parts.records.events()) {
      const { held = 0, confirmed = 0 } = totals.get(event.number) ?? {};
      const { number, capacity } = event;
      const place = await parts.stock.open({ number, capacity, taken: held + confirmed });
      if (place === undefined) {
        // One that came last of all where several servers make events, and whose maker died before taking it back.
        if (parts.shared) continue;
        throw new InputError(`${tooManyEvents}: raise --max-events`);
      }
      office.#catalogue.apply({ kind: 'put', listing: { event, place } });
    }
    return office;
  }

  /** Tells of every change of the catalogue, from now on. */
  onChange(listener: (change: CatalogueChange) => void): void {
    this.#listeners.push(listener);
  }

  readonly listings = async (): Promise<Listing[]> => this.#catalogue.all();

  /** What nobody here has heard of, another server may have written into the books a moment ago. */
  readonly listing = async (id: string): Promise<Listing | undefined> => {
    if (this.#parts.shared && !this.#catalogue.get(id)) await this.refresh();
    return this.#catalogue.get(id);
  };

  readonly logInWait = async (keys: GuessKeys, nowMs: number): Promise<number> =>
    this.#throttle.wait(keys, nowMs);

  readonly beginLogIn = async (keys: GuessKeys, nowMs: number): Promise<number> =>
    this.#throttle.begin(keys, nowMs);

  readonly endLogIn = async (
    keys: GuessKeys,
    nowMs: number,
    outcome: GuessOutcome,
  ): Promise<void> => this.#throttle.end(keys, nowMs, outcome);

  readonly createEvent = async (event: NewEvent, kept?: KeptAnswer): Promise<Listing> => {
    const { records, stock } = this.#parts;
    this.#requireRoom(event.capacity);
    // Asked before anything is written: an answer that is kept must not promise an event that goes again.
    if (stock.room <= this.#adding) throw new Refusal('limit-reached', tooManyEvents);
    this.#adding++;
    try {
      const added = await records.addEvent(event, kept);
      const place = await stock.open({ number: added.number, capacity: added.capacity, taken: 0 });
      if (place !== undefined) return this.#put({ event: added, place });
      // Another server has taken the last place meanwhile.
      await records.removeEvent(added.id, this.#now());
      throw new Refusal('limit-reached', tooManyEvents);
    } finally {
      this.#adding--;
    }
  };

  readonly editEvent = (
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<Listing> => this.#oneAfterAnother(() => this.#edit(id, version, fields));

  readonly removeEvent = (id: string): Promise<void> =>
    this.#oneAfterAnother(async () => {
      const { records, stock } = this.#parts;
      const listing = this.#catalogue.get(id);
      const cancelled = await records.removeEvent(id, this.#now());
      if (cancelled === 'missing') throw noEvent(id);
      this.#apply({ kind: 'gone', eventId: id });
      if (listing) await stock.withdraw(listing.place);
    });

  readonly book = (reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> => {
    if (this.#now() - reservation.createdAtMs <= BOOK_WITHIN_MS) {
      return this.#parts.records.book(reservation, kept);
    }
    const tooLate = 'it took too long; you have reserved nothing';
    return Promise.reject(new Refusal('unavailable', tooLate));
  };

  /** What no longer takes stock is on sale again when this returns. */
  readonly settle = async (
    id: string,
    to: SettledState,
    atMs: number,
    kept?: KeptAnswer,
  ): Promise<Settlement> => {
    const settlement = await this.#parts.records.settle(id, to, atMs, kept);
    if (settlement.outcome === 'settled' && to !== 'confirmed') {
      await this.#giveBack(settlement.reservation);
    }
    return settlement;
  };

  /** Ends holds whose time is over, and puts their tickets on sale; how many. */
  async expire(): Promise<number> {
    const expired = await this.#parts.records.expire(this.#now(), EXPIRE_AT_ONCE);
    for (const each of expired) await this.#giveBack(each);
    return expired.length;
  }

  /** Takes over what other servers have made of the events; those who ask meanwhile wait for the same look. */
  refresh(): Promise<void> {
    this.#refreshing ??= refreshCatalogue(this.#catalogue, this.#parts, (change) =>
      this.#apply(change),
    ).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Forgets answers to requests that nobody repeats any more. */
  async forget(): Promise<void> {
    await this.#parts.records.forgetKept(this.#now() - KEPT_MS);
  }

  async close(): Promise<void> {
    await this.#editing;
    await this.#parts.stock.close();
    await this.#parts.records.close();
  }

  /** Whoever adds tickets sells them after they are in the books; whoever withdraws some, takes them off sale before. */
  async #edit(
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<Listing> {
    const { records, stock } = this.#parts;
    const listing = this.#catalogue.get(id);
    if (!listing) throw noEvent(id);
    const { event, place } = listing;
    const by = (fields.capacity ?? event.capacity) - event.capacity;
    this.#requireRoom(event.capacity + by);
    if (by < 0 && !(await stock.resize(place, by))) {
      throw new Refusal('capacity-sold', `fewer than ${-by} tickets of this event are unsold`);
    }
    const edited = await this.#orSellAgain(place, -by, () =>
      records.editEvent(id, version ?? event.version, fields),
    );
    if (typeof edited === 'string') {
      if (by < 0) await stock.resize(place, -by);
      if (edited === 'missing') throw noEvent(id);
      throw new Refusal('event-changed', 'the event has another version by now: read it again');
    }
    if (by > 0) await stock.resize(place, by);
    return this.#put({ event: edited, place });
  }

  /** Puts what was withdrawn on sale again if the books cannot be written. */
  async #orSellAgain<T>(place: number, withdrawn: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (withdrawn > 0) await this.#parts.stock.resize(place, withdrawn);
      throw error;
    }
  }

  async #giveBack(reservation: Reservation): Promise<void> {
    const listing = this.#catalogue.get(reservation.eventId);
    // Tickets of an event that is gone are for sale to nobody; before the start, there is no stock yet.
    if (!listing) return;
    const { order, quantity, run, serial } = reservation;
    try {
      await this.#parts.stock.giveBack({
        id: order,
        event: listing.place,
        ticket: serial,
        quantity,
        client: 0,
        run,
      });
    } catch (error) {
      // The books are right; at the next start, so will be the stock.
      this.#parts.warn(`tickets of ${reservation.id} are not on sale again: ${messageOf(error)}`);
    }
  }

  #requireRoom(capacity: number): void {
    const { maxTickets } = this.#parts.stock;
    if (capacity <= maxTickets) return;
    throw new Refusal('limit-reached', `an event has at most ${maxTickets} tickets here`, {
      maxTickets,
    });
  }

  #put(listing: Listing): Listing {
    this.#apply({ kind: 'put', listing });
    return listing;
  }

  #apply(change: CatalogueChange): void {
    this.#catalogue.apply(change);
    for (const listener of this.#listeners) listener(change);
  }

  #oneAfterAnother<T>(edit: () => Promise<T>): Promise<T> {
    const { stock } = this.#parts;
    const done = this.#editing.then(() => (stock.exclusively ? stock.exclusively(edit) : edit()));
    this.#editing = done.catch(() => {});
    return done;
  }

  #now(): number {
    return this.#parts.calendar.nowMs();
  }
}

const tooManyEvents = 'there are as many events as this server keeps';

function noEvent(id: string): Refusal {
  return new Refusal('not-found', `there is no event ${id}`);
}
