// Where the stock of all servers of one database lies: made once, by whichever comes first, and never for one run.
import type pg from 'pg';
import { InputError, messageOf } from '../../base/errors.ts';
import { freshNumber } from '../../base/fresh-id.ts';
import { randomStream } from '../../base/random.ts';
import { describeServer } from '../../servers/describe.ts';
import { loadStoreStrategy } from '../../store/load-strategy.ts';
import { openStoreReserver } from '../../store/open-strategy.ts';
import { withClient } from '../../store/postgres/one-client.ts';
import type {
  ServerKind,
  StockSize,
  StoreContext,
  StorePlace,
  StoreReserver,
  StoreStrategy,
} from '../../store/stored.ts';

/** What a server sells from; all of it can be cloned. */
export interface StorePlan {
  /** As `loadStrategy` finds it. */
  readonly strategy: string;
  readonly place: StorePlace;
  readonly size: StockSize;
  /** Of one event. */
  readonly maxTickets: number;
  /** In the names of its tickets: serials are never used twice there, so it stays the same as long as the stock. */
  readonly run: string;
}

/** Where to sell from, and how. */
export interface StoreWish {
  readonly strategy: string;
  readonly postgres: string;
  readonly redis: string | undefined;
  readonly maxEvents: number;
  readonly maxTickets: number;
}

/** Connections of each till; whoever looks after the stock has few. */
export const TILL_CONNECTIONS = 8;
const CONNECTION_WAIT_MS = 2000;
const SETTLE_MS = 5000;

/** No sale of the lab has such a name, so none of those who clear up takes it for a leftover. */
const SCHEMA = 'onsale_box_office';

const FIND_TABLE = `SELECT to_regclass('${SCHEMA}.stock_place') IS NOT NULL AS made`;
const FIND = `SELECT strategy, events, run FROM ${SCHEMA}.stock_place`;
/** Until whoever holds it is done or gone. */
const LOCK = `SELECT pg_advisory_lock(hashtext('${SCHEMA}'))`;
const SAY_WHERE = `
  CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
  CREATE TABLE ${SCHEMA}.stock_place (strategy text NOT NULL, events int NOT NULL, run text NOT NULL);`;

interface Row {
  readonly strategy: string;
  readonly events: number;
  readonly run: string;
}

/**
 * Finds the stock of a database, or makes it.
 * @throws InputError when its servers sell by another strategy
 */
export async function prepareStore(wish: StoreWish): Promise<StorePlan> {
  const strategy = await loadStoreStrategy(wish.strategy);
  requireFitting(strategy, wish);
  if (strategy.needs.includes('redis')) await requireAnswer('redis', wish.redis as string);
  await requireAnswer('postgres', wish.postgres);
  const row = await withClient(
    { connectionString: wish.postgres, application_name: 'onsale' },
    async (client) => {
      await client.query(LOCK);
      return (await findRow(client)) ?? (await make(client, strategy, wish));
    },
  );
  if (row.strategy !== strategy.name) {
    throw new InputError(
      `the stock in this database is sold by ${row.strategy}, and by one strategy at a time; got ${strategy.name}`,
    );
  }
  return {
    strategy: wish.strategy,
    place: placeOf(wish, row.run),
    size: { events: row.events, tickets: 0 },
    maxTickets: wish.maxTickets,
    run: row.run,
  };
}

/** Told in one line; and a gate that is down is waited for by its connections for ever. */
async function requireAnswer(kind: ServerKind, url: string): Promise<void> {
  try {
    await describeServer(kind, url);
  } catch (error) {
    throw new InputError(
      `the server at --${kind} ${new URL(url).host} cannot be used: ${messageOf(error)}`,
    );
  }
}

function requireFitting({ name, family, needs }: StoreStrategy, { redis }: StoreWish): void {
  if (family !== 'postgres' && family !== 'hybrid') {
    throw new InputError(
      `${name} does not keep its stock in PostgreSQL, where the books are; those of the families postgres and hybrid do`,
    );
  }
  if (needs.includes('redis') && redis === undefined) {
    throw new InputError(`${name} needs Redis as well: give its URL`);
  }
}

async function findRow(client: pg.Client): Promise<Row | undefined> {
  const { rows } = await client.query<{ made: boolean }>(FIND_TABLE);
  return rows[0]?.made ? (await client.query<Row>(FIND)).rows[0] : undefined;
}

/** Under a name of its own, so that one that was begun and never finished is in nobody's way. */
async function make(client: pg.Client, strategy: StoreStrategy, wish: StoreWish): Promise<Row> {
  const row = { strategy: strategy.name, events: wish.maxEvents, run: freshNumber().toString(36) };
  const place = placeOf(wish, row.run);
  await strategy.prepare(place, { events: wish.maxEvents, tickets: 0 });
  // Only with its age can a grant be told from one that is about to be booked.
  await client.query(
    `ALTER TABLE ${place.name}.booking ADD COLUMN made timestamptz NOT NULL DEFAULT clock_timestamp()`,
  );
  const values = [row.strategy, `${row.events}`, row.run].map((each) => client.escapeLiteral(each));
  // Sent together, it is one transaction: from here on, the stock is there for all.
  await client.query(`${SAY_WHERE} INSERT INTO ${SCHEMA}.stock_place VALUES (${values.join()})`);
  return row;
}

function placeOf({ postgres, redis }: StoreWish, run: string): StorePlace {
  const servers = redis === undefined ? { postgres } : { postgres, redis };
  // Databases that share a Redis have their gates under names of their own.
  return { name: `onsale_stock_${run}`, servers, folder: '' };
}

/** @param self 0 for the first till of a server, which also does what has to be done once */
export async function openReserverAt(
  { strategy, place, size }: StorePlan,
  self: number,
  connections: number,
): Promise<StoreReserver> {
  const context: StoreContext = {
    place,
    size,
    self,
    connections,
    connectionWaitMs: CONNECTION_WAIT_MS,
    settleMs: SETTLE_MS,
    contention: { retries: 0, waits: 0 },
    traffic: { roundTrips: 0, statements: 0 },
    work: async () => {},
    random: randomStream(`${freshNumber()}`, 'jitter').next,
  };
  return openStoreReserver(await loadStoreStrategy(strategy), context);
}
