// GET, check, SET: each command is one step of the server, the two together are not.
// Cost: two round trips, and tickets that do not exist.
// Source: the check-then-act of countless web shops.
import type { StoreStrategy } from '../stored.ts';
import { SOLD_OUT } from '../strategy.ts';
import { issueCommand } from './issue.ts';
import { redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';

export const redisNaive: StoreStrategy = {
  ...ON_KEYS,
  name: 'redis-naive',
  summary:
    'GET, check, SET with what is left. Whoever reads before the other has written sells the same stock.',
  source: 'check-then-act, as in countless web shops',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  breaks: ['noOversell', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'each command by itself',
  open: (context) =>
    redisReserver(context, {
      async reserve(session, order) {
        const { left } = keysOf(context.place, order.event);
        const remaining = Number(await session.send('GET', left));
        if (remaining < order.quantity) return SOLD_OUT;
        await context.work();
        const replies = await session.transaction([
          ['SET', left, `${remaining - order.quantity}`],
          issueCommand(context.place, order),
        ]);
        return Number(replies?.[1]);
      },
    }),
};
