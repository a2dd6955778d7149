// What can be asked of the service, each as one call. Every POST carries a key that is made once for what is meant, so
// that asking again never does it twice.
import { timeOfDayMs } from '../base/clock.ts';
import { freshId } from '../base/fresh-id.ts';
import type { Shape } from '../base/shape.ts';
import {
  type AccountAnswer,
  accountShape,
  type EventAnswer,
  eventListShape,
  eventShape,
  type ReservationAnswer,
  reservationListShape,
  reservationShape,
  type SessionAnswer,
  sessionShape,
  type TotalsAnswer,
  totalsShape,
} from './answers.ts';
import { type Asker, cameAfterLoss, type Settled, type Waiting } from './asker.ts';
import { ServiceProblem, WrongService } from './problem.ts';
import type { Ask } from './transport.ts';

/** What is said of an event that is made or edited. */
export interface EventFields {
  readonly name: string;
  readonly date: string;
  readonly priceCents: number;
  readonly capacity: number;
}

/** All events, and the mark by which the service knows them again. */
interface EventPage {
  readonly events: readonly EventAnswer[];
  readonly etag: string;
}

/** What becomes of a reservation. */
export type Settling = 'confirm' | 'release' | 'cancel';

/** Asked for at a time; the service gives no more. */
const PAGE = 1000;
/** Nobody reads more of his own. */
const PAGES_MAX = 20;

export class TicketService {
  readonly #asker: Asker;
  readonly #url: string;
  /** What was listed last. */
  #page: EventPage | undefined;
  /** Who asks; undefined: a guest. */
  token: string | undefined;

  constructor(asker: Asker, url: string, token: string | undefined) {
    this.#asker = asker;
    this.#url = url;
    this.token = token;
  }

  /** What is on sale at this moment. A list that is still as it was last listed here is not sent again. */
  async events(waiting: Waiting = {}): Promise<readonly EventAnswer[]> {
    const known = this.#page;
    const headers = known ? { 'if-none-match': known.etag } : {};
    const answer = await this.#ask({ method: 'GET', path: '/events', headers }, waiting);
    if (answer.status === 304 && known) return known.events;
    const { events } = this.#read(answer, eventListShape);
    const { etag } = answer.headers;
    this.#page = etag === undefined ? undefined : { events, etag };
    return events;
  }

  async event(id: string, waiting: Waiting = {}): Promise<EventAnswer> {
    return this.#get(`/events/${encodeURIComponent(id)}`, eventShape, waiting);
  }

  async reserve(
    wanted: { readonly eventId: string; readonly quantity: number; readonly hold: boolean },
    waiting: Waiting = {},
  ): Promise<ReservationAnswer> {
    return this.#post('/reservations', wanted, reservationShape, waiting);
  }

  async settle(how: Settling, id: string, waiting: Waiting = {}): Promise<ReservationAnswer> {
    const path = `/reservations/${encodeURIComponent(id)}/${how}`;
    return this.#post(path, undefined, reservationShape, waiting);
  }

  async reservation(id: string, waiting: Waiting = {}): Promise<ReservationAnswer> {
    return this.#get(`/reservations/${encodeURIComponent(id)}`, reservationShape, waiting);
  }

  /** The caller's own, the newest first. */
  async reservations(waiting: Waiting = {}): Promise<readonly ReservationAnswer[]> {
    const all: ReservationAnswer[] = [];
    for (let page = 0; page < PAGES_MAX; page++) {
      const after = all.at(-1)?.id;
      const from = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const path = `/reservations?limit=${PAGE}${from}`;
      const { reservations } = await this.#get(path, reservationListShape, waiting);
      all.push(...reservations);
      if (reservations.length < PAGE) break;
    }
    return all;
  }

  async create(fields: EventFields, waiting: Waiting = {}): Promise<EventAnswer> {
    return this.#post('/events', fields, eventShape, waiting);
  }

  /** Edits the event as it was read, and no newer one: what another organizer wrote meanwhile is not lost. */
  async edit(
    { id, version }: EventAnswer,
    fields: Partial<EventFields>,
    waiting: Waiting = {},
  ): Promise<EventAnswer> {
    const path = `/events/${encodeURIComponent(id)}`;
    const ask: Ask = { method: 'PATCH', path, body: { ...fields, version } };
    try {
      return this.#read(await this.#ask(ask, waiting), eventShape);
    } catch (error) {
      const mayBeOurs =
        error instanceof ServiceProblem && error.code === 'event-changed' && cameAfterLoss(error);
      if (!mayBeOurs) throw error;
      const is = await this.event(id, waiting);
      const isAsWanted = Object.entries(fields).every(([key, value]) => {
        return is[key as keyof EventFields] === value;
      });
      if (is.version === version + 1 && isAsWanted) return is;
      throw error;
    }
  }

  async remove(id: string, waiting: Waiting = {}): Promise<void> {
    try {
      const path = `/events/${encodeURIComponent(id)}`;
      await this.#ask({ method: 'DELETE', path }, waiting);
    } catch (error) {
      // It is gone, and nobody was told: an attempt of ours has removed it.
      const isDone =
        error instanceof ServiceProblem && error.status === 404 && cameAfterLoss(error);
      if (!isDone) throw error;
    }
  }

  async totals(id: string, waiting: Waiting = {}): Promise<TotalsAnswer> {
    return this.#get(`/events/${encodeURIComponent(id)}/totals`, totalsShape, waiting);
  }

  async register(
    registration: { readonly name: string; readonly password: string; readonly role: string },
    waiting: Waiting = {},
  ): Promise<AccountAnswer> {
    return this.#post('/accounts', registration, accountShape, waiting);
  }

  async logIn(name: string, password: string, waiting: Waiting = {}): Promise<SessionAnswer> {
    return this.#post('/sessions', { name, password }, sessionShape, waiting);
  }

  async me(waiting: Waiting = {}): Promise<AccountAnswer> {
    return this.#get('/accounts/me', accountShape, waiting);
  }

  async #get<T>(path: string, shape: Shape<T>, waiting: Waiting): Promise<T> {
    return this.#read(await this.#ask({ method: 'GET', path }, waiting), shape);
  }

  async #post<T>(path: string, body: unknown, shape: Shape<T>, waiting: Waiting): Promise<T> {
    const headers = { 'idempotency-key': freshId(timeOfDayMs()) };
    const ask: Ask = { method: 'POST', path, headers, ...(body === undefined ? {} : { body }) };
    return this.#read(await this.#ask(ask, waiting), shape);
  }

  #ask(ask: Ask, waiting: Waiting): Promise<Settled> {
    const bearer = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const headers = { accept: 'application/json', ...bearer, ...ask.headers };
    return this.#asker.ask({ ...ask, headers }, waiting);
  }

  #read<T>(answer: Settled, shape: Shape<T>): T {
    let value: unknown;
    try {
      value = JSON.parse(answer.body);
    } catch {
      throw new WrongService(`${this.#url} does not answer as a box office does: not with JSON`);
    }
    const fault = shape(value, '');
    if (fault === undefined) return value as T;
    throw new WrongService(`${this.#url} does not answer as a box office does: ${fault}`);
  }
}
