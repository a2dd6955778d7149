// What there is to buy, written out once and given to all who ask within a moment. Selling never makes listing wait.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Calendar } from '../base/clock.ts';
import { isoTime } from '../base/time-text.ts';
import type { BoxOffice, StockedEvent } from '../service/box-office.ts';
import type { PageSettings } from './settings.ts';
import { type EventView, eventView } from './views.ts';

/** Pages of so many events are kept; those nobody asked for longest make room. */
const KEPT_MAX = 1000;
/** What no event is called. */
const ALL = '';

/** A page, as it is sent. */
export interface EventPage {
  readonly body: Buffer;
  /** Of all but the time: it changes when something else does. */
  readonly etag: string;
  /** No later than its figures were read. */
  readonly asOfMs: number;
  /** Of the catalogue it was made from. */
  readonly revision: number;
}

interface Making {
  /** Of the catalogue it is made from. */
  readonly revision: number;
  readonly page: Promise<EventPage>;
}

/** Pages of events, for one thread. A page is never of an older moment than it says. */
export class EventPages {
  readonly #office: BoxOffice;
  readonly #calendar: Calendar;
  readonly #settings: PageSettings;
  readonly #pages = new LRUCache<string, EventPage>({ max: KEPT_MAX });
  readonly #making = new Map<string, Making>();

  constructor(office: BoxOffice, calendar: Calendar, settings: PageSettings) {
    this.#office = office;
    this.#calendar = calendar;
    this.#settings = settings;
  }

  /** All events. */
  all(): EventPage | Promise<EventPage> {
    return this.#page(ALL);
  }

  /** @throws Refusal `not-found` */
  one(id: string): EventPage | Promise<EventPage> {
    return this.#page(id);
  }

  /** How long somebody else may keep it, in whole seconds; a part of one is none. */
  cacheControl({ asOfMs }: EventPage): string {
    const leftMs = this.#settings.maxAgeMs - (this.#calendar.nowMs() - asOfMs);
    const seconds = Math.floor(Math.max(0, leftMs) / 1000);
    return seconds > 0 ? `max-age=${seconds}` : 'no-cache';
  }

  #page(key: string): EventPage | Promise<EventPage> {
    const { maxAgeMs, staleMs } = this.#settings;
    const page = this.#pages.get(key);
    // Of another catalogue, it may show an event that is gone.
    const isCurrent = page !== undefined && page.revision === this.#office.revision;
    const ageMs = isCurrent ? this.#calendar.nowMs() - page.asOfMs : Infinity;
    if (isCurrent && ageMs < maxAgeMs) return page;
    // Who has just made an event must find it: a page of the catalogue before that is not for him.
    const under = this.#making.get(key);
    const isUnder = under !== undefined && under.revision === this.#office.revision;
    if (!isUnder) return this.#make(key);
    // Whoever finds it too old makes a new one, and waits for that; those who come meanwhile need not.
    return isCurrent && ageMs < staleMs ? page : under.page;
  }

  #make(key: string): Promise<EventPage> {
    const making: Making = { revision: this.#office.revision, page: this.#written(key) };
    this.#making.set(key, making);
    const end = () => {
      if (this.#making.get(key) === making) this.#making.delete(key);
    };
    making.page.then(end, end);
    return making.page;
  }

  async #written(key: string): Promise<EventPage> {
    // Both before anything is read: what changes meanwhile makes the page old at once.
    const { revision } = this.#office;
    const asOfMs = this.#calendar.nowMs();
    const asOf = isoTime(asOfMs);
    const show = ({ event, available }: StockedEvent): EventView =>
      eventView(event, available, asOf);
    const view =
      key === ALL
        ? { events: (await this.#office.events()).map(show), asOf }
        : show(await this.#office.event(key));
    const page = { body: Buffer.from(JSON.stringify(view)), etag: tagOf(view), asOfMs, revision };
    this.#pages.set(key, page);
    return page;
  }
}

/**
 * Weak: two pages with the same figures differ in the time at which they were read, so they are not the same bytes. Who
 * is told "not modified" has figures that are right now, and says of them that they are older.
 */
function tagOf(view: object): string {
  const timeless = JSON.stringify(view, (key, value: unknown) =>
    key === 'asOf' ? undefined : value,
  );
  return `W/"${createHash('sha256').update(timeless).digest('base64url').slice(0, 22)}"`;
}

/** Whether somebody who has one of these pages has this one; as RFC 9110 compares for If-None-Match. */
export function isOneOf(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const bare = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === bare);
}
