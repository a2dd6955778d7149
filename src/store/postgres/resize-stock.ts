// Tickets added or withdrawn while they are on sale: the stock changes, and the table `resize` keeps that it did.
import type { Resize } from '../stored.ts';
import { FAILED, SOLD_OUT } from '../strategy.ts';
import type { Session, Statement } from './connections.ts';

const RESIZE: Statement = {
  name: 'resize',
  text: `
    WITH changed AS (
      UPDATE stock SET remaining = remaining + $3, version = version + 1
      WHERE event = $2 AND remaining + $3 >= 0
      RETURNING remaining
    )
    INSERT INTO resize (id, event, change, remaining)
    SELECT $1, $2, $3, remaining FROM changed
    RETURNING remaining`,
};

const FIND: Statement = {
  name: '',
  text: 'SELECT remaining FROM resize WHERE id = $1',
};

interface Resized {
  readonly remaining: number;
}

/**
 * Resizes by one statement, which waits for whoever has the row locked.
 * @param statement another one with the same values, for stock that lies in other tables
 */
export async function resizeStock(
  session: Session,
  { id, event, by }: Resize,
  statement: Statement = RESIZE,
): Promise<number> {
  const [row] = await session.query<Resized>(statement, [id, event, by]);
  return row?.remaining ?? SOLD_OUT;
}

/** What was left after a resize; `FAILED` of one that was not done. */
export async function findResize(session: Session, { id }: Pick<Resize, 'id'>): Promise<number> {
  const [row] = await session.query<Resized>(FIND, [id]);
  return row?.remaining ?? FAILED;
}
