import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections, Session, Statement } from '../postgres/connections.ts';
import { BEGIN, inTransaction } from '../postgres/transaction.ts';
import type { RedisConnections } from '../redis/redis-connections.ts';
import type { StorePlace } from '../stored.ts';
import { build, forget, isBuilt, type Telling, tell } from './told-gate.ts';

const AT_ONCE = 500;
const AGAIN_MS = 5;
const TROUBLE_MS = 100;

const TAKE: Statement = {
  name: 'take-from-outbox',
  text: `
    DELETE FROM outbox WHERE seq IN (
      SELECT seq FROM outbox ORDER BY seq LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED
    )
    RETURNING seq::text, event, change`,
};

/** What the counts were before all that they have yet to be told. */
const COUNTS: Statement = {
  name: 'counts-before-outbox',
  text: `
    SELECT (remaining - coalesce(sum(change), 0))::int AS count
    FROM stock LEFT JOIN outbox USING (event)
    GROUP BY event, remaining ORDER BY event`,
};

/**
 * Tells the gate what PostgreSQL has committed. An entry leaves the outbox in the transaction in which it is told: if
 * that fails in the middle, it is told again, and the gate has heard of it.
 */
export class OutboxRelay {
  readonly #place: StorePlace;
  readonly #tables: Connections;
  readonly #keys: RedisConnections;
  #stopped = false;
  #working: Promise<void> | undefined;

  constructor(place: StorePlace, tables: Connections, keys: RedisConnections) {
    this.#place = place;
    this.#tables = tables;
    this.#keys = keys;
  }

  start(): void {
    this.#working = this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      try {
        if ((await this.relay()) < AT_ONCE) await sleep(AGAIN_MS);
      } catch {
        // A store that cannot be reached is asked again.
        await sleep(TROUBLE_MS);
      }
    }
  }

  /** Tells what is in the outbox, or as much of it as is told at once; how many entries. */
  relay(): Promise<number> {
    return this.#tables.lend((session) => this.#relayOn(session));
  }

  async #relayOn(session: Session): Promise<number> {
    let told: readonly Telling[] = [];
    const place = this.#place;
    const count = await this.#keys.lend(async (redis) => {
      if (!(await isBuilt(redis, place))) await build(redis, place, await countsIn(session));
      return inTransaction(session, BEGIN, async () => {
        told = await session.query<Telling>(TAKE);
        if (told.length > 0 && !(await tell(redis, place, told))) {
          throw new Error('the gate was lost while it was told');
        }
        return told.length;
      });
    });
    if (told.length > 0) await this.#keys.lend((redis) => forget(redis, place, told));
    return count;
  }
}

async function countsIn(session: Session): Promise<readonly number[]> {
  const rows = await session.query<{ count: number }>(COUNTS);
  return rows.map(({ count }) => count);
}
