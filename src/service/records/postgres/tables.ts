// The tables of the records, in a schema of their own, which the first server makes.
import { InputError, messageOf } from '../../../base/errors.ts';
import { connectionTo } from '../../../store/postgres/connections.ts';
import { withClient } from '../../../store/postgres/one-client.ts';

/** The version of all that follows. */
const FORMAT = 1;
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

// Ids are compared byte by byte, as everywhere else. What is sold of an event is summed up when somebody asks: a row of totals
// would make all who buy of one event wait for each other, as long as a commit takes.
const TABLES = `
CREATE TABLE meta (name text PRIMARY KEY, value bigint NOT NULL);
INSERT INTO meta VALUES ('format', ${FORMAT}), ('run', 0), ('accounts', 0), ('events', 0);
CREATE TABLE account (
  id text COLLATE "C" PRIMARY KEY,
  number int NOT NULL,
  name text NOT NULL,
  small_name text COLLATE "C" NOT NULL UNIQUE,
  role text NOT NULL,
  version int NOT NULL DEFAULT 1,
  password_hash text NOT NULL,
  created_at_ms bigint NOT NULL
);
CREATE TABLE event (
  id text COLLATE "C" PRIMARY KEY,
  number int NOT NULL,
  name text NOT NULL,
  date text NOT NULL,
  price_cents bigint NOT NULL,
  capacity bigint NOT NULL,
  organizer_id text NOT NULL,
  version int NOT NULL DEFAULT 1,
  created_at_ms bigint NOT NULL
);
CREATE TABLE reservation (
  id text COLLATE "C" PRIMARY KEY,
  event_id text COLLATE "C" NOT NULL,
  event_number int NOT NULL,
  account_id text COLLATE "C" NOT NULL,
  quantity int NOT NULL,
  price_cents bigint NOT NULL,
  run text NOT NULL,
  serial bigint NOT NULL,
  at_order bigint NOT NULL,
  state text NOT NULL,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint,
  changed_at_ms bigint NOT NULL,
  -- The request that brought it to its state: how that finds out whether it has.
  change bigint
);
CREATE INDEX reservation_of_account ON reservation (account_id, id);
CREATE INDEX reservation_of_event ON reservation (event_id, state) INCLUDE (quantity)
  WHERE state IN ('held', 'confirmed');
CREATE INDEX reservation_held ON reservation (expires_at_ms, id) WHERE state = 'held';
-- A key is claimed as long as it has no status.
CREATE TABLE answer (
  scope text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  server text NOT NULL,
  at_ms bigint NOT NULL,
  status int,
  body text,
  PRIMARY KEY (scope, key)
);
CREATE INDEX answer_at ON answer (at_ms);
CREATE TABLE server (id text PRIMARY KEY, seen timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION keep(
  own text, of_scope text, of_key text, is_fingerprint text, is_status int, is_body text, is_at_ms bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO answer (scope, key, fingerprint, server, at_ms, status, body)
  VALUES (of_scope, of_key, is_fingerprint, own, is_at_ms, is_status, is_body)
  ON CONFLICT (scope, key) DO UPDATE
    SET fingerprint = is_fingerprint, at_ms = is_at_ms, status = is_status, body = is_body
    WHERE answer.server = own;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'claimed by another server' USING ERRCODE = 'OS001';
  END IF;
  RETURN true;
END $$;
`;

/** Makes the tables if there are none. Of many servers that come at once, one does. */
export async function prepareTables(url: string, schema: string): Promise<void> {
  if (!SCHEMA_NAME.test(schema)) {
    throw new InputError(
      `a schema is named by small letters, digits and _, at most 63 of them; got ${JSON.stringify(schema)}`,
    );
  }
  try {
    await makeTables(url, schema);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`the records in PostgreSQL cannot be opened: ${messageOf(error)}`);
  }
}

async function makeTables(url: string, schema: string): Promise<void> {
  await withClient(connectionTo({ name: schema, servers: { postgres: url } }), async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('onsale records'), hashtext($1))`, [
      schema,
    ]);
    // Asked first: who may not make schemas may use one that was made for him.
    const made = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (made.rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
    const { rows } = await client.query('SELECT FROM pg_tables WHERE schemaname = $1', [schema]);
    if (rows.length === 0) await client.query(TABLES);
    await client.query('COMMIT');
    await requireFormat(client, schema);
  });
}

interface Asked {
  query(text: string): Promise<{ rows: unknown[] }>;
}

async function requireFormat(client: Asked, schema: string): Promise<void> {
  let format: number | undefined;
  try {
    const { rows } = await client.query(
      `SELECT value::float8 AS value FROM meta WHERE name = 'format'`,
    );
    format = (rows[0] as { value: number } | undefined)?.value;
  } catch {
    format = undefined;
  }
  if (format === FORMAT) return;
  throw new InputError(
    format === undefined
      ? `records need a schema of their own; ${schema} has other tables`
      : `the schema ${schema} has format ${format}, and this version reads and writes format ${FORMAT} only`,
  );
}
