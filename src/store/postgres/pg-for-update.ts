// Locks the row, reads it, writes it, commits.
// Cost: four round trips, for all of which the others wait in the queue for the row.
// Source: SELECT FOR UPDATE (PostgreSQL documentation, 13.3.2 Row-Level Locks).
import type { StoreStrategy } from '../stored.ts';
import { READ_FOR_UPDATE, readThenWrite } from './locked-row.ts';
import { pgReserver } from './pg-reserver.ts';
import { ON_TABLES } from './sale-tables.ts';
import { BEGIN, inTransaction } from './transaction.ts';

export const pgForUpdate: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-for-update',
  summary:
    'SELECT FOR UPDATE, then UPDATE and COMMIT. Four round trips under the row lock; buyers of an event queue for it.',
  source: 'PostgreSQL documentation, 13.3.2 Row-Level Locks',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, with a row lock from the read to the commit',
  open: (context) =>
    pgReserver(context, {
      reserve: (session, order) =>
        inTransaction(session, BEGIN, () =>
          readThenWrite(session, order, READ_FOR_UPDATE, context.work),
        ),
    }),
};
