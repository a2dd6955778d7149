import type { Order } from '../stored.ts';
import { SOLD_OUT } from '../strategy.ts';
import type { Session, Statement } from './connections.ts';

/** The stock of an event, as a transaction has read it. */
export interface StockRow {
  readonly remaining: number;
  readonly ticket: number;
}

export const READ: Statement = {
  name: 'read',
  text: 'SELECT remaining, next_ticket AS ticket FROM stock WHERE event = $1',
};

export const READ_FOR_UPDATE: Statement = {
  name: 'read-for-update',
  text: 'SELECT remaining, next_ticket AS ticket FROM stock WHERE event = $1 FOR UPDATE',
};

const WRITE: Statement = {
  name: 'write',
  text: `
    WITH written AS (
      UPDATE stock
      SET remaining = $6, next_ticket = $3::int + $4::int, version = version + 1
      WHERE event = $2
    )
    INSERT INTO booking (id, event, ticket, quantity, client) VALUES ($1, $2, $3, $4, $5)`,
};

/**
 * Reads the stock, works, writes what is left: right only where nobody else can write in between.
 * @param read how the stock is read, and so what keeps others away
 */
export async function readThenWrite(
  session: Session,
  { id, event, quantity, client }: Order,
  read: Statement,
  work: () => Promise<void>,
): Promise<number> {
  const [row] = await session.query<StockRow>(read, [event]);
  if (!row || row.remaining < quantity) return SOLD_OUT;
  await work();
  const left = row.remaining - quantity;
  await session.query(WRITE, [id, event, row.ticket, quantity, client, left]);
  return row.ticket;
}
