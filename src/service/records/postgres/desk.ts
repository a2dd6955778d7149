// Asks PostgreSQL, tries again where that is safe, and finds out what became of what was asked when the answer was lost.
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, messageOf } from '../../../base/errors.ts';
import { freshNumber } from '../../../base/fresh-id.ts';
import {
  type ConnectionContext,
  Connections,
  isRetryable,
  isToldByServer,
  NoConnectionError,
  type Session,
  type Statement,
  sqlStateOf,
} from '../../../store/postgres/connections.ts';
import { Refusal } from '../../refusals.ts';

/** Attempts of what PostgreSQL rolled back because of others. */
const ATTEMPTS = 8;
/** The longest sleep before the second attempt; before each further one it is twice as long. */
const SLEEP_MS = 4;
/** How long to find out about a lost answer. */
const FIND_TRIES = 50;
const FIND_AGAIN_MS = 100;

/** A unique index says no: whoever asked knows what that means. */
export const UNIQUE_VIOLATION = '23505';
const CLAIMED_BY_ANOTHER = 'OS001';

/** Whether a backend still works: what it was asked may then still happen. */
const IS_AT_WORK: Statement = {
  name: 'records-is-at-work',
  text: 'SELECT FROM pg_stat_activity WHERE pid = $1',
};
const BEGIN: Statement = { name: '', text: 'BEGIN ISOLATION LEVEL READ COMMITTED' };
const COMMIT: Statement = { name: '', text: 'COMMIT' };
const ROLLBACK: Statement = { name: '', text: 'ROLLBACK' };

const IN_DOUBT =
  'the records cannot be reached, and may have it written down: ask again with the same Idempotency-Key';

type Ask<Answer> = (session: Session) => Promise<Answer>;

/** The connections of one server to its records. */
export class Desk {
  readonly #connections: Connections;

  private constructor(connections: Connections) {
    this.#connections = connections;
  }

  static async open(context: ConnectionContext): Promise<Desk> {
    try {
      return new Desk(await Connections.open(context));
    } catch (error) {
      throw new InputError(`the records in PostgreSQL cannot be opened: ${messageOf(error)}`);
    }
  }

  rows<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.ask((session) => session.query<Row>(statement, values));
  }

  /** As {@link rows}, of a statement that changes nothing: when its connection breaks, another is asked. */
  async read<Row>(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#connections.lend((session) => session.query<Row>(statement, values));
      } catch (error) {
        // An idle connection may have ended long ago, with PostgreSQL or on its way, and nobody has noticed. All may
        // have; the one after them is new.
        if (!isBroken(error) || tries > this.#connections.most)
          throw refusalOf(error, sqlStateOf(error));
      }
    }
  }

  /**
   * @param find finds out, on another connection, whether it was done; undefined: it was not, and will not be
   * @throws Refusal when it was not done, or, as `in-doubt`, when nobody knows; what PostgreSQL says of a unique index
   */
  async ask<Answer>(ask: Ask<Answer>, find?: Ask<Answer | undefined>): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      let backend: number | undefined;
      try {
        return await this.#connections.lend((session) => {
          backend = session.backend;
          return ask(session);
        });
      } catch (error) {
        const state = sqlStateOf(error);
        if (state === UNIQUE_VIOLATION) throw error;
        if (isRetryable(error) && attempt < ATTEMPTS) {
          await sleep(1 + (freshNumber() % (SLEEP_MS * 2 ** (attempt - 1))));
          continue;
        }
        if (find && backend !== undefined && !isToldByServer(error)) {
          const found = await this.#find(backend, find);
          if (found === 'nobody knows') throw new Refusal('in-doubt', IN_DOUBT);
          if (found.answer !== undefined) return found.answer;
        }
        throw refusalOf(error, state);
      }
    }
  }

  /** As {@link ask}, in a transaction, which is rolled back when `ask` throws. */
  inTransaction<Answer>(ask: Ask<Answer>, find?: Ask<Answer | undefined>): Promise<Answer> {
    return this.ask(async (session) => {
      await session.query(BEGIN);
      try {
        const answer = await ask(session);
        await session.query(COMMIT);
        return answer;
      } catch (error) {
        if (isToldByServer(error)) await session.query(ROLLBACK);
        throw error;
      }
    }, find);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #find<Answer>(
    backend: number,
    find: Ask<Answer | undefined>,
  ): Promise<{ readonly answer: Answer | undefined } | 'nobody knows'> {
    for (let tries = 1; ; tries++) {
      try {
        const found = await this.#connections.lend(async (session) => {
          const working = await session.query(IS_AT_WORK, [backend]);
          return working.length > 0 ? 'at work' : { answer: await find(session) };
        });
        if (found !== 'at work') return found;
      } catch {
        // The server starts again, or is still out of reach.
      }
      if (tries === FIND_TRIES) return 'nobody knows';
      await sleep(FIND_AGAIN_MS);
    }
  }
}

/** Whether the connection ended: not that none was free, nor that PostgreSQL was silent for as long as anybody waits. */
function isBroken(error: unknown): boolean {
  if (isToldByServer(error) || error instanceof NoConnectionError) return false;
  return messageOf(error) !== 'Query read timeout';
}

function refusalOf(error: unknown, state: string | undefined): Refusal {
  if (error instanceof Refusal) return error;
  return state === CLAIMED_BY_ANOTHER
    ? new Refusal('in-flight', 'another server works on a request with this key by now')
    : new Refusal('unavailable', `the records cannot be reached: ${messageOf(error)}`);
}
