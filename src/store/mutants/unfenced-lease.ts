// A lease without a fence: whoever slept until it ran out writes all the same.
import { freshName } from '../../base/fresh-name.ts';
import { issueCommand } from '../redis/issue.ts';
import { redisLease } from '../redis/redis-lease.ts';
import { redisReserver } from '../redis/redis-reserver.ts';
import { keysOf } from '../redis/sale-keys.ts';
import { CONTENDED, SOLD_OUT } from '../strategy.ts';
import type { StoreMutant } from './store-mutant.ts';

/** Shorter than the work that is done under it now and then. */
const LEASE_MS = 15;

export const unfencedLease: StoreMutant = {
  strategy: {
    ...redisLease,
    name: 'unfenced-lease',
    summary:
      'Sells under a lease that may run out, and writes without asking whether it still has it.',
    source: 'locks that expire (Kleppmann, How to do distributed locking, 2016)',
    async open(context) {
      const owner = freshName(`seller ${context.self}`);
      return redisReserver(context, {
        async reserve(session, order) {
          const { lock, left } = keysOf(context.place, order.event);
          const mine = `${owner} ${order.id}`;
          if ((await session.send('SET', lock, mine, 'NX', 'PX', `${LEASE_MS}`)) === null) {
            return CONTENDED;
          }
          const remaining = Number(await session.send('GET', left));
          if (remaining < order.quantity) {
            await session.send('DEL', lock);
            return SOLD_OUT;
          }
          await context.work();
          const replies = await session.transaction([
            ['SET', left, `${remaining - order.quantity}`],
            issueCommand(context.place, order),
            ['DEL', lock],
          ]);
          return Number(replies?.[1]);
        },
      });
    },
  },
  caughtBy: ['audit', 'linearizability'],
  scenario: { requests: '300', tickets: '60', workInside: '20ms' },
};
