// Sums up what was booked, and books if enough is left: two who do so at the same time see the same sum.
import type { Statement } from '../postgres/connections.ts';
import { pgNaive } from '../postgres/pg-naive.ts';
import { pgReserver } from '../postgres/pg-reserver.ts';
import { readTables } from '../postgres/sale-tables.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import { BOOK, UNBOOK } from './quota-gate.ts';
import type { StoreMutant } from './store-mutant.ts';

const LEFT = `
  SELECT remaining - coalesce((SELECT sum(quantity) FROM booking WHERE booking.event = stock.event), 0) AS left
  FROM stock`;

const LOOK: Statement = {
  name: 'look-summed',
  text: `SELECT "left"::int AS left FROM (${LEFT} WHERE event = $1) AS counted`,
};

const REMAINING = `SELECT "left"::int AS remaining FROM (
  SELECT event, remaining - coalesce((SELECT sum(quantity) FROM booking WHERE booking.event = stock.event), 0) AS left
  FROM stock
) AS counted ORDER BY event`;

const { breaks: _, ...honest } = pgNaive;

export const summedBookings: StoreMutant = {
  strategy: {
    ...honest,
    name: 'summed-bookings',
    summary: 'Sums up the bookings, and books when the sum leaves enough: under READ COMMITTED.',
    source: 'write skew (Berenson et al., 1995); TigerFans sums reservations so',
    open: (context) =>
      pgReserver(context, {
        async reserve(session, { id, event, quantity, client }) {
          const [row] = await session.query<{ left: number }>(LOOK, [event]);
          if ((row?.left ?? 0) < quantity) return SOLD_OUT;
          await context.work();
          const values = [id, event, quantity, client];
          const [booked] = await session.query<{ ticket: number }>(BOOK, values);
          return booked?.ticket ?? FAILED;
        },
        async cancel(session, { event, ticket, quantity, client }) {
          const rows = await session.query(UNBOOK, [event, ticket, quantity, client]);
          return rows.length > 0 ? quantity : FAILED;
        },
        async available(session, event) {
          const [row] = await session.query<{ left: number }>(LOOK, [event]);
          return Math.max(0, row?.left ?? 0);
        },
      }),
    readBack: (place) => readTables(place, REMAINING),
  },
  caughtBy: ['audit', 'linearizability'],
  scenario: { workInside: '5ms' },
};
