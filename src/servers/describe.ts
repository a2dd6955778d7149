import pg from 'pg';
import { createClient } from 'redis';
import { freshName } from '../base/fresh-name.ts';
import type { ServerKind } from '../store/stored.ts';

/** What a server says of itself. */
export interface ServerFacts {
  readonly kind: ServerKind;
  readonly version: string;
  /** What decides how safe a sale is that was acknowledged, such as `fsync: on`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** How long a server may take to answer. */
const ANSWER_MS = 5000;

/** What the server at `url` says of itself. */
export function describeServer(kind: ServerKind, url: string): Promise<ServerFacts> {
  return kind === 'postgres' ? describePostgres(url) : describeRedis(url);
}

const POSTGRES_SETTINGS = ['fsync', 'synchronous_commit', 'max_connections'];

async function describePostgres(url: string): Promise<ServerFacts> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS });
  await client.connect();
  try {
    const names = ['server_version', ...POSTGRES_SETTINGS];
    const { rows } = await client.query(
      'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
      [names],
    );
    const found = new Map(
      (rows as { name: string; setting: string }[]).map(({ name, setting }) => [name, setting]),
    );
    return {
      kind: 'postgres',
      version: found.get('server_version') ?? 'unknown',
      settings: pick(found, POSTGRES_SETTINGS),
    };
  } finally {
    await client.end();
  }
}

const REDIS_SETTINGS = ['appendonly', 'appendfsync', 'maxmemory-policy'];

async function describeRedis(url: string): Promise<ServerFacts> {
  const client = createClient({
    url,
    socket: { reconnectStrategy: false, connectTimeout: ANSWER_MS },
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const info = await client.info('server');
    const found = new Map<string, string>();
    for (const name of REDIS_SETTINGS) {
      try {
        for (const [key, value] of Object.entries(await client.configGet(name)))
          found.set(key, value);
      } catch {
        // Servers of others often do not tell.
      }
    }
    return {
      kind: 'redis',
      version: /redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown',
      settings: pick(found, REDIS_SETTINGS),
    };
  } finally {
    await client.close();
  }
}

function pick(
  found: ReadonlyMap<string, string>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? 'unknown']));
}

/**
 * Tries what a sale does: makes something under a name of its own, and removes it.
 * @throws Error when the user may not
 */
export async function tryServer(kind: ServerKind, url: string): Promise<void> {
  const name = freshName('onsale_doctor');
  if (kind === 'postgres') {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS });
    await client.connect();
    try {
      await client.query(`CREATE SCHEMA ${name}`);
      await client.query(`DROP SCHEMA ${name}`);
    } finally {
      await client.end();
    }
    return;
  }
  const client = createClient({
    url,
    socket: { reconnectStrategy: false, connectTimeout: ANSWER_MS },
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.set(name, '1');
    await client.eval('return 1');
    await client.del(name);
  } finally {
    await client.close();
  }
}
