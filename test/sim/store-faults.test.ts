// What befalls real servers in the middle of a sale, and what must hold all the same: nothing that was acknowledged is
// lost, nothing is sold twice, and what nobody knows is called so.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createClient } from 'redis';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import type { PrivateServer } from '../../src/servers/server.ts';
import type { ServerKind } from '../../src/store/stored.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { crash, pause, resume } from '../support/server-faults.ts';

const LIMIT = { timeout: 60_000 };

let provision: Provision;
before(async () => {
  const kinds: ServerKind[] = ['postgres', 'redis'];
  provision = await testServers(kinds.filter((kind) => withoutServers([kind]) === false));
});
after(() => provision.stop());

/** The server to harm: one that was started for these tests. */
function own(kind: ServerKind): PrivateServer {
  const server = provision.started.find((each) => each.kind === kind);
  assert.ok(server, `only a private ${kind} server may be harmed`);
  return server;
}

/** Six seconds of buyers, about as many as there are tickets: some are left until the end. */
const RUSH = {
  clients: '60',
  rate: '250',
  duration: '6s',
  events: '2',
  tickets: '740',
  threads: '2',
};

/** Sells while something befalls a server. */
async function sellDuring(
  strategy: string,
  fault: () => Promise<void>,
  fields: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const started = new EventEmitter();
  const begun = once(started, 'sale');
  const selling = coldRun({
    strategy,
    scenario: resolveScenario({ fields: { ...RUSH, ...fields } }),
    stores: { servers: provision.urls },
    onProgress({ completed }) {
      if (completed > 0) started.emit('sale');
    },
  });
  // Both to their ends: the next test needs the server.
  await Promise.allSettled([selling, begun.then(fault)]);
  return selling;
}

function assertNothingLost({ audit, store, health }: RunResult): void {
  assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
  assert.ok(store?.readBack, health.reasons.join('; '));
  const { lost, phantoms, undead, surplus } = store.readBack;
  assert.deepEqual(
    { lost, phantoms, undead, surplus },
    { lost: 0, phantoms: 0, undead: 0, surplus: 0 },
  );
}

/** Tickets granted in the last seconds: the sale has recovered. */
function grantedSince({ series }: RunResult, sinceMs: number): number {
  const first = Math.ceil(sinceMs / series.intervalMs);
  return series.granted.slice(first).reduce((sum, tickets) => sum + tickets, 0);
}

describe('PostgreSQL', { skip: withoutServers(['postgres']) }, () => {
  for (const strategy of ['pg-update', 'pg-for-update', 'pg-batch']) {
    test(
      `${strategy}: stopped at once in mid-sale, and started again a second later`,
      LIMIT,
      async () => {
        const server = own('postgres');
        const result = await sellDuring(strategy, async () => {
          await sleep(1500);
          crash(server);
          await sleep(1000);
          await server.restart();
        });
        assertNothingLost(result);
        const { outcomes } = result;
        const refused = outcomes.dropped + outcomes.failed + (outcomes.indeterminate ?? 0);
        assert.ok(refused > 0, 'nobody noticed that the server was gone');
        assert.ok(grantedSince(result, 4500) > 0, 'nothing was sold after the server was back');
      },
    );
  }

  test('pg-update: connections are cut around their commits, over and over', LIMIT, async () => {
    const client = new pg.Client({ connectionString: own('postgres').url });
    await client.connect();
    const result = await sellDuring('pg-update', async () => {
      for (let cut = 0; cut < 60; cut++) {
        await sleep(60);
        await client.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onsale' AND state = 'active' AND pid <> pg_backend_pid()",
        );
      }
    });
    await client.end();
    assertNothingLost(result);
    assert.equal(result.outcomes.indeterminate, 0);
  });

  test('pg-update: paused for 5 seconds', LIMIT, async () => {
    const server = own('postgres');
    const result = await sellDuring('pg-update', async () => {
      await sleep(1000);
      pause(server);
      await sleep(5000);
      resume(server);
    });
    assertNothingLost(result);
    assert.ok(result.responseTimeNs.max > 2e9, 'nobody had to wait');
  });

  test(
    'pg-serializable: 32 buyers of one row are rolled back, try again, and give up in the end',
    LIMIT,
    async () => {
      const { audit, outcomes, contention } = await coldRun({
        strategy: 'pg-serializable',
        scenario: resolveScenario({
          fields: { clients: '32', requests: '600', events: '1', tickets: '400', threads: '2' },
        }),
        stores: { servers: provision.urls, connections: 32 },
      });
      assert.equal(audit.verdict, 'exact');
      assert.ok(contention.retries > 50, `${contention.retries} retries`);
      assert.equal(outcomes.failed + outcomes.dropped, 0);
    },
  );

  test(
    'a pool of one connection a thread: whoever waits for too long is turned away, and nobody for ever',
    LIMIT,
    async () => {
      const { audit, outcomes } = await coldRun({
        strategy: 'pg-for-update',
        scenario: resolveScenario({
          fields: {
            clients: '40',
            requests: '200',
            events: '1',
            tickets: '100',
            threads: '2',
            workInside: '40ms',
          },
        }),
        stores: { servers: provision.urls, connections: 2, connectionWaitMs: 200 },
      });
      assert.equal(audit.oversold, 0);
      assert.ok(outcomes.dropped > 0, JSON.stringify(outcomes));
      assert.ok(outcomes.reserved > 0, JSON.stringify(outcomes));
    },
  );
});

describe('Redis', { skip: withoutServers(['redis']) }, () => {
  test('redis-lua: paused for 5 seconds', LIMIT, async () => {
    const server = own('redis');
    const result = await sellDuring('redis-lua', async () => {
      await sleep(1000);
      pause(server);
      await sleep(5000);
      resume(server);
    });
    assertNothingLost(result);
  });

  test(
    'redis-lua: emptied in mid-sale, and told that all it had acknowledged is lost',
    LIMIT,
    async () => {
      const { audit } = await sellDuring('redis-lua', async () => {
        await sleep(2000);
        await flush();
      });
      assert.ok(audit.lostReceipts > 0);
      assert.ok(audit.brokenPromises.includes('noLostReceipt'));
    },
  );
});

describe('both', { skip: withoutServers(['postgres', 'redis']) }, () => {
  for (const strategy of ['redis-pg', 'redis-pg-outbox']) {
    test(`${strategy}: Redis is emptied in mid-sale; the gate is built anew`, LIMIT, async () => {
      const result = await sellDuring(strategy, async () => {
        await sleep(2000);
        await flush();
      });
      assertNothingLost(result);
      assert.ok(grantedSince(result, 3000) > 0, 'nothing was sold after that');
    });

    test(
      `${strategy}: Redis is killed in mid-sale, and started again a second later`,
      LIMIT,
      async () => {
        const server = own('redis');
        const result = await sellDuring(strategy, async () => {
          await sleep(1500);
          crash(server);
          await sleep(1000);
          await server.restart();
        });
        assertNothingLost(result);
        assert.ok(grantedSince(result, 4500) > 0, 'nothing was sold after the server was back');
      },
    );

    test(
      `${strategy}: PostgreSQL is stopped at once in mid-sale, and started again a second later`,
      LIMIT,
      async () => {
        const server = own('postgres');
        const result = await sellDuring(strategy, async () => {
          await sleep(1500);
          crash(server);
          await sleep(1000);
          await server.restart();
        });
        assertNothingLost(result);
        assert.ok(grantedSince(result, 4500) > 0, 'nothing was sold after the server was back');
      },
    );
  }
});

async function flush(): Promise<void> {
  const client = createClient({ url: own('redis').url });
  await client.connect();
  await client.flushAll();
  await client.close();
}
