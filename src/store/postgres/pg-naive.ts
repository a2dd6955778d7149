// Reads the stock, checks, writes what is left: each statement is atomic, the two together are not.
// Cost: two round trips, and tickets that do not exist.
// Source: the check-then-act of countless web shops; READ COMMITTED does not see it.
import type { StoreStrategy } from '../stored.ts';
import { READ, readThenWrite } from './locked-row.ts';
import { pgReserver } from './pg-reserver.ts';
import { ON_TABLES } from './sale-tables.ts';

export const pgNaive: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-naive',
  summary:
    'SELECT, check, UPDATE with what is left. Whoever reads before the other has written sells the same tickets.',
  source: 'the lost update (Berenson et al., A Critique of ANSI SQL Isolation Levels, SIGMOD 1995)',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  breaks: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, a transaction for each statement',
  open: (context) =>
    pgReserver(context, {
      reserve: (session, order) => readThenWrite(session, order, READ, context.work),
    }),
};
