// Eighty clients on one hot event, for as long as an on-sale takes: memory stays what it was, connections are as many as
// were allowed and none afterwards, and nobody gets an error.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { withClient as withPostgres } from '../../src/store/postgres/one-client.ts';
import { withClient as withRedis } from '../../src/store/redis/sale-names.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { until } from '../support/processes.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const DURATION = LONG ? '60s' : '4s';
const STRATEGIES = LONG ? ['pg-update', 'pg-batch', 'redis-lua', 'redis-pg'] : ['redis-pg'];
const CONNECTIONS = 20;
/** Beside those that sell: one that keeps the sale alive. */
const BESIDE = 1;
const LOOK_MS = 500;
/** More than what garbage that is not yet collected makes of it. */
const GROWTH_MAX_BYTES = 64 * 2 ** 20;

let provision: Provision;
before(async () => {
  if (!withoutServers(['postgres', 'redis'])) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

/** Connections of the lab that the servers know of. */
async function connections(): Promise<number> {
  const { postgres, redis } = provision.urls;
  const query =
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'onsale'";
  const ofPostgres = await withPostgres({ connectionString: postgres }, async (client) => {
    return (await client.query<{ count: number }>(query)).rows[0]?.count ?? Number.NaN;
  });
  // One of them asks.
  const ofRedis = await withRedis(
    redis as string,
    async (client) => (await client.clientList()).length - 1,
  );
  return ofPostgres + ofRedis;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

describe('80 clients on one hot event', { skip: withoutServers(['postgres', 'redis']) }, () => {
  for (const strategy of STRATEGIES) {
    test(`${strategy}, for ${DURATION}: no error, no connection too many, none left`, async (t) => {
      const rss: number[] = [];
      const open: number[] = [];
      const timer = setInterval(() => {
        void connections().then((count) => open.push(count));
      }, LOOK_MS);
      const fields = {
        clients: '80',
        duration: DURATION,
        events: '1',
        tickets: '2000000',
        threads: '2',
      };
      const { audit, outcomes, health } = await coldRun({
        strategy,
        scenario: resolveScenario({ fields }),
        stores: { servers: provision.urls, connections: CONNECTIONS, connectionWaitMs: 60_000 },
        // While it sells: what is read back and audited afterwards needs more.
        onProgress: () => rss.push(process.memoryUsage.rss()),
      });
      clearInterval(timer);
      t.diagnostic(`${outcomes.reserved} sold, at most ${Math.max(...open)} connections`);
      assert.equal(audit.verdict, 'exact', health.reasons.join('; '));
      const { reserved, ...others } = outcomes;
      assert.ok(reserved > 0);
      assert.deepEqual(
        Object.entries(others).filter(([, count]) => count !== 0),
        [],
      );
      // To both servers, as far as the strategy needs both.
      assert.ok(Math.max(...open) <= 2 * CONNECTIONS + BESIDE, open.join(', '));
      // A look that has begun asks by a connection, too, and a server forgets one a moment after it has ended.
      await until(async () => (await connections()) === 0);
      if (LONG) assertFlat(rss);
    });
  }
});

/** Compares the second quarter of the time with the last: the first is spent growing to size. */
function assertFlat(rss: readonly number[]): void {
  const quarter = Math.floor(rss.length / 4);
  const early = middle(rss.slice(quarter, 2 * quarter));
  const late = middle(rss.slice(-quarter));
  assert.ok(late - early < GROWTH_MAX_BYTES, `from ${early} to ${late} bytes`);
}
