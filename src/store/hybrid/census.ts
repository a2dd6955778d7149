import type { Session, Statement } from '../postgres/connections.ts';
import type { Census, Inside } from './gate.ts';

/** One statement sees one moment. */
const CENSUS: Statement = {
  name: 'census',
  text: `
    SELECT
      ARRAY(SELECT remaining FROM stock ORDER BY event) AS remaining,
      ARRAY(
        SELECT id::float8
        FROM unnest($1::bigint[], $2::text[], $3::int[], $4::int[]) AS inside (id, kind, event, ticket)
        WHERE CASE kind
          WHEN 'take' THEN EXISTS (SELECT FROM booking WHERE booking.id = inside.id)
          WHEN 'put' THEN NOT EXISTS (
            SELECT FROM booking
            WHERE booking.event = inside.event AND booking.ticket = inside.ticket
          )
          ELSE EXISTS (SELECT FROM resize WHERE resize.id = inside.id)
        END
      ) AS done`,
};

/** Asks PostgreSQL what is left, and who of those inside the gate has what he came for. */
export async function takeCensus(session: Session, inside: readonly Inside[]): Promise<Census> {
  const [row] = await session.query<{ remaining: number[]; done: number[] }>(CENSUS, [
    inside.map(({ id }) => id),
    inside.map(({ kind }) => kind),
    inside.map(({ event }) => event),
    inside.map(({ ticket }) => ticket),
  ]);
  return { remaining: row?.remaining ?? [], done: new Set(row?.done) };
}
