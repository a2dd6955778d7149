import { createClientPool, ErrorReply } from 'redis';
import type { StoreContext } from '../stored.ts';
import type { Script } from './script.ts';
import { sha1Of } from './script.ts';

/** What a command answers: Redis knows numbers, texts, lists, and nothing. */
export type Reply = number | string | null | readonly Reply[];

type Pool = ReturnType<typeof createClientPool>;
type PooledClient = Parameters<Parameters<Pool['execute']>[0]>[0];

/** One connection, while it is lent. */
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

/** What the server calls a connection, which is another after each reconnect. */
interface Identity {
  readonly epoch: number;
  readonly id: number;
}

/** Names of the errors of `redis` that say that nothing was sent. */
const NOT_SENT = new Set(['TimeoutError', 'ClientOfflineError', 'ClientClosedError']);
const RECONNECT_MS = 100;

/** The connections of one thread to Redis: a bounded number, kept open. */
export class RedisConnections {
  readonly #pool: Pool;
  readonly #context: StoreContext;
  readonly #identities: WeakMap<PooledClient, Identity> = new WeakMap();

  private constructor(context: StoreContext) {
    this.#context = context;
    this.#pool = createClientPool(
      {
        url: context.place.servers.redis as string,
        // A command that cannot be sent now is refused now.
        disableOfflineQueue: true,
        socket: { reconnectStrategy: RECONNECT_MS },
      },
      {
        minimum: context.connections,
        maximum: context.connections,
        acquireTimeout: context.connectionWaitMs,
      },
    );
    this.#pool.on('error', () => {});
  }

  static async open(context: StoreContext): Promise<RedisConnections> {
    const connections = new RedisConnections(context);
    await connections.#pool.connect();
    return connections;
  }

  /**
   * Lends a connection.
   * @throws NotSentError when there is none; whatever `use` throws
   */
  async lend<Result>(use: (session: RedisSession) => Promise<Result>): Promise<Result> {
    if (this.#pool.idleClients === 0) this.#context.contention.waits++;
    try {
      return await this.#pool.execute(async (client) => use(await this.#sessionOn(client)));
    } catch (error) {
      const name = (error as Error | undefined)?.constructor.name ?? '';
      throw NOT_SENT.has(name) ? new NotSentError(name, { cause: error }) : error;
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #idOf(client: PooledClient): Promise<number> {
    const { socketEpoch: epoch } = client;
    const known = this.#identities.get(client);
    if (known?.epoch === epoch) return known.id;
    const id = Number(await client.sendCommand(['CLIENT', 'ID']));
    this.#identities.set(client, { epoch, id });
    return id;
  }

  async #sessionOn(client: PooledClient): Promise<RedisSession> {
    const { traffic } = this.#context;
    const id = await this.#idOf(client);
    const send = async (...command: readonly string[]): Promise<Reply> => {
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
