// What several servers on one database have to know of the books beside what all books tell.
import type { ClientConfig } from 'pg';
import { withClient } from '../../../store/postgres/one-client.ts';
import { type PostgresPlace, PostgresRecords } from '../postgres-records.ts';
import type { SharedRecords } from '../shared-records.ts';

const TAKING = `
  SELECT at_order::float8 AS order FROM reservation
  WHERE event_id IN (SELECT id FROM event WHERE number = $1)
    AND state IN ('held', 'confirmed') AND at_order = ANY ($2::bigint[])`;

const TAKEN_OUTSIDE = `
  SELECT event_number AS number, sum(quantity)::float8 AS taken FROM reservation
  WHERE run <> $1 AND state IN ('held', 'confirmed') GROUP BY event_number`;

/** Opens books that several servers write in. */
export async function openSharedPostgres(
  url: string,
  place: PostgresPlace,
): Promise<SharedRecords> {
  const records = await PostgresRecords.open(url, place);
  // Asked now and then: no connection is kept for it.
  const at: ClientConfig = {
    connectionString: url,
    options: `-c search_path=${place.schema}`,
    application_name: 'onsale',
  };
  return Object.assign(records, {
    taking: (event: number, orders: readonly number[]) =>
      withClient(at, async (client) => {
        const { rows } = await client.query<{ order: number }>(TAKING, [event, orders]);
        return new Set(rows.map(({ order }) => order));
      }),
    takenOutside: (run: string) =>
      withClient(at, async (client) => {
        const { rows } = await client.query<{ number: number; taken: number }>(TAKEN_OUTSIDE, [
          run,
        ]);
        return new Map(rows.map(({ number, taken }) => [number, taken]));
      }),
  });
}
