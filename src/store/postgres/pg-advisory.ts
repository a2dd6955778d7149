// Takes a lock that stands for the event, then reads and writes; the commit lets it go.
// Cost: five round trips under the lock. The lock has to be taken before the statement that reads, since a
// statement sees what was committed when it began, and to be held until after the commit.
// Source: advisory locks (PostgreSQL documentation, 13.3.5).
import type { StoreStrategy } from '../stored.ts';
import type { Statement } from './connections.ts';
import { READ, readThenWrite } from './locked-row.ts';
import { giveBack, pgReserver } from './pg-reserver.ts';
import { resizeStock } from './resize-stock.ts';
import { ON_TABLES } from './sale-tables.ts';
import { BEGIN, inTransaction } from './transaction.ts';

/** Of two numbers, so that sales in other schemas have locks of their own. */
const LOCK: Statement = {
  name: 'lock',
  text: 'SELECT pg_advisory_xact_lock(hashtext(current_schema), $1)',
};

export const pgAdvisory: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-advisory',
  summary:
    'An advisory lock per event around SELECT and UPDATE, held to the commit. Five round trips; no row is locked for readers of it.',
  source: 'PostgreSQL documentation, 13.3.5 Advisory Locks',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, with an advisory lock from before the read to the commit',
  open: (context) =>
    pgReserver(context, {
      reserve: (session, order) =>
        inTransaction(session, BEGIN, async () => {
          await session.query(LOCK, [order.event]);
          return readThenWrite(session, order, READ, context.work);
        }),
      // The lock stands for the stock, also for those who add to it: whoever has read it will write it.
      cancel: (session, given) =>
        inTransaction(session, BEGIN, async () => {
          await session.query(LOCK, [given.event]);
          return giveBack(session, given);
        }),
      resize: (session, change) =>
        inTransaction(session, BEGIN, async () => {
          await session.query(LOCK, [change.event]);
          return resizeStock(session, change);
        }),
    }),
};
