import { join } from 'node:path';
import { InputError, messageOf, shown } from '../base/errors.ts';
import { freshName } from '../base/fresh-name.ts';
import { describeServer } from '../servers/describe.ts';
import { absoluteAdapter } from '../store/http/load-adapter.ts';
import { keepAlive, SALE_FOLDERS } from '../store/leftovers.ts';
import type {
  ServerKind,
  StockSize,
  StoredGrant,
  StoredSale,
  StorePlace,
  StoreStrategy,
  Target,
} from '../store/stored.ts';
import type { SellStoredTask } from '../workers/protocol.ts';
import type { StoreServer } from './result.ts';
import type { Scenario } from './scenario.ts';

/** A service, and how it may be asked. */
export interface TargetTerms extends Target {
  /** Requests a second that this lab makes at most, where that is known; else it is measured before the sale. */
  readonly labLimitPerSecond?: number | undefined;
}

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
  /** How long to look for an order whose answer was lost before it is called in doubt [8000]. */
  readonly settleMs?: number | undefined;
  /** The service that the strategy `http` asks. */
  readonly target?: TargetTerms | undefined;
}

/** Enough to keep a small server busy, and a fifth of what PostgreSQL allows by default. */
const CONNECTIONS = 20;
const CONNECTION_WAIT_MS = 1000;
/** A server that crashed is back in some seconds. */
const SETTLE_MS = 8000;

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

/** A store, as far as a result tells of it. */
export interface UsedStore extends Pick<StoreAtWork, 'asked' | 'connections' | 'servers'> {
  /** Requests a second that this lab can make; null where that was not asked. */
  readonly labLimitPerSecond: number | null;
}

/**
 * Stocks a store for a sale, under a name of its own.
 * @throws InputError when a server that is needed is not given, or the strategy fails to put its stock there
 */
export async function stockStore(
  strategy: StoreStrategy,
  { events, ticketsPerEvent, threads, seed, stream }: Scenario,
  terms: StoreTerms,
): Promise<StoreAtWork> {
  const { servers, connections = CONNECTIONS } = terms;
  const { connectionWaitMs = CONNECTION_WAIT_MS, settleMs = SETTLE_MS } = terms;
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
    ...(strategy.family === 'http' ? { target: targetFor(terms) } : {}),
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
    await strategy.requireFit?.(place, stream.demand.mix.cancel > 0);
    await strategy.prepare(place, size);
    serving = await Promise.all(strategy.needs.map((kind) => askServer(kind, terms)));
  } catch (error) {
    await remove().catch(() => {});
    if (error instanceof InputError) throw error;
    throw new InputError(`prepare of ${strategy.name} fails: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return {
    terms: { place, connections: each, connectionWaitMs, settleMs, seed },
    asked: terms,
    connections: each * threads,
    servers: serving,
    readBack: async () => requireSale(strategy, size, await strategy.readBack(place, size)),
    remove,
  };
}

/** What the threads are told of the target: its adapter by a name that means the same to all. */
function targetFor({ target }: StoreTerms): Target | undefined {
  if (!target) return undefined;
  const { url, adapter, owned } = target;
  return { url, adapter: absoluteAdapter(adapter), owned };
}

/** @throws Error in one line, when a strategy says of its store what cannot be read */
function requireSale({ name }: StoreStrategy, { events }: StockSize, sale: unknown): StoredSale {
  const { remaining, grants, named } = (sale ?? {}) as Partial<StoredSale>;
  if (named?.unread !== undefined) return { remaining: [], grants: [], named };
  const areNumbers = Array.isArray(remaining) && remaining.every(Number.isInteger);
  if (!areNumbers || remaining.length !== events) {
    throw new Error(
      `readBack of ${name} must say what is remaining as ${events} whole numbers; got ${shown(remaining)}`,
    );
  }
  const list: readonly unknown[] = Array.isArray(grants) ? grants : [grants];
  const odd = list.findIndex((grant) => !isGrant(grant));
  if (grants === list && odd < 0) return { remaining, grants, named };
  throw new Error(
    `readBack of ${name} must list its grants, each with id, event, ticket, quantity, client; got ${shown(list[odd])}`,
  );
}

const GRANT_KEYS = ['id', 'event', 'ticket', 'quantity', 'client'] as const;

function isGrant(grant: unknown): boolean {
  return GRANT_KEYS.every((key) => Number.isInteger((grant as Partial<StoredGrant> | null)?.[key]));
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
