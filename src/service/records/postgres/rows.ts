import type { Session, Statement } from '../../../store/postgres/connections.ts';
import type { KeptAnswer, Reservation } from '../../terms.ts';
import { CHANGED_BY } from './statements.ts';

/** What a statement says that has kept an answer, beside its row. */
export interface Kept {
  readonly kept: boolean;
}

export function withoutKept<Row extends Kept>(all: Row): Omit<Row, 'kept'> {
  const { kept: _, ...row } = all;
  return row;
}

/** The values by which an answer is kept; of none, all but the first are null. */
export function keptValues(server: string, kept: KeptAnswer | undefined): readonly unknown[] {
  if (!kept) return [server, null, null, null, null, null, null];
  const { scope, key, fingerprint, status, body, atMs } = kept;
  return [server, scope, key, fingerprint, status, body, atMs];
}

export async function findById<Row>(
  session: Session,
  statement: Statement,
  id: string,
): Promise<Row | undefined> {
  return (await session.query<Row>(statement, [id]))[0];
}

/** What one request has changed; undefined: nothing. */
export async function changedBy(
  session: Session,
  change: number,
): Promise<Reservation[] | undefined> {
  const changed = await session.query<Reservation>(CHANGED_BY, [change]);
  return changed.length > 0 ? [...changed] : undefined;
}
