// Reads and writes as if alone, and lets PostgreSQL find out who was not: those are rolled back and try again.
// Cost: four round trips, and all of them again for whoever came second.
// Source: serializable snapshot isolation (Cahill et al., SIGMOD 2008; Ports and Grittner, VLDB 2012).
import type { StoreStrategy } from '../stored.ts';
import { READ, readThenWrite } from './locked-row.ts';
import { pgReserver } from './pg-reserver.ts';
import { resizeStock } from './resize-stock.ts';
import { ON_TABLES } from './sale-tables.ts';
import { BEGIN_SERIALIZABLE, inTransaction } from './transaction.ts';

export const pgSerializable: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-serializable',
  summary:
    'SELECT and UPDATE under SERIALIZABLE. No locks to think of; whoever comes second does it all again, a dozen times at most.',
  source: 'serializable snapshot isolation (Ports and Grittner, VLDB 2012)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'serializable',
  open: (context) =>
    pgReserver(context, {
      reserve: (session, order) =>
        inTransaction(session, BEGIN_SERIALIZABLE, () =>
          readThenWrite(session, order, READ, context.work),
        ),
      resize: (session, change) =>
        inTransaction(session, BEGIN_SERIALIZABLE, () => resizeStock(session, change)),
    }),
};
