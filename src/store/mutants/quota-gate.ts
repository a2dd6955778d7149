// What two mutants of seed system 3 share: a quota in Redis that decides alone, and bookings in PostgreSQL.
import type { Connections, Statement } from '../postgres/connections.ts';
import { resizeStock } from '../postgres/resize-stock.ts';
import { makeTables, readTables } from '../postgres/sale-tables.ts';
import type { RedisConnections } from '../redis/redis-connections.ts';
import type { Script } from '../redis/script.ts';
import type { Order, Resize, Return, StockSize, StoredSale, StorePlace } from '../stored.ts';
import { FAILED } from '../strategy.ts';

export function quotaKey({ name }: StorePlace, event: number): string {
  return `${name}:quota:${event}`;
}

/** 1: taken; 0: fewer are left; -1: there is no quota. */
export const TAKE: Script = {
  lua: `
    local left = redis.call('GET', KEYS[1])
    if not left then return -1 end
    if tonumber(left) < tonumber(ARGV[1]) then return 0 end
    redis.call('DECRBY', KEYS[1], ARGV[1])
    return 1`,
};

/** Issues the next tickets, from a row of their own so that none is issued twice, and asks nothing. */
export const BOOK: Statement = {
  name: 'book',
  text: `
    WITH issued AS (
      UPDATE stock SET next_ticket = next_ticket + $3 WHERE event = $2
      RETURNING next_ticket - $3 AS ticket
    )
    INSERT INTO booking (id, event, ticket, quantity, client)
    SELECT $1, $2, ticket, $3, $4 FROM issued
    RETURNING ticket`,
};

export const UNBOOK: Statement = {
  name: 'unbook',
  text: 'DELETE FROM booking WHERE event = $1 AND ticket = $2 AND quantity = $3 AND client = $4 RETURNING id',
};

export const FREE: Statement = {
  name: 'free',
  text: `
    SELECT (remaining - coalesce((
      SELECT sum(quantity) FROM booking WHERE booking.event = stock.event
    ), 0))::int AS remaining
    FROM stock ORDER BY event`,
};

/** Makes the tables; `remaining` stays what was there at first. */
export function prepareQuota(place: StorePlace, size: StockSize): Promise<void> {
  return makeTables(place, size);
}

/** What is free by the bookings: too few of them are as wrong as too many. */
export function readQuota(place: StorePlace): Promise<StoredSale> {
  return readTables(place, FREE.text);
}

export async function book(tables: Connections, order: Order): Promise<number> {
  const { id, event, quantity, client } = order;
  const [row] = await tables.lend((session) =>
    session.query<{ ticket: number }>(BOOK, [id, event, quantity, client]),
  );
  return row?.ticket ?? FAILED;
}

/** Gives back in both, one after the other. */
export async function unbook(
  tables: Connections,
  keys: RedisConnections,
  place: StorePlace,
  { event, ticket, quantity, client }: Return,
): Promise<number> {
  const rows = await tables.lend((session) =>
    session.query(UNBOOK, [event, ticket, quantity, client]),
  );
  if (rows.length === 0) return FAILED;
  await keys.lend((session) => session.send('INCRBY', quotaKey(place, event), `${quantity}`));
  return quantity;
}

/** Resizes in both, one after the other. */
export async function resizeQuota(
  tables: Connections,
  keys: RedisConnections,
  place: StorePlace,
  change: Resize,
): Promise<number> {
  const answer = await tables.lend((session) => resizeStock(session, change));
  if (answer < 0) return answer;
  const left = await keys.lend((session) =>
    session.send('INCRBY', quotaKey(place, change.event), `${change.by}`),
  );
  return Number(left);
}
