import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, Return, StoreContext, StorePlace, StoreReserver } from '../stored.ts';
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
}

/** Attempts before a buyer is told to come again. */
const ATTEMPTS = 60;
/** The longest sleep before the second attempt; before each further one it is twice as long. */
const SLEEP_MS = 1;
const SLEEP_MAX_MS = 20;
/** How long to try to find out what became of an order whose answer was lost. */
const SETTLE_MS = 8000;
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

/** Sells by a strategy's tactics: lends connections, tries again, finds lost answers. */
export async function redisReserver(
  context: StoreContext,
  {
    reserve,
    cancel = (session, given) => giveBack(session, context.place, given),
    watches = false,
  }: RedisTactics,
): Promise<StoreReserver> {
  const connections = await (watches ? openExclusive(context) : openShared(context));
  const { place } = context;
  return {
    reserve(order) {
      if (order.quantity < 1) return Promise.resolve(FAILED);
      return attempt(context, connections, {
        ask: (session) => reserve(session, order),
        async find(session) {
          const ticket = await session.send(
            'HGET',
            keysOf(place, order.event).orders,
            `${order.id}`,
          );
          return ticket === null ? FAILED : Number(ticket);
        },
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
  return back === 0 ? FAILED : quantity;
}

type Ask = (session: RedisSession) => Promise<number>;

interface Question {
  readonly ask: Ask;
  /** What became of it, asked on another connection when the answer was lost. */
  readonly find: Ask;
}

async function attempt(
  { contention, random }: StoreContext,
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
      return settle(connections, id, find);
    }
  }
  return CONTENDED;
}

/** What a server answers that does not sell: while it loads its data, or has no memory left. */
const NOT_SELLING = /^(LOADING|OOM|READONLY|MISCONF|BUSY|NOREPLICAS|MASTERDOWN)/;

/** @throws the error, when it tells of a mistake in a command or a script */
function refusalFor(error: Error): number {
  if (NOT_SELLING.test(error.message)) return DROPPED;
  throw error;
}

/** Finds out what became of something whose answer was lost; `IN_DOUBT` when nobody can be asked for long. */
async function settle(connections: RedisConnections, id: number, find: Ask): Promise<number> {
  const limit = AbortSignal.timeout(SETTLE_MS);
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
