import type pg from 'pg';
import { freshName } from '../base/fresh-name.ts';
import { withClient as withPostgres } from '../store/postgres/one-client.ts';
import { withClient as withRedis } from '../store/redis/sale-names.ts';
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

function describePostgres(url: string): Promise<ServerFacts> {
  return withPostgres(to(url), async (client) => {
    const names = ['server_version', ...POSTGRES_SETTINGS];
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
      [names],
    );
    const found = new Map(rows.map(({ name, setting }) => [name, setting]));
    return {
      kind: 'postgres',
      version: found.get('server_version') ?? 'unknown',
      settings: pick(found, POSTGRES_SETTINGS),
    };
  });
}

function to(url: string): pg.ClientConfig {
  return { connectionString: url, connectionTimeoutMillis: ANSWER_MS };
}

const REDIS_SETTINGS = ['appendonly', 'appendfsync', 'maxmemory-policy'];

function describeRedis(url: string): Promise<ServerFacts> {
  return withRedis(url, async (client) => {
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
  });
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
    await withPostgres(to(url), async (client) => {
      await client.query(`CREATE SCHEMA ${name}`);
      await client.query(`DROP SCHEMA ${name}`);
    });
    return;
  }
  await withRedis(url, async (client) => {
    await client.set(name, '1');
    await client.eval('return 1');
    await client.del(name);
  });
}
