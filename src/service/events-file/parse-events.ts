// What a file of events says: docs/service.md describes it. All that is wrong is told, not only the first of it.
import type { Node } from 'jsonc-parser';
import { isIsoDate } from '../../base/iso-date.ts';
import type { EventFields } from '../terms.ts';
import type { FaultList } from './faults.ts';
import { elementsOf, type JsonObject, objectAt, type Place } from './json-object.ts';

/** What a server has room for. */
export interface EventLimits {
  readonly maxEvents: number;
  /** Of each event. */
  readonly maxTickets: number;
}

/** The longest name. */
const NAME_MAX = 200;
/** In cents: ten million of whatever money it is. */
const PRICE_MAX = 1_000_000_000;

const ROOT_FIELDS = { events: ['events'], tickets: ['tickets'] };
/** What each field may be called, as `JsonObject` spells it: other systems have their own words. */
const EVENT_FIELDS = {
  id: ['id'],
  name: ['name'],
  date: ['date'],
  price: ['price'],
  priceCents: ['pricecents'],
  capacity: ['capacity', 'total', 'totaltickets', 'quota'],
  available: ['available', 'availabletickets'],
  tickets: ['tickets'],
};
const TICKET_FIELDS = {
  id: ['id', 'ticketid'],
  event: ['event', 'eventid'],
  price: ['price'],
  priceCents: ['pricecents'],
  sold: ['sold', 'issold'],
};

interface Ticket {
  readonly object: JsonObject;
  readonly sold: boolean;
  readonly priceCents: number | undefined;
}

/** The events of a file; where there are faults, some are missing. */
export function parseEvents(root: Node, limits: EventLimits, faults: FaultList): EventFields[] {
  if (root.type === 'array')
    return new EventsParser(limits, faults).parse({ node: root, path: 'events' });
  if (root.type !== 'object') {
    faults.add(root.offset, 'it must be an object with a list of "events", or such a list');
    return [];
  }
  const object = objectAt({ node: root, path: '' }, ROOT_FIELDS, faults);
  const events = object?.get('events');
  if (events) return new EventsParser(limits, faults).parse(events, object?.get('tickets'));
  faults.add(root.offset, 'it has no list of "events"');
  return [];
}

class EventsParser {
  readonly #limits: EventLimits;
  readonly #faults: FaultList;
  /** Where each id or name was first; two events, or two tickets, cannot have the same. */
  readonly #seen = new Map<string, string>();
  /** Tickets that stand apart from their events, by the event's id or name. */
  readonly #apart = new Map<string, Ticket[]>();
  readonly #claimed = new Set<string>();

  constructor(limits: EventLimits, faults: FaultList) {
    this.#limits = limits;
    this.#faults = faults;
  }

  parse(list: Place, tickets?: Place): EventFields[] {
    if (tickets) this.#sort(tickets);
    const places = elementsOf(list, this.#faults);
    const { maxEvents } = this.#limits;
    if (places.length > maxEvents) {
      this.#faults.add(
        list.node.offset,
        `${list.path} has ${places.length} events; this server keeps ${maxEvents} (--max-events)`,
      );
    }
    const events = places.flatMap((place) => this.#event(place) ?? []);
    this.#tellUnclaimed();
    return events;
  }

  #event(place: Place): EventFields | undefined {
    const object = objectAt(place, EVENT_FIELDS, this.#faults);
    if (!object) return undefined;
    const id = object.read('id', 'a text or a number', isId);
    if (id !== undefined) this.#once(`event id ${id}`, object, 'id', 'another event');
    const name = object.require('name', `a text of 1 to ${NAME_MAX} characters`, isName);
    const date = object.require(
      'date',
      'a day or a moment as 2027-05-01 or 2027-05-01T20:00:00Z',
      isDate,
    );
    if (name !== undefined && date !== undefined) {
      this.#once(`event ${name}\n${date}`, object, 'name', 'another event of the same date');
    }
    const tickets = this.#ticketsOf(object, id, name);
    const price = this.#priceOf(object);
    const priceCents = this.#commonPrice(price, tickets);
    const capacity = this.#capacityOf(object, tickets);
    if (name === undefined || date === undefined || capacity === undefined) return undefined;
    return { name, date, priceCents, capacity };
  }

  /** How many are for sale here: those that were sold elsewhere are not. */
  #capacityOf(object: JsonObject, tickets: readonly Ticket[] | undefined): number | undefined {
    const { maxTickets } = this.#limits;
    const isCount = (value: unknown): value is number => isWhole(value, 1, maxTickets);
    const isRest = (value: unknown): value is number => isWhole(value, 0, maxTickets);
    const what = `a whole number from 1 to ${maxTickets} (--max-tickets)`;
    const left = tickets?.filter(({ sold }) => !sold).length;
    const capacity =
      tickets === undefined
        ? object.require('capacity', what, isCount)
        : object.read('capacity', what, isCount);
    const available = object.read('available', `a whole number from 0 to ${maxTickets}`, isRest);
    if (tickets && tickets.length > maxTickets) {
      object.wrong('tickets', `has ${tickets.length} tickets; --max-tickets is ${maxTickets}`);
    }
    if (tickets && capacity !== undefined && capacity !== tickets.length) {
      object.wrong('capacity', `is ${capacity}, but ${tickets.length} tickets are listed`);
    }
    if (left !== undefined && available !== undefined && available !== left) {
      object.wrong('available', `is ${available}, but ${left} of the tickets are not sold`);
    }
    if (available !== undefined && capacity !== undefined && available > capacity) {
      object.wrong('available', `is ${available}, more than all ${capacity} tickets`);
    }
    return left ?? available ?? capacity;
  }

  #priceOf(object: JsonObject): number | undefined {
    const both = object.get('price') && object.get('priceCents');
    if (both) object.wrong('price', 'is given besides priceCents; give one');
    const cents = object.read('priceCents', `a whole number from 0 to ${PRICE_MAX}`, isCents);
    const price = object.read('price', 'a number from 0 with at most two decimals', isPrice);
    return cents ?? (price === undefined ? undefined : Math.round(price * 100));
  }

  /** All tickets of an event have one price here. */
  #commonPrice(given: number | undefined, tickets: readonly Ticket[] = []): number {
    const price =
      given ?? tickets.find(({ priceCents }) => priceCents !== undefined)?.priceCents ?? 0;
    for (const ticket of tickets) {
      if (ticket.priceCents === undefined || ticket.priceCents === price) continue;
      const field = ticket.object.get('price') ? 'price' : 'priceCents';
      const costs = (price / 100).toFixed(2);
      ticket.object.wrong(
        field,
        `is not the ${costs} of others; tickets of one event have one price`,
      );
    }
    return price;
  }

  #ticketsOf(object: JsonObject, id?: string | number, name?: string): Ticket[] | undefined {
    const place = object.get('tickets');
    const keys = [id, name].filter((key) => key !== undefined).map(String);
    const apart = keys.flatMap((key) => {
      this.#claimed.add(key);
      return this.#apart.get(key) ?? [];
    });
    if (!place) return apart.length === 0 ? undefined : apart;
    const own = elementsOf(place, this.#faults).flatMap((each) => this.#ticket(each) ?? []);
    return [...own, ...apart];
  }

  #ticket(place: Place): Ticket | undefined {
    const object = objectAt(place, TICKET_FIELDS, this.#faults);
    if (!object) return undefined;
    const id = object.read('id', 'a text or a number', isId);
    if (id !== undefined) this.#once(`ticket ${id}`, object, 'id', 'another ticket');
    const sold = object.read('sold', 'true or false', isFlag) ?? false;
    return { object, sold, priceCents: this.#priceOf(object) };
  }

  #sort(list: Place): void {
    for (const place of elementsOf(list, this.#faults)) {
      const ticket = this.#ticket(place);
      const event = ticket?.object.require('event', 'the id or the name of an event', isId);
      if (!ticket || event === undefined) continue;
      const others = this.#apart.get(String(event));
      if (others) others.push(ticket);
      else this.#apart.set(String(event), [ticket]);
    }
  }

  #tellUnclaimed(): void {
    for (const [event, tickets] of this.#apart) {
      if (this.#claimed.has(event)) continue;
      for (const { object } of tickets)
        object.wrong('event', 'is no id and no name of an event here');
    }
  }

  #once(key: string, object: JsonObject, field: string, whose: string): void {
    const { path } = object.place;
    const first = this.#seen.get(key);
    if (first === undefined) this.#seen.set(key, path);
    else object.wrong(field, `is that of ${whose}, ${first}`);
  }
}

function isId(value: unknown): value is string | number {
  return (
    (typeof value === 'string' && value !== '' && value.length <= NAME_MAX) ||
    Number.isFinite(value)
  );
}

function isName(value: unknown): value is string {
  if (typeof value !== 'string' || /[\p{Cc}\p{Cs}]/u.test(value)) return false;
  return value.trim() !== '' && value.length <= NAME_MAX;
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && isIsoDate(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCents(value: unknown): value is number {
  return isWhole(value, 0, PRICE_MAX);
}

function isPrice(value: unknown): value is number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  // As it is read back: 4.35 is 434.99999999999994 hundredths.
  return isCents(Math.round(value * 100)) && Number(value.toFixed(2)) === value;
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
