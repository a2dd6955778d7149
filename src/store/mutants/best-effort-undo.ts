// Takes from a quota in Redis, books in PostgreSQL, and gives the quota back when that fails: also when only the
// answer was lost, and the booking is there. And should giving back fail, nobody hears of it.

import { openBoth } from '../hybrid/open-both.ts';
import { redisPg } from '../hybrid/redis-pg.ts';
import { ON_TABLES } from '../postgres/sale-tables.ts';
import { ON_KEYS } from '../redis/sale-keys.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import {
  book,
  prepareQuota,
  quotaKey,
  readQuota,
  resizeQuota,
  TAKE,
  unbook,
} from './quota-gate.ts';
import type { StoreMutant } from './store-mutant.ts';

export const bestEffortUndo: StoreMutant = {
  strategy: {
    ...redisPg,
    name: 'best-effort-undo',
    summary:
      'A quota in Redis decides, PostgreSQL keeps the bookings; what fails there is undone here, whatever became of it.',
    source: 'seed system 3, phase 4: the errors of its compensation are ignored',
    promises: ['noOversell', 'noLostReceipt'],
    prepare: prepareQuota,
    async open(context) {
      const { place, size, work } = context;
      const { tables, keys } = await openBoth(context);
      for (let event = 0; event < size.events; event++) {
        const count = `${size.tickets}`;
        await keys.lend((session) => session.send('SET', quotaKey(place, event), count, 'NX'));
      }
      return {
        async reserve(order) {
          if (order.quantity < 1) return FAILED;
          const key = quotaKey(place, order.event);
          const taken = await keys.lend((session) => session.run(TAKE, [key], [order.quantity]));
          if (taken !== 1) return SOLD_OUT;
          await work();
          try {
            return await book(tables, order);
          } catch {
            await keys
              .lend((session) => session.send('INCRBY', key, `${order.quantity}`))
              .catch(() => {});
            return FAILED;
          }
        },
        cancel: (given) => unbook(tables, keys, place, given),
        resize: (change) => resizeQuota(tables, keys, place, change),
        async available(event) {
          return Number(await keys.lend((session) => session.send('GET', quotaKey(place, event))));
        },
        async close() {
          await Promise.all([tables.close(), keys.close()]);
        },
      };
    },
    readBack: readQuota,
    async remove(place) {
      await Promise.all([ON_TABLES.remove(place), ON_KEYS.remove(place)]);
    },
  },
  caughtBy: ['audit'],
  fault: 'answers of PostgreSQL are lost',
};
