// Every statement on the records. Each is one round trip and a transaction of its own, unless said otherwise.
import type { Statement } from '../../../store/postgres/connections.ts';

const ACCOUNT = `id, number, name, role, version, created_at_ms::float8 AS "createdAtMs"`;
const EVENT = `id, number, name, date, price_cents::float8 AS "priceCents",
  capacity::float8 AS capacity, organizer_id AS "organizerId", version,
  created_at_ms::float8 AS "createdAtMs"`;
const RESERVATION = `id, event_id AS "eventId", event_number AS "eventNumber",
  account_id AS "accountId", quantity, price_cents::float8 AS "priceCents", run,
  serial::float8 AS serial, at_order::float8 AS order, state,
  created_at_ms::float8 AS "createdAtMs", expires_at_ms::float8 AS "expiresAtMs",
  changed_at_ms::float8 AS "changedAtMs"`;

/** Keeps an answer for each row of a table, unless none is given. @param first the number of its first value */
function keeping(table: string, first: number): string {
  const [own, scope, key, print, status, body, atMs] = Array.from(
    { length: 7 },
    (_, at) => `$${first + at}`,
  );
  return `CASE WHEN ${scope}::text IS NULL THEN true ELSE
    keep(${own}::text, ${scope}, ${key}::text, ${print}::text, ${status}::int, ${body}::text, ${atMs}::bigint)
  END AS kept FROM ${table}`;
}

function statement(name: string, text: string): Statement {
  return { name: `records-${name}`, text };
}

/** On disk whatever else the session has set. */
export const BEGIN_RUN: Statement = statement(
  'begin-run',
  `UPDATE meta SET value = value + 1 WHERE name = 'run'
  RETURNING value::float8 AS run, set_config('synchronous_commit', 'on', true)`,
);

export const ADD_ACCOUNT: Statement = statement(
  'add-account',
  `WITH next AS (
    UPDATE meta SET value = value + 1
    WHERE name = 'accounts' AND NOT EXISTS (SELECT FROM account WHERE small_name = $3)
    RETURNING value
  ), added AS (
    INSERT INTO account (id, number, name, small_name, role, password_hash, created_at_ms)
    SELECT $1, value, $2, $3, $4, $5, $6 FROM next
    RETURNING *
  )
  SELECT ${ACCOUNT}, ${keeping('added', 7)}`,
);

export const CREDENTIALS: Statement = statement(
  'credentials',
  `SELECT ${ACCOUNT}, password_hash AS "passwordHash" FROM account WHERE small_name = $1`,
);

export const FIND_ACCOUNT: Statement = statement(
  'account',
  `SELECT ${ACCOUNT} FROM account WHERE id = $1`,
);

export const LIST_ACCOUNTS: Statement = statement(
  'accounts',
  `SELECT ${ACCOUNT} FROM account WHERE id > $1 ORDER BY id LIMIT $2`,
);

export const CHANGE_ACCOUNT: Statement = statement(
  'change-account',
  `UPDATE account SET role = coalesce($2, role), password_hash = coalesce($3, password_hash),
    version = version + 1
  WHERE id = $1 RETURNING ${ACCOUNT}`,
);

export const LIST_EVENTS: Statement = statement(
  'events',
  `SELECT ${EVENT} FROM event ORDER BY number`,
);

export const FIND_EVENT: Statement = statement('event', `SELECT ${EVENT} FROM event WHERE id = $1`);

export const ADD_EVENT: Statement = statement(
  'add-event',
  `WITH next AS (
    UPDATE meta SET value = value + 1 WHERE name = 'events' RETURNING value - 1 AS number
  ), added AS (
    INSERT INTO event (id, number, name, date, price_cents, capacity, organizer_id, created_at_ms)
    SELECT $1, number, $2, $3, $4, $5, $6, $7 FROM next
    RETURNING *
  )
  SELECT ${EVENT}, ${keeping('added', 8)}`,
);

export const EDIT_EVENT: Statement = statement(
  'edit-event',
  `UPDATE event SET name = coalesce($3, name), date = coalesce($4, date),
    price_cents = coalesce($5, price_cents), capacity = coalesce($6, capacity),
    version = version + 1
  WHERE id = $1 AND version = coalesce($2, version) RETURNING ${EVENT}`,
);

/** The first of three in a transaction: whoever books waits for it, or is waited for. */
export const LOCK_EVENT: Statement = statement(
  'lock-event',
  'SELECT id FROM event WHERE id = $1 FOR UPDATE',
);

/** In the order of their ids, so that two who lock many never wait for each other. */
export const CANCEL_ALL: Statement = statement(
  'cancel-all',
  `WITH taken AS (
    SELECT id FROM reservation WHERE event_id = $1 AND state IN ('held', 'confirmed')
    ORDER BY id FOR UPDATE
  )
  UPDATE reservation SET state = 'cancelled', expires_at_ms = NULL, changed_at_ms = $2, change = $3
  WHERE id IN (SELECT id FROM taken) AND state IN ('held', 'confirmed') RETURNING ${RESERVATION}`,
);

export const REMOVE_EVENT: Statement = statement('remove-event', 'DELETE FROM event WHERE id = $1');

/** An event that somebody is removing is waited for, and is then none. */
export const BOOK: Statement = statement(
  'book',
  `WITH found AS (
    SELECT id FROM event WHERE id = $2 FOR KEY SHARE
  ), booked AS (
    INSERT INTO reservation (id, event_id, event_number, account_id, quantity, price_cents, run,
      serial, at_order, state, created_at_ms, expires_at_ms, changed_at_ms)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM found
    RETURNING id
  )
  SELECT ${keeping('booked', 14)}`,
);

/** A state that changes while this waits for the row is looked at again. */
export const SETTLE: Statement = statement(
  'settle',
  `WITH ended AS (
    UPDATE reservation SET state = $2, expires_at_ms = NULL, changed_at_ms = $3, change = $4
    WHERE id = $1 AND (
      (state = 'held' AND (
        $2 IN ('expired', 'cancelled') OR expires_at_ms IS NULL OR expires_at_ms > $3
      )) OR (state = 'confirmed' AND $2 = 'cancelled')
    )
    RETURNING *
  )
  SELECT ${RESERVATION}, ${keeping('ended', 5)}`,
);

/** Two servers that come at once end different ones. */
export const EXPIRE: Statement = statement(
  'expire',
  `WITH over AS (
    SELECT id FROM reservation WHERE state = 'held' AND expires_at_ms <= $1
    ORDER BY expires_at_ms, id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), ended AS (
    UPDATE reservation SET state = 'expired', expires_at_ms = NULL, changed_at_ms = $1, change = $3
    FROM (SELECT id AS over_id, o.expires_at_ms AS at FROM over JOIN reservation o USING (id)) AS was
    WHERE id = over_id
    RETURNING reservation.*, at
  )
  SELECT ${RESERVATION} FROM ended ORDER BY at, id`,
);

/** Looks through all of them: asked only after an answer was lost. */
export const CHANGED_BY: Statement = statement(
  'changed-by',
  `SELECT ${RESERVATION} FROM reservation WHERE change = $1 ORDER BY id`,
);

export const FIND_RESERVATION: Statement = statement(
  'reservation',
  `SELECT ${RESERVATION}, change::float8 AS change FROM reservation WHERE id = $1`,
);

export const LIST_RESERVATIONS: Statement = statement(
  'reservations',
  `SELECT ${RESERVATION} FROM reservation WHERE account_id = $1 AND ($2::text IS NULL OR id < $2)
  ORDER BY id DESC LIMIT $3`,
);

export const TOTALS: Statement = statement(
  'totals',
  `SELECT number,
    coalesce(sum(quantity) FILTER (WHERE state = 'held'), 0)::float8 AS held,
    coalesce(sum(quantity) FILTER (WHERE state = 'confirmed'), 0)::float8 AS confirmed
  FROM event LEFT JOIN reservation
    ON event_id = event.id AND state IN ('held', 'confirmed')
  GROUP BY number`,
);

/** A claim of a server that has been silent for a minute is anybody's. */
export const CLAIM: Statement = statement(
  'claim',
  `INSERT INTO answer (scope, key, fingerprint, server, at_ms) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (scope, key) DO UPDATE
    SET fingerprint = $3, server = $4, at_ms = $5
    WHERE answer.status IS NULL AND NOT EXISTS (
      SELECT FROM server WHERE id = answer.server AND seen > now() - interval '1 minute'
    )
  RETURNING key`,
);

export const FIND_ANSWER: Statement = statement(
  'answer',
  `SELECT scope, key, fingerprint, at_ms::float8 AS "atMs", status, body
  FROM answer WHERE scope = $1 AND key = $2`,
);

export const KEEP: Statement = statement('keep', `SELECT ${keeping('(SELECT) AS one', 1)}`);

export const UNCLAIM: Statement = statement(
  'unclaim',
  'DELETE FROM answer WHERE scope = $1 AND key = $2 AND server = $3 AND status IS NULL',
);

export const FORGET: Statement = statement(
  'forget',
  'DELETE FROM answer WHERE at_ms < $1 AND status IS NOT NULL RETURNING 1',
);

export const BEAT: Statement = statement(
  'beat',
  `INSERT INTO server (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET seen = now()`,
);

/** Also forgets servers that have long been silent, whose claims are anybody's either way. */
export const LEAVE: Statement = statement(
  'leave',
  `WITH gone AS (DELETE FROM answer WHERE server = $1 AND status IS NULL)
  DELETE FROM server WHERE id = $1 OR seen < now() - interval '1 day'`,
);
