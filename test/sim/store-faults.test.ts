// What befalls real servers in the middle of sales, and what must hold all the same: nothing that was acknowledged is
// lost, nothing is sold twice, and what nobody knows is called so. One mishap strikes several sales at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import type { Provision } from '../../src/servers/provide.ts';
import type { PrivateServer } from '../../src/servers/server.ts';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type { ServerKind, StoreStrategy } from '../../src/store/stored.ts';
import { type Aftermath, ALL_IS_WELL, LiveSale } from '../support/live-sale.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { crash, pause, resume } from '../support/server-faults.ts';

const SKIP = withoutServers(['postgres', 'redis']);
/** Ends what hangs. */
const LIMIT = { timeout: 120_000 };
/** As long as somebody might look at a debugger, or a virtual machine be moved. */
const PAUSE_MS = 5000;
/** Whoever asks meanwhile is turned away. */
const WAIT_MS = 1000;

let provision: Provision;
before(async () => {
  if (!SKIP) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

/** The server to harm: one that was started for these tests. */
function own(kind: ServerKind): PrivateServer {
  const server = provision.started.find((each) => each.kind === kind);
  assert.ok(server, `only a private ${kind} server may be harmed`);
  return server;
}

function named(name: string): StoreStrategy {
  const strategy = storeCatalog.find((each) => each.name === name);
  assert.ok(strategy, name);
  return strategy;
}

type Sales = readonly LiveSale[];

/** Holds a sale of each strategy while `mishap` befalls all of them. */
async function strike(
  strategies: readonly string[],
  mishap: (sales: Sales) => Promise<void>,
): Promise<ReadonlyMap<string, Aftermath>> {
  const given = { connectionWaitMs: WAIT_MS };
  const sales: LiveSale[] = [];
  const aftermaths = new Map<string, Aftermath>();
  try {
    for (const name of strategies) {
      sales.push(await LiveSale.open(named(name), provision.urls, given));
    }
    await mishap(sales);
  } finally {
    const ended = await Promise.all(sales.map((sale) => sale.end()));
    for (const [at, aftermath] of ended.entries()) {
      aftermaths.set(strategies[at] as string, aftermath);
    }
  }
  return aftermaths;
}

async function allSell(sales: Sales): Promise<void> {
  await Promise.all(sales.map((sale) => sale.sells()));
}

async function allRefuse(sales: Sales): Promise<void> {
  await Promise.all(sales.map((sale) => sale.refuses()));
}

function assertAllIsWell(aftermaths: ReadonlyMap<string, Aftermath>): void {
  for (const [name, { doubts: _, ...aftermath }] of aftermaths) {
    assert.deepEqual(aftermath, ALL_IS_WELL, name);
  }
}

describe('servers fail in mid-sale', { skip: SKIP }, () => {
  test('PostgreSQL is stopped at once, and started again', LIMIT, async () => {
    const server = own('postgres');
    const strategies = ['pg-update', 'pg-for-update', 'pg-batch', 'redis-pg', 'redis-pg-outbox'];
    const aftermaths = await strike(strategies, async (sales) => {
      await allSell(sales);
      crash(server);
      await allRefuse(sales);
      await server.restart();
      await allSell(sales);
    });
    assertAllIsWell(aftermaths);
  });

  test('Redis is killed, and started again', LIMIT, async () => {
    const server = own('redis');
    const aftermaths = await strike(['redis-pg', 'redis-pg-outbox'], async (sales) => {
      await allSell(sales);
      crash(server);
      await server.restart();
      await allSell(sales);
    });
    assertAllIsWell(aftermaths);
  });

  test(
    'Redis is emptied: gates are built anew, and what lay there alone is lost, and told to be',
    LIMIT,
    async () => {
      const strategies = ['redis-pg', 'redis-pg-outbox', 'redis-lua'];
      const aftermaths = await strike(strategies, async (sales) => {
        await allSell(sales);
        await flush();
        await allSell(sales.slice(0, 2));
      });
      const { lost } = aftermaths.get('redis-lua') as Aftermath;
      assert.ok(lost > 0);
      assertAllIsWell(new Map([...aftermaths].slice(0, 2)));
    },
  );

  for (const [kind, strategies] of [
    ['postgres', ['pg-update', 'pg-batch', 'redis-pg']],
    ['redis', ['redis-lua', 'redis-pg']],
  ] as const) {
    test(`${kind} is paused for ${PAUSE_MS / 1000} seconds`, LIMIT, async () => {
      const server = own(kind);
      const aftermaths = await strike(strategies, async (sales) => {
        await allSell(sales);
        pause(server);
        try {
          // A batch waits for the one before, so not everybody is turned away.
          await Promise.all([sleep(PAUSE_MS), (sales[0] as LiveSale).refuses()]);
        } finally {
          resume(server);
        }
        await allSell(sales);
      });
      assertAllIsWell(aftermaths);
    });
  }
});

async function flush(): Promise<void> {
  const client = createClient({ url: own('redis').url });
  await client.connect();
  await client.flushAll();
  await client.close();
}
