// A lock that is lent for a second, with a number that grows; the store takes a write only from the holder of the
// latest. So whoever slept until his lease ran out writes nothing.
// Cost: four round trips under the lock; the others ask again and again.
// Source: SET NX PX (Redis documentation, Distributed Locks); fencing tokens (Kleppmann, How to do distributed
// locking, 2016).
import { freshName } from '../../base/fresh-name.ts';
import type { Order, Resize, StoreContext, StoreStrategy } from '../stored.ts';
import { CONTENDED, SOLD_OUT } from '../strategy.ts';
import { release } from './owned-key.ts';
import type { RedisSession } from './redis-connections.ts';
import { giveBack, redisReserver, resizeStock } from './redis-reserver.ts';
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

/** Writes what is left and issues the tickets. */
const WRITE: Script = {
  lua: `
    local left, next, grants, orders = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
    local remaining, id, event, quantity, client = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
    redis.call('SET', left, remaining)
    local ticket = redis.call('INCRBY', next, quantity) - quantity
    redis.call('HSET', grants, event .. '/' .. ticket, id .. ' ' .. quantity .. ' ' .. client)
    redis.call('HSET', orders, id, ticket)
    return ticket`,
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
    const holding = (
      session: RedisSession,
      asked: Asked,
      work: (holder: RedisSession) => Promise<number>,
    ): Promise<number> => leased(context, session, { owner, asked }, work);
    return redisReserver(context, {
      reserve: (session, order) =>
        holding(session, order, (holder) => sell(context, holder, order)),
      // Also whoever else changes the stock needs the lease: its holder has read it, and will write it.
      cancel: (session, given) =>
        holding(session, given, (holder) => giveBack(holder, context.place, given)),
      resize: (session, change) =>
        holding(session, change, (holder) => resizeStock(holder, context.place, change)),
    });
  },
};

type Asked = Pick<Order | Resize, 'id' | 'event'>;

interface Tenancy {
  readonly owner: string;
  readonly asked: Asked;
}

/** Does `work` while it has the lease of the event; `CONTENDED` when somebody else has it. */
async function leased(
  { place, contention }: StoreContext,
  session: RedisSession,
  { owner, asked }: Tenancy,
  work: (holder: RedisSession) => Promise<number>,
): Promise<number> {
  const { lock, fence } = keysOf(place, asked.event);
  const mine = `${owner} ${asked.id}`;
  const token = Number(await session.run(ACQUIRE, [lock, fence], [mine, LEASE_MS]));
  if (token === 0) {
    contention.waits++;
    return CONTENDED;
  }
  try {
    return await work(fenced(session, fence, token));
  } finally {
    // Whether or not that works, the answer stands.
    await release(session, lock, mine);
  }
}

/** A session whose scripts do nothing and answer `CONTENDED` once somebody else has had the lock. */
function fenced(session: RedisSession, fence: string, token: number): RedisSession {
  return {
    ...session,
    run: (script, keys, args) =>
      session.run(fencedScript(script), [...keys, fence], [...args, token]),
  };
}

const fencedScripts: Map<Script, Script> = new Map();

function fencedScript(script: Script): Script {
  let guarded = fencedScripts.get(script);
  if (!guarded) {
    guarded = {
      lua: `
    if redis.call('GET', KEYS[#KEYS]) ~= ARGV[#ARGV] then return ${CONTENDED} end
    ${script.lua}`,
    };
    fencedScripts.set(script, guarded);
  }
  return guarded;
}

async function sell(
  { place, work }: StoreContext,
  holder: RedisSession,
  { id, event, quantity, client }: Order,
): Promise<number> {
  const { left, next, grants, orders } = keysOf(place, event);
  const remaining = Number(await holder.send('GET', left));
  if (remaining < quantity) return SOLD_OUT;
  await work();
  const args = [remaining - quantity, id, event, quantity, client];
  return Number(await holder.run(WRITE, [left, next, grants, orders], args));
}
