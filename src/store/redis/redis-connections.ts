import type { createClientPool } from 'redis';
import type { StoreContext } from '../stored.ts';
import { isErrorReply, loadRedis } from './client-library.ts';
import type { Script } from './script.ts';
import { sha1Of } from './script.ts';

/** What a command answers: Redis knows numbers, texts, lists, and nothing. */
export type Reply = number | string | null | readonly Reply[];

type Pool = ReturnType<typeof createClientPool>;
type Client = Parameters<Parameters<Pool['execute']>[0]>[0];

/** A connection, while it is lent. */
export interface RedisSession {
  /** Its number on the server: by it a connection is known again. */
  readonly id: number;
  /** Sends one command. */
  send(...command: readonly string[]): Promise<Reply>;
  /** Has the next transaction run only if nobody changes the key until then, and the connection lasts. */
  watch(key: string): Promise<void>;
  /** Watches nothing any more. */
  unwatch(): Promise<void>;
  /** Runs a script, which the server keeps. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply>;
  /** Runs commands as one transaction; null when a watched key has changed, or nobody can tell. */
  transaction(commands: readonly (readonly string[])[]): Promise<readonly Reply[] | null>;
}

/** Nothing was sent: no connection was free in time, or none is there. */
export class NotSentError extends Error {}

/** Names of the errors of `redis` that say that nothing was sent. */
const NOT_SENT = new Set(['TimeoutError', 'ClientOfflineError', 'ClientClosedError']);
const RECONNECT_MS = 100;
/** A server that says nothing for so long is taken for gone, and the connection is given up. */
const SILENCE_MS = 30_000;
/** How often a connection that is not used is tried, so that its silence tells nothing. */
const PING_MS = 10_000;

/** The connections of one thread to Redis. */
export interface RedisConnections {
  /**
   * Lends a connection.
   * @throws NotSentError when there is none; whatever `use` throws
   */
  lend<Result>(use: (session: RedisSession) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/**
 * Opens one connection that is lent to everybody at the same time: what is sent in one turn goes out together, and
 * is answered in order. That is how clients of Redis are used; only what somebody watches needs a connection alone.
 */
export async function openShared(context: StoreContext): Promise<RedisConnections> {
  const { createClient } = await loadRedis();
  const client = createClient(optionsFor(context)) as Client;
  client.on('error', () => {});
  const sessions = new Sessions(context);
  await client.connect();
  return {
    lend: (use) => sent(async () => use(await sessions.on(client))),
    close: () => client.close(),
  };
}

/** Opens a bounded number of connections, each of which is lent to one at a time. */
export async function openExclusive(context: StoreContext): Promise<RedisConnections> {
  const { connections, connectionWaitMs, contention } = context;
  const redis = await loadRedis();
  const pool: Pool = redis.createClientPool(optionsFor(context), {
    minimum: connections,
    maximum: connections,
    acquireTimeout: connectionWaitMs,
  });
  pool.on('error', () => {});
  const sessions = new Sessions(context);
  await pool.connect();
  return {
    lend(use) {
      if (pool.idleClients === 0) contention.waits++;
      return sent(() => pool.execute(async (client) => use(await sessions.on(client))));
    },
    close: () => pool.close(),
  };
}

function optionsFor({ place }: StoreContext) {
  return {
    url: place.servers.redis as string,
    // A command that cannot be sent now is refused now.
    disableOfflineQueue: true,
    // So no command has to be taken back after a while, which would cost a timer each.
    commandOptions: { timeout: 0 },
    pingInterval: PING_MS,
    socket: { reconnectStrategy: RECONNECT_MS, socketTimeout: SILENCE_MS },
  } as const;
}

async function sent<Result>(use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    const name = (error as Error | undefined)?.constructor.name ?? '';
    throw NOT_SENT.has(name) ? new NotSentError(name, { cause: error }) : error;
  }
}

/** A session, until the connection is made anew: the server then calls it by another number. */
interface Known {
  readonly epoch: number;
  readonly session: Promise<RedisSession>;
}

/** What is said over connections, counted. */
class Sessions {
  readonly #context: StoreContext;
  readonly #sessions: WeakMap<Client, Known> = new WeakMap();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The session on a connection. */
  on(client: Client): Promise<RedisSession> {
    const { socketEpoch: epoch } = client;
    const known = this.#sessions.get(client);
    if (known?.epoch === epoch) return known.session;
    const session = this.#open(client);
    this.#sessions.set(client, { epoch, session });
    // A server that is still loading says so; the next one asks again.
    session.catch(() => this.#sessions.delete(client));
    return session;
  }

  async #open(client: Client): Promise<RedisSession> {
    return this.#sessionOn(client, Number(await client.sendCommand(['CLIENT', 'ID'])));
  }

  #sessionOn(client: Client, id: number): RedisSession {
    const { traffic } = this.#context;
    const send = (...command: readonly string[]): Promise<Reply> => {
      traffic.roundTrips++;
      traffic.statements++;
      return client.sendCommand<Reply>([...command]);
    };
    return {
      id,
      send,
      // By these functions, since the client then knows what a connection watched that was replaced.
      async watch(key) {
        traffic.roundTrips++;
        traffic.statements++;
        await client.watch(key);
      },
      async unwatch() {
        traffic.roundTrips++;
        traffic.statements++;
        await client.unwatch();
      },
      async run(script, keys, args) {
        const rest = [`${keys.length}`, ...keys, ...args.map(String)];
        try {
          return await send('EVALSHA', sha1Of(script), ...rest);
        } catch (error) {
          if (!isErrorReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
          return await send('EVAL', script.lua, ...rest);
        }
      },
      async transaction(commands) {
        traffic.roundTrips++;
        traffic.statements += commands.length;
        const multi = client.multi();
        for (const command of commands) multi.addCommand([...command]);
        try {
          return (await multi.exec()) as unknown as readonly Reply[];
        } catch (error) {
          if ((error as Error).constructor.name === 'WatchError') return null;
          throw error;
        }
      },
    };
  }
}

/** Whether the server answered with an error: then what was asked has certainly not been done. */
export function isRefusedByServer(error: unknown): boolean {
  return isErrorReply(error);
}
