import type pg from 'pg';
import { messageOf } from '../../base/errors.ts';
import type { StoreContext, StorePlace } from '../stored.ts';
import { loadPg } from './client-library.ts';

/** A statement that is prepared once on each connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What connections need to know. */
export type ConnectionContext = Pick<
  StoreContext,
  'place' | 'connections' | 'connectionWaitMs' | 'contention' | 'traffic'
> & {
  /** Settings of each session, as `-c name=value`. */
  readonly settings?: string;
};

/**
 * How connections find the tables of their sale: unqualified names are looked up in its schema alone.
 * @param settings more settings of the session, as `-c name=value`
 */
export function connectionTo(
  { name, servers }: Pick<StorePlace, 'name' | 'servers'>,
  settings = '',
): pg.ClientConfig {
  return {
    connectionString: servers.postgres,
    options: `-c search_path=${name} ${settings}`,
    application_name: 'onsale',
  };
}

/** Runs statements on one connection, in the transaction that is open on it, if one is. */
export interface Session {
  /** The process of the server that serves it: as long as there is one of this number, it may be at work. */
  readonly backend: number;
  query<Row>(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** No connection was free in time: nothing was asked. */
export class NoConnectionError extends Error {}

/** How long opening a connection may take before the sale: a busy server starts a process for each. */
const OPENING_MS = 30_000;

/** What `pg` says when a pool has no connection in time. */
const POOL_TIMEOUT = 'timeout exceeded when trying to connect';

/** A server that leaves a statement without an answer for so long is taken for gone, and the connection is given up. */
const SILENCE_MS = 30_000;

/** The connections of one thread to PostgreSQL: a bounded number, kept open. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #context: ConnectionContext;

  private constructor(context: ConnectionContext, Pool: typeof pg.Pool) {
    this.#context = context;
    this.#pool = new Pool({
      ...connectionTo(context.place, context.settings),
      max: context.connections,
      connectionTimeoutMillis: OPENING_MS,
      idleTimeoutMillis: 0,
      query_timeout: SILENCE_MS,
    });
    // A connection that breaks is replaced when one is needed; whoever uses it hears of it by his statement.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** How many there are at most. */
  get most(): number {
    return this.#context.connections;
  }

  /** Opens all of them, so that no request has to wait for that. */
  static async open(context: ConnectionContext): Promise<Connections> {
    const { Pool } = await loadPg();
    const connections = new Connections(context, Pool);
    const pool = connections.#pool;
    const clients = await Promise.all(
      Array.from({ length: context.connections }, () => patientlyFrom(pool)),
    );
    for (const client of clients) client.release();
    // From here on, somebody waits for it.
    pool.options.connectionTimeoutMillis = context.connectionWaitMs;
    return connections;
  }

  /**
   * Lends a connection.
   * @throws NoConnectionError when none is free in time; whatever `use` throws, after which the connection is
   * closed, since nobody knows what state it is in
   */
  async lend<Result>(use: (session: Session) => Promise<Result>): Promise<Result> {
    const client = await this.#connect();
    let broken: Error | boolean = true;
    try {
      const result = await use(this.#sessionOn(client));
      broken = false;
      return result;
    } catch (error) {
      // An error that the server told leaves the connection usable.
      broken = !isToldByServer(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #connect(): Promise<pg.PoolClient> {
    const { contention } = this.#context;
    if (this.#pool.idleCount === 0 && this.#pool.totalCount >= this.#context.connections) {
      contention.waits++;
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      const timedOut = error instanceof Error && error.message === POOL_TIMEOUT;
      throw timedOut ? new NoConnectionError(error.message) : error;
    }
  }

  #sessionOn(client: pg.PoolClient): Session {
    const { traffic } = this.#context;
    return {
      backend: (client as unknown as { processID: number }).processID,
      async query<Row>({ name, text }: Statement, values: readonly unknown[] = []) {
        traffic.roundTrips++;
        traffic.statements++;
        const named = name === '' ? { text } : { name, text };
        const { rows } = await client.query({ ...named, values: [...values] });
        return rows as Row[];
      },
    };
  }
}

/** The limit on the wait is for buyers: before the sale, a busy server may take longer. */
const OPENING_TRIES = 30;

async function patientlyFrom(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let tries = 1; ; tries++) {
    try {
      return await pool.connect();
    } catch (error) {
      if (tries === OPENING_TRIES || messageOf(error) !== POOL_TIMEOUT) throw error;
    }
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The SQLSTATE of an error, if PostgreSQL told one. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && SQLSTATE.test(code) && !code.startsWith('E')
    ? code
    : undefined;
}

/** Classes in which the server ends the connection: 08 connection exceptions, 57 operator intervention. */
const ENDING_CLASSES = ['08', '57'];

/** Whether the server answered with an error and goes on: then what was asked has certainly not been done. */
export function isToldByServer(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !ENDING_CLASSES.includes(state.slice(0, 2));
}

/** Serialization failures and deadlocks: the whole transaction may be tried again. */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}
