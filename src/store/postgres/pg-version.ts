// Reads the stock with its version, and writes only if the version is still the same.
// Cost: two round trips, and both again for whoever came second; under a rush most do, until they give up.
// Source: optimistic concurrency control (Kung and Robinson, TODS 1981); phase 2 of seed system 3.
import type { StoreStrategy } from '../stored.ts';
import { CONTENDED, SOLD_OUT } from '../strategy.ts';
import type { Statement } from './connections.ts';
import { pgReserver } from './pg-reserver.ts';
import { ON_TABLES } from './sale-tables.ts';

const READ: Statement = {
  name: 'read-version',
  text: 'SELECT remaining, version FROM stock WHERE event = $1',
};

const WRITE: Statement = {
  name: 'write-version',
  text: `
    WITH taken AS (
      UPDATE stock
      SET remaining = remaining - $3, next_ticket = next_ticket + $3, version = version + 1
      WHERE event = $2 AND version = $5
      RETURNING next_ticket - $3 AS ticket
    )
    INSERT INTO booking (id, event, ticket, quantity, client)
    SELECT $1, $2, ticket, $3, $4 FROM taken
    RETURNING ticket`,
};

export const pgVersion: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-version',
  summary:
    'SELECT with a version, UPDATE where it is still the same. Nobody waits; whoever comes second tries again, a dozen times at most.',
  source: 'optimistic concurrency control (Kung and Robinson, TODS 1981); seed system 3, phase 2',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed, a transaction for each statement',
  open: (context) =>
    pgReserver(context, {
      async reserve(session, { id, event, quantity, client }) {
        const [row] = await session.query<{ remaining: number; version: number }>(READ, [event]);
        if (!row || row.remaining < quantity) return SOLD_OUT;
        await context.work();
        const values = [id, event, quantity, client, row.version];
        const [taken] = await session.query<{ ticket: number }>(WRITE, values);
        return taken?.ticket ?? CONTENDED;
      },
    }),
};
