// A row for each ticket; a buyer locks as many free ones as he wants, and passes over those that others have locked.
// Cost: one round trip, rows written for every ticket; nobody waits while there is plenty. At the end buyers may
// hold parts of what another needs: he then tries again.
// Source: SELECT ... SKIP LOCKED, made for queues (PostgreSQL 9.5); Shopify's inventory reservations.
import type { StoreStrategy } from '../stored.ts';
import { CONTENDED, FAILED, SOLD_OUT } from '../strategy.ts';
import type { Session, Statement } from './connections.ts';
import { pgReserver } from './pg-reserver.ts';
import { resizeStock } from './resize-stock.ts';
import { makeTables, ON_TABLES, readTables } from './sale-tables.ts';

const UNITS = `
CREATE TABLE unit (
  event int,
  number int GENERATED ALWAYS AS IDENTITY,
  booking bigint,
  PRIMARY KEY (event, number)
);
INSERT INTO unit (event)
SELECT event FROM generate_series(0, $events - 1) AS event, generate_series(1, $tickets);
CREATE INDEX ON unit (event) WHERE booking IS NULL;
CREATE INDEX ON unit (booking);
CREATE SEQUENCE grants MINVALUE 0;
ANALYZE unit;
`;

/**
 * Serials of one grant are consecutive, and its rows are not: so each grant has room for this many, and nobody
 * gets more. There are 2^31 serials: enough for two million grants.
 */
const SERIALS_EACH = 1024;

const RESERVE: Statement = {
  name: 'reserve',
  text: `
    WITH free AS (
      SELECT number FROM unit WHERE event = $2 AND booking IS NULL
      LIMIT $3 FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE unit SET booking = $1
      WHERE event = $2 AND number IN (SELECT number FROM free) AND (SELECT count(*) FROM free) = $3
      RETURNING number
    )
    INSERT INTO booking (id, event, ticket, quantity, client)
    SELECT $1, $2, nextval('grants') * ${SERIALS_EACH}, $3, $4 WHERE EXISTS (SELECT FROM taken)
    RETURNING ticket`,
};

const GIVE_BACK: Statement = {
  name: 'give-back-units',
  text: `
    WITH gone AS (
      DELETE FROM booking WHERE event = $1 AND ticket = $2 AND quantity = $3 AND client = $4
      RETURNING id
    ), freed AS (
      UPDATE unit SET booking = NULL FROM gone WHERE unit.booking = gone.id
      RETURNING number
    )
    SELECT FROM freed`,
};

/** Both also keep the resize, and answer what is free: what was when the statement began, and the change. */
const ADD: Statement = {
  name: 'add-units',
  text: `
    WITH added AS (
      INSERT INTO unit (event) SELECT $2::int FROM generate_series(1, $3::int)
    )
    INSERT INTO resize (id, event, change, remaining)
    SELECT $1, $2, $3, count(*) + $3 FROM unit WHERE event = $2 AND booking IS NULL
    RETURNING remaining`,
};

const WITHDRAW: Statement = {
  name: 'withdraw-units',
  text: `
    WITH free AS (
      SELECT number FROM unit WHERE event = $2 AND booking IS NULL
      LIMIT -$3::int FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM unit
      WHERE event = $2 AND number IN (SELECT number FROM free) AND (SELECT count(*) FROM free) = -$3
      RETURNING number
    )
    INSERT INTO resize (id, event, change, remaining)
    SELECT $1, $2, $3, count(*) + $3 FROM unit WHERE event = $2 AND booking IS NULL
    HAVING EXISTS (SELECT FROM gone)
    RETURNING remaining`,
};

/** Also those that somebody has locked: whoever rolls back leaves them free. */
const LOOK: Statement = {
  name: 'look-at-units',
  text: 'SELECT count(*)::int AS remaining FROM unit WHERE event = $1 AND booking IS NULL',
};

const REMAINING = `
  SELECT count(unit.number) FILTER (WHERE booking IS NULL)::int AS remaining
  FROM stock LEFT JOIN unit USING (event) GROUP BY event ORDER BY event`;

export const pgSkipLocked: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-skip-locked',
  summary:
    'A row per ticket, taken with SKIP LOCKED. Nobody waits for anybody while there is plenty; as many rows as tickets are written.',
  source:
    'SELECT ... SKIP LOCKED (PostgreSQL documentation, SELECT); inventory reservations at Shopify',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, with a row lock for each ticket',
  prepare: (place, size) =>
    makeTables(
      place,
      size,
      UNITS.replace('$events', `${size.events}`).replace('$tickets', `${size.tickets}`),
    ),
  open: (context) =>
    pgReserver(context, {
      async reserve(session, { id, event, quantity, client }) {
        if (quantity > SERIALS_EACH) return FAILED;
        await context.work();
        const values = [id, event, quantity, client];
        const [row] = await session.query<{ ticket: number }>(RESERVE, values);
        return row?.ticket ?? refusal(session, event, quantity);
      },
      async cancel(session, { event, ticket, quantity, client }) {
        const freed = await session.query(GIVE_BACK, [event, ticket, quantity, client]);
        return freed.length === quantity ? quantity : FAILED;
      },
      async resize(session, change) {
        const { event, by } = change;
        if (by >= 0) return resizeStock(session, change, ADD);
        const answer = await resizeStock(session, change, WITHDRAW);
        return answer === SOLD_OUT ? refusal(session, event, -by) : answer;
      },
      async available(session, event) {
        return (await freeUnits(session, event)) ?? FAILED;
      },
    }),
  readBack: (place) => readTables(place, REMAINING),
};

async function freeUnits(session: Session, event: number): Promise<number | undefined> {
  const [left] = await session.query<{ remaining: number }>(LOOK, [event]);
  return left?.remaining;
}

/** Why somebody got too few units: there are too few, or others have some of them locked. */
async function refusal(session: Session, event: number, wanted: number): Promise<number> {
  return ((await freeUnits(session, event)) ?? 0) < wanted ? SOLD_OUT : CONTENDED;
}
