import { setTimeout as sleep } from 'node:timers/promises';
import {
  isWhole,
  type Order,
  type Resize,
  type Return,
  type StoreContext,
  type StoreReserver,
} from '../stored.ts';
import { CONTENDED, DROPPED, FAILED, IN_DOUBT } from '../strategy.ts';
import {
  Connections,
  isRetryable,
  isToldByServer,
  NoConnectionError,
  type Session,
  type Statement,
  sqlStateOf,
} from './connections.ts';
import { findResize, resizeStock } from './resize-stock.ts';

/** What a strategy does of its own, in one attempt on one connection. */
export interface PgTactics {
  /** The first ticket serial, `SOLD_OUT`, or `CONTENDED` for another attempt. */
  readonly reserve: (session: Session, order: Order) => Promise<number>;
  /** By default {@link GIVE_BACK}. */
  readonly cancel?: (session: Session, given: Return) => Promise<number>;
  /** By default {@link resizeStock}. */
  readonly resize?: (session: Session, change: Resize) => Promise<number>;
  /** By default {@link LOOK}. */
  readonly available?: (session: Session, event: number) => Promise<number>;
}

/** Attempts before a buyer is told to come again. */
const ATTEMPTS = 12;
/** The longest sleep before the second attempt; before each further one it is twice as long. */
const SLEEP_MS = 2;
const SLEEP_MAX_MS = 100;
const SETTLE_AGAIN_MS = 50;
/** Syntax errors and unknown names: a mistake of the strategy, not of the store. */
const MISTAKES = '42';

const GIVE_BACK: Statement = {
  name: 'give-back',
  text: `
    WITH gone AS (
      DELETE FROM booking
      WHERE event = $1 AND ticket = $2 AND quantity = $3 AND client = $4
      RETURNING event, quantity
    )
    UPDATE stock SET remaining = remaining + gone.quantity, version = version + 1
    FROM gone WHERE stock.event = gone.event
    RETURNING gone.quantity`,
};

const LOOK: Statement = {
  name: 'look',
  text: 'SELECT remaining FROM stock WHERE event = $1',
};

const FIND: Statement = {
  name: '',
  text: 'SELECT ticket FROM booking WHERE id = $1',
};

const FIND_TICKET: Statement = {
  name: '',
  text: 'SELECT id FROM booking WHERE event = $1 AND ticket = $2',
};

/** Whether a backend still works: what it was asked may then still happen. */
const IS_AT_WORK: Statement = {
  name: '',
  text: 'SELECT FROM pg_stat_activity WHERE pid = $1',
};

/** Sells by a strategy's tactics: lends connections, tries again, finds lost answers. */
export async function pgReserver(
  context: StoreContext,
  tactics: PgTactics,
): Promise<StoreReserver> {
  const connections = await Connections.open(context);
  return reserverOn(context, connections, tactics);
}

/** As {@link pgReserver}, on connections that are open. */
export function reserverOn(
  context: StoreContext,
  connections: Connections,
  { reserve, cancel = giveBack, resize = resizeStock, available = look }: PgTactics,
): StoreReserver {
  const one = (ask: Ask<number>, find: Ask<number>): Promise<number> =>
    attempt(context, connections, { ask, find, refusal: (answer) => answer });
  return {
    reserve(order) {
      if (order.quantity < 1) return Promise.resolve(FAILED);
      return one(
        (session) => reserve(session, order),
        (session) => findOrder(session, order),
      );
    },
    cancel: (given) =>
      one(
        (session) => cancel(session, given),
        (session) => findReturn(session, given),
      ),
    resize(change) {
      if (!isWhole(change)) return Promise.resolve(FAILED);
      return one(
        (session) => resize(session, change),
        (session) => findResize(session, change),
      );
    },
    // Nothing has changed, whatever became of a look.
    available: (event) =>
      one(
        (session) => available(session, event),
        () => Promise.resolve(FAILED),
      ),
    close: () => connections.close(),
  };
}

/** Gives back by one statement, which locks the rows it changes. */
export async function giveBack(session: Session, given: Return): Promise<number> {
  const { event, ticket, quantity, client } = given;
  const rows = await session.query(GIVE_BACK, [event, ticket, quantity, client]);
  return rows.length > 0 ? quantity : FAILED;
}

async function look(session: Session, event: number): Promise<number> {
  const [row] = await session.query<{ remaining: number }>(LOOK, [event]);
  return row?.remaining ?? FAILED;
}

type Ask<Answer> = (session: Session) => Promise<Answer>;

/** Something that is asked of a store. */
export interface Question<Answer> {
  /** Asks it, once; `CONTENDED` as a refusal asks for another attempt. */
  readonly ask: Ask<Answer>;
  /** What became of it, asked on another connection when the answer was lost. */
  readonly find: Ask<Answer>;
  /** The answer that says one of `CONTENDED`, `DROPPED` and `IN_DOUBT`. */
  readonly refusal: (answer: number) => Answer;
}

/** Asks until there is an answer, at most {@link ATTEMPTS} times. */
export async function attempt<Answer>(
  { contention, random, settleMs }: StoreContext,
  connections: Connections,
  { ask, find, refusal }: Question<Answer>,
): Promise<Answer> {
  for (let tried = 0; tried < ATTEMPTS; tried++) {
    if (tried > 0) {
      contention.retries++;
      await sleep(random() * Math.min(SLEEP_MAX_MS, SLEEP_MS * 2 ** tried));
    }
    let backend = 0;
    try {
      const answer = await connections.lend((session) => {
        backend = session.backend;
        return ask(session);
      });
      if (answer !== CONTENDED) return answer;
    } catch (error) {
      if (error instanceof NoConnectionError) return refusal(DROPPED);
      if (isRetryable(error)) continue;
      if (sqlStateOf(error)?.startsWith(MISTAKES)) throw error;
      if (isToldByServer(error) || backend === 0) return refusal(DROPPED);
      return (await settle(connections, { backend, find, settleMs })) ?? refusal(IN_DOUBT);
    }
  }
  return refusal(CONTENDED);
}

interface Lost<Answer> extends Pick<Question<Answer>, 'find'> {
  /** Whose answer was lost. */
  readonly backend: number;
  readonly settleMs: number;
}

/** Finds out what became of something whose answer was lost; undefined when nobody can be asked for long. */
async function settle<Answer>(
  connections: Connections,
  { backend, find, settleMs }: Lost<Answer>,
): Promise<Answer | undefined> {
  const limit = AbortSignal.timeout(settleMs);
  while (!limit.aborted) {
    try {
      const found = await connections.lend(async (session) => {
        const atWork = await session.query(IS_AT_WORK, [backend]);
        const mayStillHappen = atWork.length > 0 && session.backend !== backend;
        return mayStillHappen ? undefined : { answer: await find(session) };
      });
      if (found) return found.answer;
    } catch {
      // Not there yet, or again.
    }
    await sleep(SETTLE_AGAIN_MS);
  }
  return undefined;
}

/** The ticket of an order that was served; `FAILED` of one that was not. */
export async function findOrder(session: Session, { id }: Order): Promise<number> {
  const [row] = await session.query<{ ticket: number }>(FIND, [id]);
  return row?.ticket ?? FAILED;
}

async function findReturn(session: Session, { event, ticket, quantity }: Return): Promise<number> {
  const rows = await session.query(FIND_TICKET, [event, ticket]);
  return rows.length === 0 ? quantity : DROPPED;
}
