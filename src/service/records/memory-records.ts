// The books in memory: they end with the process. Every change is done when its function returns, so nothing can
// come between its parts.
import { invariant } from '../../base/invariant.ts';
import { PagedMap } from '../../base/paged-map.ts';
import {
  type Account,
  type Credentials,
  type EventFields,
  GUEST_ID,
  type KeptAnswer,
  type Reservation,
  type SettledState,
  type TicketEvent,
} from '../terms.ts';
import { withoutHash } from './account.ts';
import { Claims, claimName } from './claims.ts';
import { Holds } from './holds.ts';
import type {
  AccountChange,
  Claim,
  ClaimAnswer,
  EventTotals,
  NewAccount,
  NewEvent,
  Page,
  Records,
  Settlement,
} from './records.ts';
import { isOver, settled } from './settling.ts';

/** What was sold of one event. */
interface Sales {
  /** Also those that have ended: to take one out costs more than to pass it by when the event is removed. */
  readonly ids: string[];
  held: number;
  confirmed: number;
}

function count(sales: Sales, { state, quantity }: Reservation, sign: 1 | -1): void {
  if (state === 'held' || state === 'confirmed') sales[state] += sign * quantity;
}

/** Where an id is, or would be, among others in their order. Ids are in the order of their times: it is near the end. */
function placeOf(ids: readonly string[], id: string): number {
  let place = ids.length;
  while (place > 0 && (ids[place - 1] as string) >= id) place--;
  return place;
}

/** Keeps the books in memory. */
export class MemoryRecords implements Records {
  readonly #accounts = new Map<string, Credentials>();
  readonly #accountIds = new Map<string, string>();
  readonly #events = new Map<string, TicketEvent>();
  readonly #reservations = new PagedMap<Reservation>();
  readonly #byAccount = new Map<string, string[]>();
  readonly #sales = new Map<string, Sales>();
  readonly #holds = new Holds();
  readonly #claims: Claims = new Claims();
  readonly #kept = new Map<string, KeptAnswer>();
  #eventNumber = 0;
  #accountNumber = 0;

  async beginRun(): Promise<number> {
    return 0;
  }

  async addAccount(account: NewAccount, kept?: KeptAnswer): Promise<Account | 'taken'> {
    const name = account.name.toLowerCase();
    if (this.#accountIds.has(name)) return 'taken';
    const added = { ...account, number: ++this.#accountNumber, version: 1 };
    this.#accounts.set(added.id, added);
    this.#accountIds.set(name, added.id);
    this.#keep(kept);
    return withoutHash(added);
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    return this.#accounts.get(this.#accountIds.get(name.toLowerCase()) ?? '');
  }

  async account(id: string): Promise<Account | undefined> {
    const found = this.#accounts.get(id);
    return found && withoutHash(found);
  }

  async accounts({ limit, after = '' }: Page): Promise<Account[]> {
    const ids = [...this.#accounts.keys()].filter((id) => id > after).toSorted();
    return ids.slice(0, limit).map((id) => withoutHash(this.#accounts.get(id) as Credentials));
  }

  async changeAccount(id: string, change: AccountChange): Promise<Account | undefined> {
    const found = this.#accounts.get(id);
    if (!found) return undefined;
    const changed = { ...found, ...change, version: found.version + 1 };
    this.#accounts.set(id, changed);
    return withoutHash(changed);
  }

  async events(): Promise<TicketEvent[]> {
    return [...this.#events.values()];
  }

  async addEvent(event: NewEvent, kept?: KeptAnswer): Promise<TicketEvent> {
    const added = { ...event, number: this.#eventNumber++, version: 1 };
    this.#events.set(added.id, added);
    this.#sales.set(added.id, { ids: [], held: 0, confirmed: 0 });
    this.#keep(kept);
    return added;
  }

  async editEvent(
    id: string,
    version: number | undefined,
    fields: Partial<EventFields>,
  ): Promise<TicketEvent | 'missing' | 'changed'> {
    const found = this.#events.get(id);
    if (!found) return 'missing';
    if (version !== undefined && version !== found.version) return 'changed';
    const edited = { ...found, ...fields, version: found.version + 1 };
    this.#events.set(id, edited);
    return edited;
  }

  async removeEvent(id: string, atMs: number): Promise<Reservation[] | 'missing'> {
    if (!this.#events.delete(id)) return 'missing';
    const cancelled: Reservation[] = [];
    for (const each of this.#sales.get(id)?.ids ?? []) {
      const ended = settled(this.#at(each), 'cancelled', atMs);
      if (!ended) continue;
      this.#put(ended);
      cancelled.push(ended);
    }
    this.#sales.delete(id);
    return cancelled;
  }

  async book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> {
    const { id, eventId, accountId } = reservation;
    const sales = this.#sales.get(eventId);
    if (!sales) return 'no event';
    sales.ids.push(id);
    const ofAccount = this.#byAccount.get(accountId);
    if (ofAccount) ofAccount.splice(placeOf(ofAccount, id), 0, id);
    // Guests are all one account, and none of them can list what it has.
    else if (accountId !== GUEST_ID) this.#byAccount.set(accountId, [id]);
    this.#reservations.add(id, reservation);
    count(sales, reservation, 1);
    this.#holds.add(reservation);
    this.#keep(kept);
    return 'booked';
  }

  async settle(id: string, to: SettledState, atMs: number, kept?: KeptAnswer): Promise<Settlement> {
    const found = this.#reservations.get(id);
    if (!found) return { outcome: 'missing' };
    const reservation = settled(found, to, atMs);
    if (!reservation) return { outcome: 'refused', reservation: found };
    this.#put(reservation);
    this.#keep(kept);
    return { outcome: 'settled', reservation };
  }

  async expire(atMs: number, limit: number): Promise<Reservation[]> {
    const expired: Reservation[] = [];
    while (expired.length < limit) {
      const id = this.#holds.takeOver(atMs);
      if (id === undefined) break;
      const held = this.#at(id);
      if (isOver(held, atMs)) expired.push(settled(held, 'expired', atMs) as Reservation);
    }
    for (const each of expired) this.#put(each);
    return expired;
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    return this.#reservations.get(id);
  }

  async reservationsOf(accountId: string, { limit, after }: Page): Promise<Reservation[]> {
    const ids = this.#byAccount.get(accountId) ?? [];
    const end = after === undefined ? ids.length : placeOf(ids, after);
    return ids
      .slice(Math.max(0, end - limit), end)
      .toReversed()
      .map((id) => this.#at(id));
  }

  async totals(): Promise<ReadonlyMap<number, EventTotals>> {
    const totals = new Map<number, EventTotals>();
    for (const { id, number } of this.#events.values()) {
      const { held, confirmed } = this.#sales.get(id) as Sales;
      totals.set(number, { held, confirmed });
    }
    return totals;
  }

  async claim(claim: Claim): Promise<ClaimAnswer> {
    return this.#claims.claim(claim, this.#kept.get(claimName(claim)));
  }

  async keep(kept: KeptAnswer): Promise<void> {
    this.#keep(kept);
  }

  async unclaim(scope: string, key: string): Promise<void> {
    this.#claims.end({ scope, key });
  }

  async forgetKept(beforeMs: number): Promise<number> {
    let forgotten = 0;
    for (const [name, { atMs }] of this.#kept) {
      if (atMs >= beforeMs) continue;
      this.#kept.delete(name);
      forgotten++;
    }
    return forgotten;
  }

  async close(): Promise<void> {}

  #at(id: string): Reservation {
    const found = this.#reservations.get(id);
    invariant(found !== undefined, `reservation ${id} is in an index and not in the books`);
    return found;
  }

  #put(reservation: Reservation): void {
    const { id, eventId } = reservation;
    const sales = this.#sales.get(eventId);
    if (sales) {
      count(sales, this.#at(id), -1);
      count(sales, reservation, 1);
    }
    this.#reservations.replace(id, reservation);
  }

  #keep(kept: KeptAnswer | undefined): void {
    if (!kept) return;
    this.#kept.set(claimName(kept), kept);
    this.#claims.end(kept);
  }
}
