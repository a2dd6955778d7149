// What every change of the books writes into the tables. All of it is synchronous: whoever calls has a transaction open.
import { invariant } from '../../base/invariant.ts';
import {
  type Account,
  type Credentials,
  type EventFields,
  type KeptAnswer,
  type Reservation,
  type SettledState,
  type TicketEvent,
  takesStock,
} from '../terms.ts';
import { withoutHash } from './account.ts';
import { claimName } from './claims.ts';
import type { MetaKey, Tables } from './embedded-tables.ts';
import type {
  AccountChange,
  Claim,
  EventTotals,
  NewAccount,
  NewEvent,
  Page,
  Settlement,
} from './records.ts';
import { settled } from './settling.ts';

const NOTHING: EventTotals = { held: 0, confirmed: 0 };

/** The books of one file. */
export class EmbeddedBooks {
  readonly #tables: Tables;
  /** Totals that the transaction has changed: each is written once, however many reservations it has. */
  readonly #changed = new Map<string, EventTotals>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Writes what is written once in a transaction. */
  beforeCommit(): void {
    for (const [id, totals] of this.#changed) this.#tables.totals.putSync(id, totals);
  }

  /** The transaction is over, whichever way. */
  afterTransaction(): void {
    this.#changed.clear();
  }

  beginRun(): number {
    return this.#next('run');
  }

  addAccount(account: NewAccount, kept?: KeptAnswer): Account | 'taken' {
    const { accounts, accountNames } = this.#tables;
    const name = account.name.toLowerCase();
    if (accountNames.get(name) !== undefined) return 'taken';
    const added: Credentials = { ...account, number: this.#next('accounts'), version: 1 };
    accounts.putSync(added.id, added);
    accountNames.putSync(name, added.id);
    this.keep(kept);
    return withoutHash(added);
  }

  credentials(name: string): Credentials | undefined {
    const id = this.#tables.accountNames.get(name.toLowerCase());
    return id === undefined ? undefined : this.#tables.accounts.get(id);
  }

  account(id: string): Account | undefined {
    const found = this.#tables.accounts.get(id);
    return found && withoutHash(found);
  }

  accountsAfter({ limit, after }: Page): Account[] {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true };
    const rows = this.#tables.accounts.getRange({ ...from, limit });
    return [...rows].map(({ value }) => withoutHash(value));
  }

  changeAccount(id: string, change: AccountChange): Account | undefined {
    const found = this.#tables.accounts.get(id);
    if (!found) return undefined;
    const changed = { ...found, ...change, version: found.version + 1 };
    this.#tables.accounts.putSync(id, changed);
    return withoutHash(changed);
  }

  events(): TicketEvent[] {
    const events = [...this.#tables.events.getRange()].map(({ value }) => value);
    return events.toSorted((one, other) => one.number - other.number);
  }

  addEvent(event: NewEvent, kept?: KeptAnswer): TicketEvent {
    const added: TicketEvent = { ...event, number: this.#next('events') - 1, version: 1 };
    this.#tables.events.putSync(added.id, added);
    this.#tables.totals.putSync(added.id, NOTHING);
    this.keep(kept);
    return added;
  }

  editEvent(
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): TicketEvent | 'missing' | 'changed' {
    const found = this.#tables.events.get(id);
    if (!found) return 'missing';
    if (version !== undefined && version !== found.version) return 'changed';
    const edited = { ...found, ...fields, version: found.version + 1 };
    this.#tables.events.putSync(id, edited);
    return edited;
  }

  removeEvent(id: string, atMs: number): Reservation[] | 'missing' {
    const { events, totals, ofEvent } = this.#tables;
    if (!events.doesExist(id)) return 'missing';
    const cancelled: Reservation[] = [];
    // All of them first: the list is changed on the way.
    const ids = Array.from(ofEvent.getValues(id));
    for (const each of ids) {
      const was = this.#at(each);
      const ended = settled(was, 'cancelled', atMs);
      invariant(ended !== undefined, `reservation ${each} is ${was.state} and takes stock`);
      this.#replace(was, ended);
      cancelled.push(ended);
    }
    events.removeSync(id);
    totals.removeSync(id);
    this.#changed.delete(id);
    return cancelled;
  }

  book(reservation: Reservation, kept?: KeptAnswer): 'booked' | 'no event' {
    const { events, reservations, ofAccount, ofEvent, holds } = this.#tables;
    const { id, accountId, eventId, expiresAtMs } = reservation;
    if (!events.doesExist(eventId)) return 'no event';
    invariant(!reservations.doesExist(id), `reservation ${id} is booked already`);
    reservations.putSync(id, reservation);
    ofAccount.putSync(accountId, id);
    if (takesStock(reservation.state)) {
      ofEvent.putSync(eventId, id);
      this.#count(reservation, 1);
    }
    if (endsByItself(reservation)) holds.putSync([expiresAtMs as number, id], true);
    this.keep(kept);
    return 'booked';
  }

  settle(id: string, to: SettledState, atMs: number, kept?: KeptAnswer): Settlement {
    const found = this.#tables.reservations.get(id);
    if (!found) return { outcome: 'missing' };
    const reservation = settled(found, to, atMs);
    if (!reservation) return { outcome: 'refused', reservation: found };
    this.#replace(found, reservation);
    this.keep(kept);
    return { outcome: 'settled', reservation };
  }

  expire(atMs: number, limit: number): Reservation[] {
    // The end is excluded: it is over at its very millisecond.
    const over = this.#tables.holds.getKeys({ end: [atMs + 1, ''], limit });
    return [...over].map(([, id]) => {
      const was = this.#at(id);
      const expired = settled(was, 'expired', atMs);
      invariant(expired !== undefined, `reservation ${id} is ${was.state} among the holds`);
      this.#replace(was, expired);
      return expired;
    });
  }

  reservation(id: string): Reservation | undefined {
    return this.#tables.reservations.get(id);
  }

  reservationsOf(accountId: string, { limit, after }: Page): Reservation[] {
    const from = after === undefined ? {} : { start: after };
    // Whichever it is, the last one seen may come first again: it is left out here.
    const values = this.#tables.ofAccount.getValues(accountId, {
      ...from,
      reverse: true,
      limit: limit + 1,
    });
    const ids = [...values].filter((id) => after === undefined || id < after);
    return ids.slice(0, limit).map((id) => this.#at(id));
  }

  totals(): ReadonlyMap<number, EventTotals> {
    return new Map(this.events().map(({ id, number }) => [number, this.#totalsOf(id)]));
  }

  kept({ scope, key }: Pick<Claim, 'scope' | 'key'>): KeptAnswer | undefined {
    const row = this.#tables.kept.get(claimName({ scope, key }));
    return row && { scope, key, ...row };
  }

  keep(answer: KeptAnswer | undefined): void {
    if (!answer) return;
    const { fingerprint, status, body, atMs } = answer;
    const name = claimName(answer);
    const old = this.#tables.kept.get(name);
    if (old) this.#tables.keptAt.removeSync([old.atMs, name]);
    this.#tables.kept.putSync(name, { fingerprint, status, body, atMs });
    this.#tables.keptAt.putSync([atMs, name], true);
  }

  forgetKept(beforeMs: number, limit: number): number {
    const old = [...this.#tables.keptAt.getKeys({ end: [beforeMs, ''], limit })];
    for (const at of old) {
      this.#tables.keptAt.removeSync(at);
      this.#tables.kept.removeSync(at[1]);
    }
    return old.length;
  }

  #replace(was: Reservation, is: Reservation): void {
    const { reservations, ofEvent, holds } = this.#tables;
    reservations.putSync(is.id, is);
    if (endsByItself(was)) holds.removeSync([was.expiresAtMs as number, was.id]);
    this.#count(was, -1);
    if (takesStock(is.state)) this.#count(is, 1);
    else ofEvent.removeSync(is.eventId, is.id);
  }

  #count({ eventId, state, quantity }: Reservation, sign: 1 | -1): void {
    const { held, confirmed } = this.#totalsOf(eventId);
    const by = sign * quantity;
    const totals =
      state === 'held' ? { held: held + by, confirmed } : { held, confirmed: confirmed + by };
    this.#changed.set(eventId, totals);
  }

  #totalsOf(eventId: string): EventTotals {
    return this.#changed.get(eventId) ?? this.#tables.totals.get(eventId) ?? NOTHING;
  }

  #at(id: string): Reservation {
    const found = this.#tables.reservations.get(id);
    invariant(found !== undefined, `reservation ${id} is in an index and not in the books`);
    return found;
  }

  /** The next number of a series that begins with 1. */
  #next(series: Exclude<MetaKey, 'format'>): number {
    const next = (this.#tables.meta.get(series) ?? 0) + 1;
    this.#tables.meta.putSync(series, next);
    return next;
  }
}

function endsByItself({ state, expiresAtMs }: Reservation): boolean {
  return state === 'held' && expiresAtMs !== null;
}
