// One script checks and takes: the server runs it as one step.
// Cost: one round trip; the whole server waits while a script runs.
// Source: EVAL (Redis documentation, Scripting with Lua); seed system 3, phase 4.
import type { StoreStrategy } from '../stored.ts';
import { redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';
import type { Script } from './script.ts';

/** Answers the first serial, or -1: `SOLD_OUT`. */
export const RESERVE: Script = {
  lua: `
    local left, next, grants, orders = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
    local id, event, quantity, client = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
    if tonumber(redis.call('GET', left)) < quantity then return -1 end
    redis.call('DECRBY', left, quantity)
    local ticket = redis.call('INCRBY', next, quantity) - quantity
    redis.call('HSET', grants, event .. '/' .. ticket, id .. ' ' .. quantity .. ' ' .. client)
    redis.call('HSET', orders, id, ticket)
    return ticket`,
};

export const redisLua: StoreStrategy = {
  ...ON_KEYS,
  name: 'redis-lua',
  summary:
    'One script checks and takes. One round trip; the server does nothing else while a script runs.',
  source: 'EVAL (Redis documentation, Scripting with Lua); seed system 3, phase 4',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'serial: the server runs one script at a time',
  open: (context) =>
    redisReserver(context, {
      async reserve(session, { id, event, quantity, client }) {
        const { left, next, grants, orders } = keysOf(context.place, event);
        await context.work();
        const args = [id, event, quantity, client];
        return Number(await session.run(RESERVE, [left, next, grants, orders], args));
      },
    }),
};
