// Sells to buyers, on one thread: decides in the till, has it written down by the back office, and gives tickets back
// when that fails.
import type { Calendar } from '../base/clock.ts';
import { freshId, freshNumber } from '../base/fresh-id.ts';
import type { Order } from '../store/stored.ts';
import { SOLD_OUT } from '../store/strategy.ts';
import type { BackOfficeCalls } from './back-office-calls.ts';
import type { Catalogue, Listing } from './catalogue.ts';
import { type Caller, type GuestRights, mayKnow, requireOwnEvent, requireRight } from './policy.ts';
import type { EventTotals, NewEvent, Page } from './records/records.ts';
import { Refusal } from './refusals.ts';
import type { SalesTally } from './sales-tally.ts';
import { refusalOf } from './stock/refusal.ts';
import type { Till } from './stock/stock.ts';
import type {
  EventFields,
  KeptAnswer,
  Reservation,
  ReservationState,
  SettledState,
  TicketEvent,
} from './terms.ts';

/** Turns what was done into the answer that is kept for whoever asks again. */
export type Keeper<Done> = (done: Done) => KeptAnswer;

/** What a box office keeps to. */
export interface BoxOfficeTerms {
  /** How long tickets are held for who has not confirmed. */
  readonly holdTtlMs: number;
  /** The most tickets of one reservation. */
  readonly maxPerRequest: number;
  readonly guests: GuestRights;
}

export interface BoxOfficeParts {
  readonly backOffice: BackOfficeCalls;
  readonly till: Till;
  readonly catalogue: Catalogue;
  /** Of this run's stock. */
  readonly run: string;
  readonly calendar: Calendar;
  readonly terms: BoxOfficeTerms;
  readonly tally?: SalesTally;
}

/** What somebody wants. */
export interface Wish {
  readonly eventId: string;
  readonly quantity: number;
  /** Held until it is confirmed, or sold at once. */
  readonly hold: boolean;
}

/** An event, and what can be had of it. */
export interface StockedEvent {
  readonly event: TicketEvent;
  readonly available: number;
}

/** Sells tickets, for the callers of one thread. Whatever it does not do, it throws as a {@link Refusal}. */
export class BoxOffice {
  readonly #parts: BoxOfficeParts;

  constructor(parts: BoxOfficeParts) {
    this.#parts = parts;
  }

  get terms(): BoxOfficeTerms {
    return this.#parts.terms;
  }

  /** Grows whenever an event is new, edited or gone. */
  get revision(): number {
    return this.#parts.catalogue.revision;
  }

  /** All events, the oldest first, with what can be had of each now. */
  async events(): Promise<StockedEvent[]> {
    const stocked: StockedEvent[] = [];
    for (const listing of this.#parts.catalogue.all()) stocked.push(await this.#stocked(listing));
    return stocked;
  }

  async event(id: string): Promise<StockedEvent> {
    return this.#stocked(await this.#listing(id));
  }

  async createEvent(
    caller: Caller,
    fields: EventFields,
    keeper?: Keeper<NewEvent>,
  ): Promise<TicketEvent> {
    this.#require(caller, 'createEvent');
    const createdAtMs = this.#parts.calendar.nowMs();
    const event = { ...fields, id: freshId(createdAtMs), organizerId: caller.id, createdAtMs };
    return (await this.#parts.backOffice.createEvent(event, keeper?.(event))).event;
  }

  /** @param version the version that was read; undefined to edit whichever there is */
  async editEvent(
    caller: Caller,
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<TicketEvent> {
    this.#require(caller, 'editEvent');
    requireOwnEvent(caller, (await this.#listing(id)).event);
    return (await this.#parts.backOffice.editEvent(id, version, fields)).event;
  }

  async removeEvent(caller: Caller, id: string): Promise<void> {
    this.#require(caller, 'removeEvent');
    requireOwnEvent(caller, (await this.#listing(id)).event);
    await this.#parts.backOffice.removeEvent(id);
  }

  /** What is held, sold and left of an event. */
  async totals(caller: Caller, id: string): Promise<EventTotals & { readonly available: number }> {
    this.#require(caller, 'seeTotals');
    const listing = await this.#listing(id);
    requireOwnEvent(caller, listing.event);
    const totals = (await this.#parts.backOffice.totals()).get(listing.event.number);
    const { available } = await this.#stocked(listing);
    return { held: 0, confirmed: 0, ...totals, available };
  }

  // One function that waits for nothing that is known, and copies nothing: a promise more would cost a tenth of what
  // it does, and `{ ...order, ticket }` where nothing has failed more than all of it.
  async reserve(caller: Caller, wish: Wish, keeper?: Keeper<Reservation>): Promise<Reservation> {
    const { till, catalogue, backOffice, tally } = this.#parts;
    const { eventId, quantity } = wish;
    let order: Order | undefined;
    let ticket = -1;
    try {
      this.#require(caller, 'reserve');
      this.#requireQuantity(quantity);
      const listing = catalogue.get(eventId) ?? (await this.#listing(eventId));
      order = { id: freshNumber(), event: listing.place, quantity, client: caller.number };
      const answer = till.reserve(order);
      ticket = typeof answer === 'number' ? answer : await answer;
      if (ticket < 0) throw await this.#refusalFor(ticket, listing, quantity);
      const reservation = this.#reservation(caller, wish, listing, order.id, ticket);
      const booked = await backOffice.book(reservation, keeper?.(reservation));
      if (booked === 'no event') throw noEvent(eventId);
      // In the books: whatever fails from here on, they stay sold.
      ticket = -1;
      tally?.reservation('reserved');
      if (!wish.hold) tally?.sold(quantity);
      return reservation;
    } catch (error) {
      // Tickets that nobody holds are on sale again. Those that may be in the books are not, lest they be sold twice.
      const code = error instanceof Refusal ? error.code : undefined;
      if (order && ticket >= 0 && code !== 'in-doubt') await till.giveBack({ ...order, ticket });
      if (code) tally?.reservation(code);
      throw error;
    }
  }

  async confirm(caller: Caller, id: string, keeper?: Keeper<Reservation>): Promise<Reservation> {
    const reservation = await this.#settle(caller, id, () => 'confirmed', keeper);
    this.#parts.tally?.sold(reservation.quantity);
    return reservation;
  }

  /** Gives back what is held or was bought. */
  async cancel(caller: Caller, id: string, keeper?: Keeper<Reservation>): Promise<Reservation> {
    return this.#settle(caller, id, endOf, keeper);
  }

  async reservation(caller: Caller, id: string): Promise<Reservation> {
    const found = await this.#parts.backOffice.reservation(id);
    if (!found || !mayKnow(caller, found)) throw noReservation(id);
    return found;
  }

  /** Of the caller's own, the newest first. */
  async reservations(caller: Caller, page: Page): Promise<Reservation[]> {
    this.#require(caller, 'listOwn');
    return this.#parts.backOffice.reservationsOf(caller.id, page);
  }

  async close(): Promise<void> {
    await this.#parts.till.close();
  }

  #reservation(
    caller: Caller,
    { quantity, hold }: Wish,
    { event }: Listing,
    order: number,
    serial: number,
  ): Reservation {
    const { calendar, run, terms } = this.#parts;
    const nowMs = calendar.nowMs();
    return {
      id: freshId(nowMs),
      eventId: event.id,
      eventNumber: event.number,
      accountId: caller.id,
      quantity,
      priceCents: event.priceCents,
      run,
      serial,
      order,
      state: hold ? 'held' : 'confirmed',
      createdAtMs: nowMs,
      expiresAtMs: hold ? nowMs + terms.holdTtlMs : null,
      changedAtMs: nowMs,
    };
  }

  async #settle(
    caller: Caller,
    id: string,
    to: (from: ReservationState) => SettledState,
    keeper?: Keeper<Reservation>,
  ): Promise<Reservation> {
    this.#require(caller, 'settle');
    const found = await this.reservation(caller, id);
    // What will be written, if nobody else settles it first.
    const state = to(found.state);
    const changedAtMs = this.#parts.calendar.nowMs();
    const ended = { ...found, state, expiresAtMs: null, changedAtMs };
    const settlement = await this.#parts.backOffice.settle(id, state, changedAtMs, keeper?.(ended));
    if (settlement.outcome === 'missing') throw noReservation(id);
    if (settlement.outcome === 'settled') return settlement.reservation;
    const is = settlement.reservation.state;
    throw new Refusal('not-held', `the reservation is ${is === 'held' ? 'expired' : is}`, {
      state: is,
    });
  }

  async #refusalFor(answer: number, { place }: Listing, asked: number): Promise<Refusal> {
    const left = answer === SOLD_OUT ? await this.#parts.till.available(place) : 0;
    return refusalOf(answer, Math.max(0, left), asked);
  }

  async #stocked({ event, place }: Listing): Promise<StockedEvent> {
    return { event, available: Math.max(0, await this.#parts.till.available(place)) };
  }

  async #listing(id: string): Promise<Listing> {
    const { catalogue, backOffice } = this.#parts;
    const listing = catalogue.get(id) ?? (await backOffice.listing(id));
    if (!listing) throw noEvent(id);
    return listing;
  }

  #require(caller: Caller, action: Parameters<typeof requireRight>[1]): void {
    requireRight(caller, action, this.#parts.terms.guests);
  }

  /** Also whatever a route forgot to check: a negative number of tickets would be tickets made. */
  #requireQuantity(quantity: number): void {
    const { maxPerRequest } = this.#parts.terms;
    if (Number.isInteger(quantity) && quantity >= 1 && quantity <= maxPerRequest) return;
    throw new Refusal(
      'bad-request',
      `a reservation has 1 to ${maxPerRequest} tickets; got ${String(quantity)}`,
    );
  }
}

function endOf(state: ReservationState): SettledState {
  return state === 'held' ? 'released' : 'cancelled';
}

function noEvent(id: string): Refusal {
  return new Refusal('not-found', `there is no event ${id}`);
}

function noReservation(id: string): Refusal {
  return new Refusal('not-found', `there is no reservation ${id}`);
}
