// Watches the stock while it decides; if anybody changes it before the transaction runs, the transaction does not.
// Cost: three round trips, and all of them again for whoever came second.
// Source: check-and-set with WATCH (Redis documentation, Transactions).
import type { StoreStrategy } from '../stored.ts';
import { CONTENDED, SOLD_OUT } from '../strategy.ts';
import { issueCommand } from './issue.ts';
import { redisReserver } from './redis-reserver.ts';
import { keysOf, ON_KEYS } from './sale-keys.ts';

export const redisWatch: StoreStrategy = {
  ...ON_KEYS,
  name: 'redis-watch',
  summary:
    'WATCH, GET, MULTI. Three round trips; whoever comes second does it all again, some dozen times at most.',
  source: 'optimistic locking with WATCH (Redis documentation, Transactions)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'check and set: a transaction runs as one step, or not at all',
  open: (context) =>
    redisReserver(context, {
      watches: true,
      async reserve(session, order) {
        const { left } = keysOf(context.place, order.event);
        await session.send('WATCH', left);
        const remaining = Number(await session.send('GET', left));
        if (remaining < order.quantity) {
          await session.send('UNWATCH');
          return SOLD_OUT;
        }
        await context.work();
        const replies = await session.transaction([
          ['DECRBY', left, `${order.quantity}`],
          issueCommand(context.place, order),
        ]);
        return replies === null ? CONTENDED : Number(replies[1]);
      },
    }),
};
