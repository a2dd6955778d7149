// Subtracts first and looks at what is left then; who finds less than nothing adds it back.
// Cost: two round trips. Between the two of a refusal the stock seems smaller than it is: others are refused
// wrongly; and whoever dies between the two of a sale takes the tickets with him. A server that refuses the second has
// them added back.
// Source: DECRBY as a semaphore, the usual recipe for flash sales.
import type { Order, StoreContext, StoreStrategy } from '../stored.ts';
import { SOLD_OUT } from '../strategy.ts';
import { issue } from './issue.ts';
import { isRefusedByServer, type RedisSession } from './redis-connections.ts';
import { redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';
import type { Script } from './script.ts';

/**
 * Adds back what an order took, of which no tickets were issued. A server whose memory is full does not take an INCRBY,
 * unless a command before it in the same script has removed something, be it nothing.
 */
const ADD_BACK: Script = {
  lua: `
    local left, orders = KEYS[1], KEYS[2]
    local id, quantity = ARGV[1], ARGV[2]
    redis.call('HDEL', orders, id)
    return redis.call('INCRBY', left, quantity)`,
};

export const redisDecr: StoreStrategy = {
  ...ON_KEYS,
  name: 'redis-decr',
  summary:
    'DECRBY, and INCRBY when that was too much. Two round trips; a dip below zero refuses others wrongly.',
  source: 'DECRBY as a semaphore, the usual recipe for flash sales',
  promises: ['noOversell', 'noLostReceipt'],
  isolation: 'each command by itself',
  open: (context) =>
    redisReserver(context, {
      async reserve(session, order) {
        const { left } = keysOf(context.place, order.event);
        await context.work();
        const remaining = Number(await session.send('DECRBY', left, `${order.quantity}`));
        if (remaining >= 0) return issueOrAddBack(context, session, order);
        await addBack(context, session, order);
        return SOLD_OUT;
      },
    }),
};

async function addBack(
  { place }: StoreContext,
  session: RedisSession,
  { id, event, quantity }: Order,
): Promise<void> {
  const { left, orders } = keysOf(place, event);
  await session.run(ADD_BACK, [left, orders], [id, quantity]);
}

async function issueOrAddBack(
  context: StoreContext,
  session: RedisSession,
  order: Order,
): Promise<number> {
  try {
    return await issue(session, context.place, order);
  } catch (error) {
    // Whoever cannot be told the answer may have been issued his tickets.
    if (isRefusedByServer(error)) await addBack(context, session, order).catch(() => {});
    throw error;
  }
}
