import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { freshName } from '../base/fresh-name.ts';
import { describeServer } from '../servers/describe.ts';
import { keepAlive, SALE_FOLDERS } from '../store/leftovers.ts';
import type { ServerKind, StoredSale, StorePlace, StoreStrategy } from '../store/stored.ts';
import type { SellStoredTask } from '../workers/protocol.ts';
import type { StoreServer } from './result.ts';
import type { Scenario } from './scenario.ts';

/** Where servers are, and how many connections may be opened to each. */
export interface StoreTerms {
  /** URLs of the servers. */
  readonly servers: Readonly<Partial<Record<ServerKind, string>>>;
  /** Those of them that were started for this. */
  readonly privateServers?: readonly ServerKind[] | undefined;
  /** Connections to each server, of all threads together; at least one a thread [20]. */
  readonly connections?: number | undefined;
  /** How long a request waits for one of them before it is dropped [1000]. */
  readonly connectionWaitMs?: number | undefined;
}

/** Enough to keep a small server busy, and a fifth of what PostgreSQL allows by default. */
const CONNECTIONS = 20;
const CONNECTION_WAIT_MS = 1000;

/** A store that was stocked for one sale. */
export interface StoreAtWork {
  /** What each seller is told of it. */
  readonly terms: SellStoredTask['store'];
  /** What was asked for. */
  readonly asked: StoreTerms;
  /** Connections of all threads together, to each server. */
  readonly connections: number;
  /** What serves it. */
  readonly servers: readonly StoreServer[];
  /** What lies in it when all is over. */
  readBack(): Promise<StoredSale>;
  /** Removes all that was written. */
  remove(): Promise<void>;
}

/**
 * Stocks a store for a sale, under a name of its own.
 * @throws InputError when a server that is needed is not given
 */
export async function stockStore(
  strategy: StoreStrategy,
  { events, ticketsPerEvent, threads, seed }: Scenario,
  terms: StoreTerms,
): Promise<StoreAtWork> {
  const { servers, connections = CONNECTIONS, connectionWaitMs = CONNECTION_WAIT_MS } = terms;
  const missing = strategy.needs.find((kind) => servers[kind] === undefined);
  if (missing !== undefined) {
    throw new InputError(
      `${strategy.name} needs a ${missing} server: give its URL by --${missing}`,
    );
  }
  const name = freshName('onsale');
  const place: StorePlace = {
    name,
    servers: Object.fromEntries(strategy.needs.map((kind) => [kind, servers[kind]])),
    folder: join(SALE_FOLDERS, name),
  };
  const size = { events, tickets: ticketsPerEvent };
  const each = Math.max(1, Math.floor(connections / threads));
  const endLife = await keepAlive(place);
  const remove = async (): Promise<void> => {
    try {
      await strategy.remove(place);
    } finally {
      await endLife();
    }
  };
  let serving: readonly StoreServer[];
  try {
    await strategy.prepare(place, size);
    serving = await Promise.all(strategy.needs.map((kind) => askServer(kind, terms)));
  } catch (error) {
    await remove().catch(() => {});
    throw error;
  }
  return {
    terms: { place, connections: each, connectionWaitMs, seed },
    asked: terms,
    connections: each * threads,
    servers: serving,
    readBack: () => strategy.readBack(place, size),
    remove,
  };
}

/** What a server says of itself; one that sells, but does not tell, is taken as it is. */
async function askServer(
  kind: ServerKind,
  { servers, privateServers = [] }: StoreTerms,
): Promise<StoreServer> {
  const facts = await describeServer(kind, servers[kind] as string).catch(() => {
    return { kind, version: 'unknown', settings: {} };
  });
  return { ...facts, private: privateServers.includes(kind) };
}

/** The flag that gives as many connections again, where a number was asked for. */
export function connectionsFlag(terms: StoreTerms | undefined): Record<string, string> {
  return terms?.connections === undefined ? {} : { connections: String(terms.connections) };
}
