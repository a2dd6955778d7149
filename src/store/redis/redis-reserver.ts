import { setTimeout as sleep } from 'node:timers/promises';
import {
  isWhole,
  type Order,
  type Resize,
  type Return,
  type StoreContext,
  type StorePlace,
  type StoreReserver,
} from '../stored.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT } from '../strategy.ts';
import {
  isRefusedByServer,
  NotSentError,
  openExclusive,
  openShared,
  type RedisConnections,
  type RedisSession,
} from './redis-connections.ts';
import { keysOf } from './sale-keys.ts';
import type { Script } from './script.ts';

/** What a strategy does of its own, in one attempt on one connection. */
export interface RedisTactics {
  /** The first ticket serial, `SOLD_OUT`, or `CONTENDED` for another attempt. */
  readonly reserve: (session: RedisSession, order: Order) => Promise<number>;
  /** By default, one script. */
  readonly cancel?: (session: RedisSession, given: Return) => Promise<number>;
  /** Whether it watches keys, and so needs a connection for itself; by default, no. */
  readonly watches?: boolean;
  /** By default, one script. */
  readonly resize?: (session: RedisSession, change: Resize) => Promise<number>;
}

/** Attempts before a buyer is told to come again. */
const ATTEMPTS = 60;
/** The longest sleep before the second attempt; before each further one it is twice as long. */
const SLEEP_MS = 1;
const SLEEP_MAX_MS = 20;
const SETTLE_AGAIN_MS = 50;

/** Answers the tickets that were given back, or 0 when nobody holds such. */
const GIVE_BACK: Script = {
  lua: `
    local left, grants, orders = KEYS[1], KEYS[2], KEYS[3]
    local place, quantity, client = ARGV[1], ARGV[2], ARGV[3]
    local held = redis.call('HGET', grants, place)
    if not held then return 0 end
    local id, of, by = held:match('^(%d+) (%d+) (%d+)$')
    if of ~= quantity or by ~= client then return 0 end
    redis.call('HDEL', grants, place)
    redis.call('HDEL', orders, id)
    redis.call('INCRBY', left, quantity)
    return tonumber(quantity)`,
};

/** Answers what is left then; -1 when fewer are left than shall be withdrawn, -4 when there is no stock. */
const RESIZE: Script = {
  lua: `
    local left, resizes = KEYS[1], KEYS[2]
    local id, by = ARGV[1], tonumber(ARGV[2])
    local before = tonumber(redis.call('GET', left))
    if not before then return -4 end
    if by < 0 and before + by < 0 then return -1 end
    redis.call('INCRBY', left, by)
    local remaining = math.max(0, before + by)
    redis.call('HSET', resizes, id, remaining)
    return remaining`,
};

/** Sells by a strategy's tactics: lends connections, tries again, finds lost answers. */
export async function redisReserver(
  context: StoreContext,
  {
    reserve,
    cancel = (session, given) => giveBack(session, context.place, given),
    watches = false,
    resize = (session, change) => resizeStock(session, context.place, change),
  }: RedisTactics,
): Promise<StoreReserver> {
  const connections = await (watches ? openExclusive(context) : openShared(context));
  const { place } = context;
  return {
    reserve(order) {
      if (order.quantity < 1) return Promise.resolve(FAILED);
      return attempt(context, connections, {
        ask: (session) => reserve(session, order),
        find: (session) => findNumber(session, keysOf(place, order.event).orders, order.id),
      });
    },
    cancel: (given) =>
      attempt(context, connections, {
        ask: (session) => cancel(session, given),
        async find(session) {
          const { grants } = keysOf(place, given.event);
          const held = await session.send('HEXISTS', grants, `${given.event}/${given.ticket}`);
          return held === 0 ? given.quantity : DROPPED;
        },
      }),
    resize(change) {
      if (!isWhole(change)) return Promise.resolve(FAILED);
      return attempt(context, connections, {
        ask: (session) => resize(session, change),
        find: (session) => findNumber(session, keysOf(place, change.event).resizes, change.id),
      });
    },
    available: (event) =>
      attempt(context, connections, {
        async ask(session) {
          const left = await session.send('GET', keysOf(place, event).left);
          return left === null ? FAILED : Math.max(0, Number(left));
        },
        // Nothing has changed, whatever became of it.
        find: () => Promise.resolve(FAILED),
      }),
    close: () => connections.close(),
  };
}

/** Gives back by one script. */
export async function giveBack(
  session: RedisSession,
  place: StorePlace,
  { event, ticket, quantity, client }: Return,
): Promise<number> {
  const { left, grants, orders } = keysOf(place, event);
  const args = [`${event}/${ticket}`, quantity, client];
  const back = await session.run(GIVE_BACK, [left, grants, orders], args);
  return back === 0 ? FAILED : Number(back);
}

/** Resizes by one script. */
export async function resizeStock(
  session: RedisSession,
  place: StorePlace,
  { id, event, by }: Resize,
): Promise<number> {
  const { left, resizes } = keysOf(place, event);
  return Number(await session.run(RESIZE, [left, resizes], [id, by]));
}

/** What is kept of an id; `FAILED` when nothing is. */
async function findNumber(session: RedisSession, key: string, id: number): Promise<number> {
  const found = await session.send('HGET', key, `${id}`);
  return found === null ? FAILED : Number(found);
}

type Ask = (session: RedisSession) => Promise<number>;

interface Question {
  readonly ask: Ask;
  /** What became of it, asked on another connection when the answer was lost. */
  readonly find: Ask;
}

async function attempt(
  { contention, random, settleMs }: StoreContext,
  connections: RedisConnections,
  { ask, find }: Question,
): Promise<number> {
  for (let tried = 0; tried < ATTEMPTS; tried++) {
    if (tried > 0) {
      contention.retries++;
      await sleep(random() * Math.min(SLEEP_MAX_MS, SLEEP_MS * 2 ** tried));
    }
    let id = 0;
    try {
      const answer = await connections.lend((session) => {
        id = session.id;
        return ask(session);
      });
      if (answer !== CONTENDED) return answer;
    } catch (error) {
      if (error instanceof NotSentError || id === 0) return DROPPED;
      if (isRefusedByServer(error)) return refusalFor(error as Error);
      return settle(connections, { id, find, settleMs });
    }
  }
  return CONTENDED;
}

/**
 * What a server answers that does not sell: while it loads its data, or has no memory left; also instead of a
 * transaction, of which it has done nothing then.
 */
const NOT_SELLING = /^(EXECABORT .*: )?(LOADING|OOM|READONLY|MISCONF|BUSY|NOREPLICAS|MASTERDOWN)/;

/** @throws the error, when it tells of a mistake in a command or a script */
function refusalFor(error: Error): number {
  if (NOT_SELLING.test(error.message)) return DROPPED;
  throw error;
}

interface Lost extends Pick<Question, 'find'> {
  /** The connection whose answer was lost. */
  readonly id: number;
  readonly settleMs: number;
}

/** Finds out what became of something whose answer was lost; `IN_DOUBT` when nobody can be asked for long. */
async function settle(
  connections: RedisConnections,
  { id, find, settleMs }: Lost,
): Promise<number> {
  const limit = AbortSignal.timeout(settleMs);
  while (!limit.aborted) {
    try {
      const found = await connections.lend(async (session) => {
        // A connection that is still there may still be heard.
        const there = session.id === id ? '' : await session.send('CLIENT', 'LIST', 'ID', `${id}`);
        return there === '' ? find(session) : IN_DOUBT;
      });
      if (found !== IN_DOUBT) return found;
    } catch {
      // Not there yet, or again.
    }
    await sleep(SETTLE_AGAIN_MS);
  }
  return IN_DOUBT;
}
