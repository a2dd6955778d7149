import { isToldByServer, type Session, type Statement } from './connections.ts';

/** How a transaction begins. */
export const BEGIN: Statement = { name: '', text: 'BEGIN ISOLATION LEVEL READ COMMITTED' };
export const BEGIN_SERIALIZABLE: Statement = {
  name: '',
  text: 'BEGIN ISOLATION LEVEL SERIALIZABLE',
};
const COMMIT: Statement = { name: '', text: 'COMMIT' };
const ROLLBACK: Statement = { name: '', text: 'ROLLBACK' };

/** Runs `work` in a transaction: committed when it grants something, rolled back when it refuses or throws. */
export async function inTransaction(
  session: Session,
  begin: Statement,
  work: () => Promise<number>,
): Promise<number> {
  await session.query(begin);
  let answer: number;
  try {
    answer = await work();
  } catch (error) {
    if (isToldByServer(error)) await session.query(ROLLBACK);
    throw error;
  }
  await session.query(answer < 0 ? ROLLBACK : COMMIT);
  return answer;
}
