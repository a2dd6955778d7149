// One conditional UPDATE: the row lock it takes is held from the check to the commit.
// Cost: one round trip; buyers of one event queue for its row, each for as long as a commit takes.
// Source: the textbook; "UPDATE ... WHERE remaining >= n" checks again after waiting for the row (PostgreSQL
// documentation, 13.2.1 Read Committed Isolation Level).
import type { Order, StoreStrategy } from '../stored.ts';
import { SOLD_OUT } from '../strategy.ts';
import type { Session, Statement } from './connections.ts';
import { pgReserver } from './pg-reserver.ts';
import { ON_TABLES } from './sale-tables.ts';

/** Takes tickets where enough remain, and keeps who holds them. */
export const RESERVE: Statement = {
  name: 'reserve',
  text: `
    WITH taken AS (
      UPDATE stock
      SET remaining = remaining - $3, next_ticket = next_ticket + $3, version = version + 1
      WHERE event = $2 AND remaining >= $3
      RETURNING next_ticket - $3 AS ticket
    )
    INSERT INTO booking (id, event, ticket, quantity, client)
    SELECT $1, $2, ticket, $3, $4 FROM taken
    RETURNING ticket`,
};

/** Takes tickets and keeps who holds them, in one statement; `SOLD_OUT` when too few remain. */
export async function takeWhereEnough(
  session: Session,
  { id, event, quantity, client }: Order,
): Promise<number> {
  const [row] = await session.query<{ ticket: number }>(RESERVE, [id, event, quantity, client]);
  return row?.ticket ?? SOLD_OUT;
}

export const pgUpdate: StoreStrategy = {
  ...ON_TABLES,
  name: 'pg-update',
  summary:
    'One UPDATE that takes tickets where enough remain. One round trip; buyers of an event queue for its row.',
  source: 'PostgreSQL documentation, 13.2.1: a waiting UPDATE looks at its condition again',
  promises: ['noOversell', 'noLostReceipt', 'noFalseSoldOut', 'noStaleRead'],
  isolation: 'read committed',
  open: (context) =>
    pgReserver(context, {
      async reserve(session, order) {
        await context.work();
        return takeWhereEnough(session, order);
      },
    }),
};
