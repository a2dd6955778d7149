// The books in PostgreSQL, for any number of servers. Times are those of whoever asks and not of the database: the times to
// compare them with were written by such clocks, too. Servers whose clocks differ end a hold sooner or later by that; none of
// it is sold twice, since who settles it looks at its state under the lock of its row.
import { freshNumber } from '../../base/fresh-id.ts';
import { freshName } from '../../base/fresh-name.ts';
import { type Session, sqlStateOf } from '../../store/postgres/connections.ts';
import { SIGN_EVERY_MS } from '../../store/sign-of-life.ts';
import { Refusal } from '../refusals.ts';
import type {
  Account,
  Credentials,
  EventFields,
  KeptAnswer,
  Reservation,
  SettledState,
  TicketEvent,
} from '../terms.ts';
import { answerTo } from './claims.ts';
import { Desk, UNIQUE_VIOLATION } from './postgres/desk.ts';
import { changedBy, findById, type Kept, keptValues, withoutKept } from './postgres/rows.ts';
import * as sql from './postgres/statements.ts';
import { prepareTables } from './postgres/tables.ts';
import type {
  AccountChange,
  Claim,
  ClaimAnswer,
  Durability,
  EventTotals,
  NewAccount,
  NewEvent,
  Page,
  Records,
  Settlement,
} from './records.ts';

/** How long a request waits for a connection. */
const CONNECTION_WAIT_MS = 5_000;
/**
 * After it, PostgreSQL gives a statement up. With the ten seconds in which a grant may come here, and the wait for a connection,
 * less than the minute after which a grant that nobody has booked is given back.
 */
const STATEMENT_MS = 15_000;

export interface PostgresPlace {
  /** The most connections this server opens. */
  readonly connections: number;
  /** Where the tables are; it is made if there is none. */
  readonly schema: string;
  readonly durability: Durability;
}

/** Keeps the books in a schema of a PostgreSQL database. */
export class PostgresRecords implements Records {
  readonly #desk: Desk;
  /** This server's own, by which its claims are known. */
  readonly #server = freshName('server');
  #beats: NodeJS.Timeout | undefined;

  private constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** @throws InputError when there is no such database, or the schema is somebody else's */
  static async open(url: string, place: PostgresPlace): Promise<PostgresRecords> {
    const { connections, schema, durability } = place;
    await prepareTables(url, schema);
    const desk = await Desk.open({
      place: { name: schema, servers: { postgres: url }, folder: '' },
      connections,
      connectionWaitMs: CONNECTION_WAIT_MS,
      contention: { retries: 0, waits: 0 },
      traffic: { roundTrips: 0, statements: 0 },
      settings: `-c synchronous_commit=${durability === 'fsync' ? 'on' : 'off'} -c statement_timeout=${STATEMENT_MS}`,
    });
    const records = new PostgresRecords(desk);
    await records.beat();
    const beats = setInterval(() => void records.beat().catch(() => {}), SIGN_EVERY_MS);
    beats.unref();
    records.#beats = beats;
    return records;
  }

  /** Says that this server is alive, and so are its claims. */
  async beat(): Promise<void> {
    await this.#desk.rows(sql.BEAT, [this.#server]);
  }

  async beginRun(): Promise<number> {
    const [row] = await this.#desk.rows<{ run: number }>(sql.BEGIN_RUN);
    return row?.run as number;
  }

  async addAccount(account: NewAccount, kept?: KeptAnswer): Promise<Account | 'taken'> {
    const { id, name, role, passwordHash, createdAtMs } = account;
    const values = [id, name, name.toLowerCase(), role, passwordHash, createdAtMs];
    try {
      return await this.#desk.ask<Account | 'taken'>(
        async (session) => {
          const all = [...values, ...this.#kept(kept)];
          const [row] = await session.query<Account & Kept>(sql.ADD_ACCOUNT, all);
          return row ? withoutKept(row) : 'taken';
        },
        (session) => findById<Account>(session, sql.FIND_ACCOUNT, id),
      );
    } catch (error) {
      if (sqlStateOf(error) === UNIQUE_VIOLATION) return 'taken';
      throw error;
    }
  }

  async credentials(name: string): Promise<Credentials | undefined> {
    const [row] = await this.#desk.read<Credentials>(sql.CREDENTIALS, [name.toLowerCase()]);
    return row;
  }

  async account(id: string): Promise<Account | undefined> {
    return (await this.#desk.read<Account>(sql.FIND_ACCOUNT, [id]))[0];
  }

  async accounts({ limit, after = '' }: Page): Promise<Account[]> {
    return [...(await this.#desk.read<Account>(sql.LIST_ACCOUNTS, [after, limit]))];
  }

  async changeAccount(id: string, change: AccountChange): Promise<Account | undefined> {
    const values = [id, change.role, change.passwordHash];
    return (await this.#desk.rows<Account>(sql.CHANGE_ACCOUNT, values))[0];
  }

  async events(): Promise<TicketEvent[]> {
    return [...(await this.#desk.read<TicketEvent>(sql.LIST_EVENTS))];
  }

  addEvent(event: NewEvent, kept?: KeptAnswer): Promise<TicketEvent> {
    const { id, name, date, priceCents, capacity, organizerId, createdAtMs } = event;
    const values = [id, name, date, priceCents, capacity, organizerId, createdAtMs];
    return this.#desk.ask(
      async (session) => {
        const all = [...values, ...this.#kept(kept)];
        const [row] = await session.query<TicketEvent & Kept>(sql.ADD_EVENT, all);
        return withoutKept(row as TicketEvent & Kept);
      },
      (session) => findById<TicketEvent>(session, sql.FIND_EVENT, id),
    );
  }

  async editEvent(
    id: string,
    version: number | undefined,
    { name, date, priceCents, capacity }: Partial<EventFields>,
  ): Promise<TicketEvent | 'missing' | 'changed'> {
    const values = [id, version, name, date, priceCents, capacity];
    const [edited] = await this.#desk.rows<TicketEvent>(sql.EDIT_EVENT, values);
    if (edited) return edited;
    return (await this.#desk.read(sql.FIND_EVENT, [id])).length > 0 ? 'changed' : 'missing';
  }

  removeEvent(id: string, atMs: number): Promise<Reservation[] | 'missing'> {
    const change = freshNumber();
    return this.#desk.inTransaction<Reservation[] | 'missing'>(
      async (session) => {
        if ((await session.query(sql.LOCK_EVENT, [id])).length === 0) return 'missing';
        // What was booked until the lock was got is seen by this statement, and by none before it.
        const cancelled = await session.query<Reservation>(sql.CANCEL_ALL, [id, atMs, change]);
        await session.query(sql.REMOVE_EVENT, [id]);
        return [...cancelled];
      },
      async (session) => {
        if (await findById(session, sql.FIND_EVENT, id)) return undefined;
        return changedBy(session, change);
      },
    );
  }

  async book(reservation: Reservation, kept?: KeptAnswer): Promise<'booked' | 'no event'> {
    const r = reservation;
    const values = [r.id, r.eventId, r.eventNumber, r.accountId, r.quantity, r.priceCents, r.run];
    const more = [r.serial, r.order, r.state, r.createdAtMs, r.expiresAtMs, r.changedAtMs];
    return this.#desk.ask<'booked' | 'no event'>(
      async (session) => {
        const rows = await session.query(sql.BOOK, [...values, ...more, ...this.#kept(kept)]);
        return rows.length > 0 ? 'booked' : 'no event';
      },
      async (session) =>
        (await findById(session, sql.FIND_RESERVATION, r.id)) ? 'booked' : undefined,
    );
  }

  settle(id: string, to: SettledState, atMs: number, kept?: KeptAnswer): Promise<Settlement> {
    const change = freshNumber();
    const find = (session: Session) =>
      findById<Reservation & { change: number | null }>(session, sql.FIND_RESERVATION, id);
    return this.#desk.ask<Settlement>(
      async (session) => {
        const values = [id, to, atMs, change, ...this.#kept(kept)];
        const [ended] = await session.query<Reservation & Kept>(sql.SETTLE, values);
        if (ended) return { outcome: 'settled', reservation: withoutKept(ended) };
        const found = await find(session);
        if (!found) return { outcome: 'missing' };
        const { change: _, ...reservation } = found;
        return { outcome: 'refused', reservation };
      },
      async (session) => {
        const { change: by, ...reservation } = (await find(session)) ?? { change: null };
        if (by !== change) return undefined;
        return { outcome: 'settled', reservation: reservation as Reservation };
      },
    );
  }

  expire(atMs: number, limit: number): Promise<Reservation[]> {
    const change = freshNumber();
    return this.#desk.ask(
      async (session) => [...(await session.query<Reservation>(sql.EXPIRE, [atMs, limit, change]))],
      (session) => changedBy(session, change),
    );
  }

  async reservation(id: string): Promise<Reservation | undefined> {
    type Row = Reservation & { readonly change: number | null };
    const [row] = await this.#desk.read<Row>(sql.FIND_RESERVATION, [id]);
    if (!row) return undefined;
    const { change: _, ...reservation } = row;
    return reservation;
  }

  async reservationsOf(accountId: string, { limit, after }: Page): Promise<Reservation[]> {
    const values = [accountId, after, limit];
    return [...(await this.#desk.read<Reservation>(sql.LIST_RESERVATIONS, values))];
  }

  async totals(): Promise<ReadonlyMap<number, EventTotals>> {
    const rows = await this.#desk.read<EventTotals & { number: number }>(sql.TOTALS);
    return new Map(rows.map(({ number, held, confirmed }) => [number, { held, confirmed }]));
  }

  async claim(claim: Claim): Promise<ClaimAnswer> {
    const { scope, key, fingerprint, atMs } = claim;
    const values = [scope, key, fingerprint, this.#server, atMs];
    for (;;) {
      const claimed = await this.#desk.rows(sql.CLAIM, values);
      if (claimed.length > 0) return { outcome: 'claimed' };
      type Row = Omit<KeptAnswer, 'status'> & { readonly status: number | null };
      const [row] = await this.#desk.read<Row>(sql.FIND_ANSWER, [scope, key]);
      // Given up in between: it may be ours now.
      if (!row) continue;
      const { status } = row;
      if (status !== null) return answerTo(claim, { ...row, status });
      return { outcome: row.fingerprint === fingerprint ? 'in flight' : 'reused' };
    }
  }

  async keep(kept: KeptAnswer): Promise<void> {
    await this.#desk.rows(sql.KEEP, this.#kept(kept));
  }

  async unclaim(scope: string, key: string): Promise<void> {
    await this.#desk.rows(sql.UNCLAIM, [scope, key, this.#server]);
  }

  async forgetKept(beforeMs: number): Promise<number> {
    return (await this.#desk.rows(sql.FORGET, [beforeMs])).length;
  }

  async close(): Promise<void> {
    clearInterval(this.#beats);
    try {
      await this.#desk.rows(sql.LEAVE, [this.#server]);
    } catch (error) {
      // Out of reach: its claims are anybody's in a minute.
      if (!(error instanceof Refusal)) throw error;
    }
    await this.#desk.close();
  }

  #kept(kept: KeptAnswer | undefined): readonly unknown[] {
    return keptValues(this.#server, kept);
  }
}
