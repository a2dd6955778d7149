// A lock that is lent for a second, with a number that grows; the store takes a write only from the holder of the
// latest. So whoever slept until his lease ran out writes nothing.
// Cost: four round trips under the lock; the others ask again and again.
// Source: SET NX PX (Redis documentation, Distributed Locks); fencing tokens (Kleppmann, How to do distributed
// locking, 2016).
import { freshName } from '../../base/fresh-name.ts';
import type { Order, StoreContext, StoreStrategy } from '../stored.ts';
import { CONTENDED, SOLD_OUT } from '../strategy.ts';
import type { RedisSession } from './redis-connections.ts';
import { giveBack, redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';
import type { Script } from './script.ts';

/** Longer than a sale takes, and short enough to be waited for when a holder has died. */
const LEASE_MS = 1000;

/** Answers the fencing token, or 0 when somebody else has the lock. */
const ACQUIRE: Script = {
  lua: `
    local lock, fence = KEYS[1], KEYS[2]
    if not redis.call('SET', lock, ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
    return redis.call('INCR', fence)`,
};

/** Writes what is left and issues the tickets, if nobody has had the lock since; else -1. */
const WRITE: Script = {
  lua: `
    local left, next, grants, orders, fence = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
    local token, remaining = ARGV[1], ARGV[2]
    local id, event, quantity, client = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
    if redis.call('GET', fence) ~= token then return -1 end
    redis.call('SET', left, remaining)
    local ticket = redis.call('INCRBY', next, quantity) - quantity
    redis.call('HSET', grants, event .. '/' .. ticket, id .. ' ' .. quantity .. ' ' .. client)
    redis.call('HSET', orders, id, ticket)
    return ticket`,
};

/** Only the holder may end a lease. */
const RELEASE: Script = {
  lua: `
    if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
    return 0`,
};

export const redisLease: StoreStrategy = {
  ...ON_KEYS,
  name: 'redis-lease',
  summary:
    'A lease with a fencing token around GET and SET. Four round trips under the lock; everybody else asks again and again.',
  source: 'SET NX PX (Redis documentation, Distributed Locks); fencing tokens (Kleppmann, 2016)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'a lock for each event, and a fence against those who lost it',
  open: (context) => {
    const owner = freshName(`seller ${context.self}`);
    return redisReserver(context, {
      reserve: (session, order) =>
        leased(context, session, { owner, order }, (token) => sell(context, session, order, token)),
      // Also whoever adds to the stock needs the lease: its holder has read it, and will write it.
      cancel: (session, given) =>
        leased(context, session, { owner, order: given }, () =>
          giveBack(session, context.place, given),
        ),
    });
  },
};

interface Tenancy {
  readonly owner: string;
  readonly order: Order;
}

/** Does `work` while it has the lease of the event; `CONTENDED` when somebody else has it. */
async function leased(
  { place, contention }: StoreContext,
  session: RedisSession,
  { owner, order }: Tenancy,
  work: (token: number) => Promise<number>,
): Promise<number> {
  const { lock, fence } = keysOf(place, order.event);
  const mine = `${owner} ${order.id}`;
  const token = Number(await session.run(ACQUIRE, [lock, fence], [mine, LEASE_MS]));
  if (token === 0) {
    contention.waits++;
    return CONTENDED;
  }
  try {
    return await work(token);
  } finally {
    await session.run(RELEASE, [lock], [mine]);
  }
}

async function sell(
  { place, work }: StoreContext,
  session: RedisSession,
  { id, event, quantity, client }: Order,
  token: number,
): Promise<number> {
  const { left, next, grants, orders, fence } = keysOf(place, event);
  const remaining = Number(await session.send('GET', left));
  if (remaining < quantity) return SOLD_OUT;
  await work();
  const args = [token, remaining - quantity, id, event, quantity, client];
  const ticket = Number(await session.run(WRITE, [left, next, grants, orders, fence], args));
  return ticket < 0 ? CONTENDED : ticket;
}
