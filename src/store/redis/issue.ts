import type { Order, StorePlace } from '../stored.ts';
import type { RedisSession } from './redis-connections.ts';
import { keysOf } from './sale-keys.ts';
import type { Script } from './script.ts';

/** Issues the next tickets to an order, and keeps who holds them; the first serial. */
const ISSUE: Script = {
  lua: `
    local next, grants, orders = KEYS[1], KEYS[2], KEYS[3]
    local id, event, quantity, client = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
    local ticket = redis.call('INCRBY', next, quantity) - quantity
    redis.call('HSET', grants, event .. '/' .. ticket, id .. ' ' .. quantity .. ' ' .. client)
    redis.call('HSET', orders, id, ticket)
    return ticket`,
};

/** Runs {@link ISSUE}. */
export async function issue(
  session: RedisSession,
  place: StorePlace,
  { id, event, quantity, client }: Order,
): Promise<number> {
  const { next, grants, orders } = keysOf(place, event);
  return Number(await session.run(ISSUE, [next, grants, orders], [id, event, quantity, client]));
}

/** The same as one command of a transaction. */
export function issueCommand(place: StorePlace, { id, event, quantity, client }: Order): string[] {
  const { next, grants, orders } = keysOf(place, event);
  const args = [id, event, quantity, client].map(String);
  return ['EVAL', ISSUE.lua, '3', next, grants, orders, ...args];
}
