import { createClient, createClientPool, ErrorReply } from 'redis';
import type { StoreContext } from '../stored.ts';
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
  /** Runs a script, which the server keeps. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply>;
  /** Runs commands as one transaction; null when a watched key has changed. */
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
  const pool: Pool = createClientPool(optionsFor(context), {
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

/** What is said over connections, counted. */
class Sessions {
  readonly #context: StoreContext;
  readonly #sessions: WeakMap<Client, Promise<RedisSession>> = new WeakMap();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The session on a connection; a new one after it was opened again, since the server then calls it otherwise. */
  on(client: Client): Promise<RedisSession> {
    const known = this.#sessions.get(client);
    if (known) return known;
    const session = this.#open(client);
    this.#sessions.set(client, session);
    client.once('reconnecting', () => this.#sessions.delete(client));
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
      async run(script, keys, args) {
        const rest = [`${keys.length}`, ...keys, ...args.map(String)];
        try {
          return await send('EVALSHA', sha1Of(script), ...rest);
        } catch (error) {
          if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
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
  return error instanceof ErrorReply;
}
