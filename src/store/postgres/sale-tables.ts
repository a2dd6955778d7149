// The tables of a sale, in a schema of its own.
import type { StockSize, StoredSale, StorePlace, StoreStrategy } from '../stored.ts';
import { connectionTo } from './connections.ts';
import { withClient } from './one-client.ts';
import { saleSchemas } from './sale-schemas.ts';

const TABLES = `
CREATE TABLE stock (
  event int PRIMARY KEY,
  remaining int NOT NULL,
  next_ticket int NOT NULL DEFAULT 0,
  version int NOT NULL DEFAULT 0
);
CREATE TABLE booking (
  id bigint PRIMARY KEY,
  event int NOT NULL,
  ticket int NOT NULL,
  quantity int NOT NULL,
  client int NOT NULL
);
CREATE INDEX ON booking (event, ticket);
`;

/** Makes the tables, in a schema that may be there already, and stocks every event. */
export async function makeTables(
  place: StorePlace,
  { events, tickets }: StockSize,
  more = '',
): Promise<void> {
  await withClient(connectionTo(place), async (client) => {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${place.name}`);
    await client.query(TABLES + more);
    await client.query(
      'INSERT INTO stock (event, remaining) SELECT event, $2 FROM generate_series(0, $1::int - 1) AS event',
      [events, tickets],
    );
  });
}

/**
 * What lies in the tables.
 * @param remainingOf how to ask for what remains of each event, in their order
 */
export async function readTables(
  place: StorePlace,
  remainingOf = 'SELECT remaining FROM stock ORDER BY event',
): Promise<StoredSale> {
  return withClient(connectionTo(place), async (client) => {
    const stock = await client.query(remainingOf);
    const booking = await client.query(
      'SELECT id::float8 AS id, event, ticket, quantity, client FROM booking',
    );
    return {
      remaining: (stock.rows as { remaining: number }[]).map(({ remaining }) => remaining),
      grants: booking.rows as StoredSale['grants'],
    };
  });
}

/** What all strategies on these tables have in common. */
export const ON_TABLES: Pick<
  StoreStrategy,
  'family' | 'needs' | 'durability' | 'prepare' | 'readBack' | 'remove'
> = {
  family: 'postgres',
  needs: ['postgres'],
  durability: 'committed before it is acknowledged, as synchronous_commit of the server has it',
  prepare: (place, size) => makeTables(place, size),
  readBack: (place) => readTables(place),
  remove: ({ name, servers }) => saleSchemas.remove(servers.postgres as string, name),
};
