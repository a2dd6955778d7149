// Subtracts first and looks at what is left then; who finds less than nothing adds it back.
// Cost: two round trips. Between the two of a refusal the stock seems smaller than it is: others are refused
// wrongly; and whoever dies between the two of a sale takes the tickets with him.
// Source: DECRBY as a semaphore, the usual recipe for flash sales.
import type { StoreStrategy } from '../stored.ts';
import { SOLD_OUT } from '../strategy.ts';
import { issue } from './issue.ts';
import { redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';

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
        if (remaining >= 0) return issue(session, context.place, order);
        await session.send('INCRBY', left, `${order.quantity}`);
        return SOLD_OUT;
      },
    }),
};
