import { isAbsolute } from 'node:path';
import type { Options } from 'yargs';
import type { Provision, ServerUrls } from '../servers/provide.ts';
import { SERVER_NAMES } from '../servers/server.ts';
import type { StoreTerms } from '../sim/store-at-work.ts';
import { type AnyStrategy, isStored, type ServerKind } from '../store/stored.ts';
import { type Arguments, text, textOf, wholeNumber } from './options.ts';
import { withoutPrinting } from './output.ts';
import { requireUrl } from './server-url.ts';
import { targetOptions, targetTerms } from './target.ts';

const GROUP = 'Stores:';
/** What is sold from stores when nothing is said: a million requests, as memory serves, would take most of them an hour. */
export const STORE_SCENARIO = 'small-onsale';
const CONNECTIONS_MAX = 1000;
/** Where the URL of a server is looked for when no flag gives it. */
const VARIABLES: Readonly<Record<ServerKind, string>> = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
};
/** Where servers are. */
export function serverOptions(): Record<string, Options> {
  return {
    postgres: text('URL of a PostgreSQL server [$DATABASE_URL, else a private one]', GROUP),
    redis: text('URL of a Redis server [$REDIS_URL, else a private one]', GROUP),
  };
}

/** Where the servers are of strategies that sell from stores, and how they are used. */
export function storeOptions(): Record<string, Options> {
  return {
    ...serverOptions(),
    connections: text('most connections to each server, of all threads together [20]', GROUP),
    ...targetOptions(),
  };
}

/** Servers for the strategies of a command. */
export interface Stores {
  readonly terms: StoreTerms;
  /** What serves the strategies, a line each. */
  readonly notes: readonly string[];
  stop(): Promise<void>;
}

/**
 * Finds or starts what the strategies need.
 * @throws InputError when a URL is none, or there is no server
 */
export async function openStores(
  argv: Arguments,
  strategies: readonly AnyStrategy[],
): Promise<Stores> {
  const connections = textOf(argv, 'connections');
  const limit =
    connections === undefined
      ? undefined
      : wholeNumber('connections', connections, 1, CONNECTIONS_MAX);
  // Before any server is started.
  const target = await withoutPrinting(() => targetTerms(argv, strategies));
  const stored = strategies.filter(isStored);
  const needs = stored.flatMap((strategy) => strategy.needs);
  const provision = await provide(needs, urlsOf(argv, needs));
  try {
    const left = stored.length > 0 ? await clearUp(provision.urls) : [];
    return {
      terms: {
        servers: provision.urls,
        privateServers: provision.started.map(({ kind }) => kind),
        connections: limit,
        ...target,
      },
      notes: [...notesOn(argv, provision), ...left.map(noteOnLeft)],
      stop: () => provision.stop(),
    };
  } catch (error) {
    await provision.stop();
    throw error;
  }
}

/** Loaded only where it is needed, as what follows: most sales are sold from memory. */
async function provide(needs: readonly ServerKind[], given: ServerUrls): Promise<Provision> {
  if (needs.length === 0) return { urls: {}, started: [], stop: async () => {} };
  const { provideServers } = await import('../servers/provide.ts');
  return provideServers(needs, given);
}

async function clearUp(urls: ServerUrls): Promise<readonly string[]> {
  const { removeLeftovers } = await import('../store/leftovers.ts');
  return removeLeftovers(urls);
}

/**
 * The URLs of servers, by flags or by the environment.
 * @param needs the variables of others are none of ours: there `DATABASE_URL` may well name another kind of database
 * @throws InputError when one is none
 */
export function urlsOf(argv: Arguments, needs: readonly ServerKind[]): ServerUrls {
  const urls: Partial<Record<ServerKind, string>> = {};
  for (const [kind, variable] of Object.entries(VARIABLES) as [ServerKind, string][]) {
    const flag = textOf(argv, kind);
    const url = flag ?? (needs.includes(kind) ? process.env[variable] : undefined);
    if (url === undefined || url === '') continue;
    requireUrl(url, flag === undefined ? variable : `--${kind}`, kind);
    urls[kind] = url;
  }
  return urls;
}

function noteOnLeft(name: string): string {
  return `removed what ${name} had left behind, a sale whose process died`;
}

/** Whose servers are used: of those that were given by a flag, everybody knows. */
function notesOn(argv: Arguments, { urls, started }: Provision): string[] {
  return (Object.entries(urls) as [ServerKind, string][]).flatMap(([kind, url]) => {
    const { host } = new URL(url);
    const own = started.find((server) => server.kind === kind);
    if (own) {
      const from = isAbsolute(own.source) ? `from ${own.source}` : own.source;
      return `a private ${SERVER_NAMES[kind]} ${own.version} (${from}) serves this at ${host}, and is removed afterwards`;
    }
    if (textOf(argv, kind) !== undefined) return [];
    return `${SERVER_NAMES[kind]} at ${host} serves this, as ${VARIABLES[kind]} says`;
  });
}
