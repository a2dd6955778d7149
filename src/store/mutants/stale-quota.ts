// Loads the quota of Redis whenever it has run out of time, from what PostgreSQL said when it was loaded the last time:
// tickets that were sold meanwhile are for sale again.
import { openBoth } from '../hybrid/open-both.ts';
import { redisPg } from '../hybrid/redis-pg.ts';
import type { Connections, Statement } from '../postgres/connections.ts';
import { ON_TABLES } from '../postgres/sale-tables.ts';
import { ON_KEYS } from '../redis/sale-keys.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import {
  book,
  FREE,
  prepareQuota,
  quotaKey,
  readQuota,
  resizeQuota,
  TAKE,
  unbook,
} from './quota-gate.ts';
import type { StoreMutant } from './store-mutant.ts';

/** How long a quota is good for. */
const QUOTA_MS = 150;

export const staleQuota: StoreMutant = {
  strategy: {
    ...redisPg,
    name: 'stale-quota',
    summary:
      'Loads its quota from a count that lags behind the bookings: sold tickets are for sale again.',
    source:
      'seed system 3, phase 4: the update of its events is commented out, a refresh comes every 30 s',
    promises: ['noOversell', 'noLostReceipt'],
    prepare: prepareQuota,
    async open(context) {
      const { place, size, work } = context;
      const { tables, keys } = await openBoth(context);
      let known = Array.from({ length: size.events }, () => size.tickets);
      const load = async (event: number): Promise<void> => {
        const [key, count] = [quotaKey(place, event), `${known[event]}`];
        await keys.lend((session) => session.send('SET', key, count, 'NX', 'PX', `${QUOTA_MS}`));
        known = await freeIn(tables, FREE);
      };
      return {
        async reserve(order) {
          if (order.quantity < 1) return FAILED;
          const key = quotaKey(place, order.event);
          const take = () => keys.lend((session) => session.run(TAKE, [key], [order.quantity]));
          let taken = await take();
          while (taken === -1) {
            await load(order.event);
            taken = await take();
          }
          if (taken !== 1) return SOLD_OUT;
          await work();
          return book(tables, order);
        },
        cancel: (given) => unbook(tables, keys, place, given),
        resize: (change) => resizeQuota(tables, keys, place, change),
        async available(event) {
          const left = await keys.lend((session) => session.send('GET', quotaKey(place, event)));
          return Math.max(0, Number(left ?? known[event]));
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
  // A sale that takes longer than a quota is good for.
  scenario: { rate: '1500' },
};

async function freeIn(tables: Connections, statement: Statement): Promise<number[]> {
  const rows = await tables.lend((session) => session.query<{ remaining: number }>(statement));
  return rows.map(({ remaining }) => remaining);
}
