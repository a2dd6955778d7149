// What PostgreSQL refuses because somebody else came first is tried again as a whole: a dozen times, with pauses that grow
// and differ, and then the buyer is told to come again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { pgForUpdate } from '../../src/store/postgres/pg-for-update.ts';
import { type PgTactics, pgReserver } from '../../src/store/postgres/pg-reserver.ts';
import { pgUpdate } from '../../src/store/postgres/pg-update.ts';
import { BEGIN, inTransaction } from '../../src/store/postgres/transaction.ts';
import type { StoreContext, StorePlace } from '../../src/store/stored.ts';
import { CONTENDED, SOLD_OUT } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { deferred } from '../support/deferred.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const SKIP = withoutServers(['postgres']);
const ATTEMPTS = 12;
const LOOK_AGAIN_MS = 2;
/** PostgreSQL waits for a second before it looks for a deadlock. */
const LOOK_SOON = "ALTER DATABASE postgres SET deadlock_timeout = '5ms'";
const NEVER_LOOK = "SET deadlock_timeout = '1h'";

let provision: Provision;
before(async () => {
  if (SKIP) return;
  provision = await testServers(['postgres']);
  assert.equal(
    provision.started.length,
    1,
    'a server is set up anew, which only a private one may be',
  );
  const client = new pg.Client({ connectionString: provision.urls.postgres });
  await client.connect();
  await client.query(LOOK_SOON);
  await client.end();
});
after(() => provision?.stop());

function connect(place: StorePlace): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: place.servers.postgres,
    options: `-c search_path=${place.name}`,
  });
  return client.connect().then(() => client);
}

/** Counts what was drawn: each is the pause before another attempt. */
function pausing(): { readonly given: Partial<StoreContext>; readonly pauses: () => number } {
  let drawn = 0;
  const random = (): number => {
    drawn++;
    return (drawn * 0.618_034) % 1;
  };
  return { given: { random, contention: { retries: 0, waits: 0 } }, pauses: () => drawn };
}

describe('serialization failures', { skip: SKIP }, () => {
  test('pg-serializable: 32 buyers of one row are rolled back, try again, and give up in the end', async () => {
    const { audit, outcomes, contention } = await coldRun({
      strategy: 'pg-serializable',
      scenario: resolveScenario({
        fields: {
          clients: '32',
          requests: '200',
          events: '1',
          tickets: '150',
          threads: '2',
          // So long that all who are at work have read the same.
          workInside: '3ms',
        },
      }),
      stores: { servers: provision.urls, connections: 32, connectionWaitMs: 60_000 },
    });
    assert.equal(audit.verdict, 'exact');
    assert.ok(contention.retries > 30, `${contention.retries} retries`);
    assert.equal(outcomes.failed + outcomes.dropped, 0);
  });
});

test('a pool of one connection a thread: whoever waits for too long is turned away, and nobody for ever', {
  skip: SKIP,
}, async () => {
  const { audit, outcomes } = await coldRun({
    strategy: 'pg-for-update',
    scenario: resolveScenario({
      fields: {
        clients: '40',
        requests: '60',
        events: '1',
        tickets: '60',
        threads: '2',
        workInside: '150ms',
      },
    }),
    stores: { servers: provision.urls, connections: 2, connectionWaitMs: 1000 },
  });
  assert.equal(audit.oversold, 0);
  assert.ok(outcomes.dropped > 0 && outcomes.reserved > 0, JSON.stringify(outcomes));
});

/** Has somebody else lock crosswise with `pg-for-update`: he has the number of the booking, and wants the row. */
async function crosswise(deadlocks: number): Promise<{
  readonly answer: number;
  readonly pauses: number;
  readonly stored: readonly number[];
  readonly remaining: readonly number[];
}> {
  const size = { events: 1, tickets: 10 };
  return withStore(pgUpdate, size, provision.urls, async (place) => {
    const [other, watch] = [await connect(place), await connect(place)];
    await other.query(NEVER_LOOK);
    let met = 0;
    let locking: Promise<unknown> = Promise.resolve();
    const lockCrosswise = async (): Promise<void> => {
      await locking;
      if (met++ >= deadlocks) return;
      await other.query('BEGIN');
      await other.query('INSERT INTO booking VALUES (1, 0, 100, 1, 9)');
      // He gets it when the seller is rolled back, and leaves.
      locking = other.query('SELECT FROM stock FOR UPDATE').then(() => other.query('ROLLBACK'));
      for (;;) {
        const { rows } = await watch.query('SELECT FROM pg_locks WHERE NOT granted');
        if (rows.length > 0) return;
        await sleep(LOOK_AGAIN_MS);
      }
    };
    const { given, pauses } = pausing();
    // The seller has locked the row when it works, and will want the number.
    const seller = await pgForUpdate.open(
      contextOf(place, size, { ...given, connections: 1, work: lockCrosswise }),
    );
    const answer = await seller.reserve({ id: 1, event: 0, quantity: 1, client: 1 });
    await locking;
    await Promise.all([other.end(), watch.end(), seller.close()]);
    const { grants, remaining } = await pgUpdate.readBack(place, size);
    return { answer, pauses: pauses(), stored: grants.map(({ id }) => id), remaining };
  });
}

describe('deadlocks', { skip: SKIP }, () => {
  test('pg-for-update: the victim of two deadlocks begins anew, and sells once', async () => {
    const { answer, pauses, stored, remaining } = await crosswise(2);
    assert.equal(answer, 0);
    assert.equal(pauses, 2);
    assert.deepEqual([stored, remaining], [[1], [9]]);
  });

  test(`pg-for-update: the victim of ${ATTEMPTS} deadlocks tells its buyer to come again, and has sold nothing`, async () => {
    const { answer, pauses, stored, remaining } = await crosswise(ATTEMPTS);
    assert.equal(answer, CONTENDED);
    assert.equal(pauses, ATTEMPTS - 1);
    assert.deepEqual([stored, remaining], [[], [10]]);
  });

  test('24 buyers of two events lock their rows in either order: all or nothing, for each of them', async () => {
    const size = { events: 2, tickets: 100 };
    await withStore(pgUpdate, size, provision.urls, async (place) => {
      const contention = { retries: 0, waits: 0 };
      const seller = await pgReserver(
        contextOf(place, size, { contention, connections: 24 }),
        inEitherOrder(meeting()),
      );
      const ids = Array.from({ length: 24 }, (_, id) => id);
      const answers = await Promise.all(
        ids.map((id) => seller.reserve({ id, event: id % 2, quantity: 1, client: id })),
      );
      await seller.close();
      const { grants, remaining } = await pgUpdate.readBack(place, size);
      const served = ids.filter((id) => (answers[id] as number) >= 0);
      assert.ok(answers.every((answer) => answer >= 0 || answer === CONTENDED));
      assert.ok(contention.retries > 0 && served.length > 0, `${contention.retries} retries`);
      assert.deepEqual(new Set(grants.map(({ id }) => id)), new Set(served));
      assert.deepEqual(remaining, [100 - served.length, 100 - served.length]);
    });
  });
});

/** The first two wait for each other: each has then locked a row that the other wants. */
function meeting(): () => Promise<void> {
  let come = 0;
  const met = deferred();
  return () => {
    if (++come === 2) met.resolve();
    return met.promise;
  };
}

/** Takes a ticket of each of two events, first of the one that was asked for. */
function inEitherOrder(work: () => Promise<void>): PgTactics {
  const TAKE = {
    name: 'take-of-one',
    text: 'UPDATE stock SET remaining = remaining - 1 WHERE event = $1 AND remaining > 0 RETURNING remaining',
  };
  const KEEP = { name: 'keep', text: 'INSERT INTO booking VALUES ($1, $2, $3, 1, $3)' };
  return {
    reserve: (session, { id, event }) =>
      inTransaction(session, BEGIN, async () => {
        const first = await session.query(TAKE, [event]);
        await work();
        const second = await session.query(TAKE, [1 - event]);
        if (first.length + second.length < 2) return SOLD_OUT;
        await session.query(KEEP, [id, event, id]);
        return id;
      }),
  };
}
