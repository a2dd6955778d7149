// Eighty clients on one hot event, for as long as an on-sale takes: memory stays what it was, connections are as many as
// were allowed and none afterwards, and nobody gets an error.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { withClient as withPostgres } from '../../src/store/postgres/one-client.ts';
import { withClient as withRedis } from '../../src/store/redis/sale-names.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { until } from '../support/processes.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const DURATION = LONG ? '60s' : '4s';
/** More than any store sells in that time. */
const NEVER_SOLD_OUT = 100_000_000;
/** Sold soon: from then on everybody is refused. */
const FEW = 10_000;
const SALES: readonly (readonly [strategy: string, tickets: number])[] = LONG
  ? [
      // The more one sells, the more its audit leaves behind: those that sell most come last.
      ['pg-update', NEVER_SOLD_OUT],
      ['redis-pg', NEVER_SOLD_OUT],
      ['redis-lua', FEW],
      ['pg-batch', NEVER_SOLD_OUT],
      ['redis-lua', NEVER_SOLD_OUT],
    ]
  : [['redis-pg', NEVER_SOLD_OUT]];
const CONNECTIONS = 20;
/** Beside those that sell: one that keeps the sale alive. */
const BESIDE = 1;
const LOOK_MS = 500;
/** More than what garbage that is not yet collected makes of it. */
const GROWTH_MAX_BYTES = 64 * 2 ** 20;
/** What a sold ticket has to take: its grant in a ledger, which the audit reads. */
const GRANT_BYTES = 48;

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
  for (const [strategy, tickets] of SALES) {
    test(`${strategy}, ${tickets} tickets, for ${DURATION}: no error, no connection too many, none left`, async (t) => {
      collectGarbage();
      const memory: number[] = [];
      const open: number[] = [];
      const timer = setInterval(() => {
        void connections().then((count) => open.push(count));
      }, LOOK_MS);
      const fields = {
        clients: '80',
        duration: DURATION,
        events: '1',
        tickets: String(tickets),
        threads: '2',
      };
      const { audit, outcomes, health } = await coldRun({
        strategy,
        scenario: resolveScenario({ fields }),
        stores: { servers: provision.urls, connections: CONNECTIONS, connectionWaitMs: 60_000 },
        // While it sells: what is read back and audited afterwards needs more.
        onProgress: ({ granted }) => memory.push(process.memoryUsage.rss() - granted * GRANT_BYTES),
      });
      clearInterval(timer);
      t.diagnostic(`${outcomes.reserved} sold, at most ${Math.max(...open)} connections`);
      assert.equal(audit.verdict, 'exact', health.reasons.join('; '));
      const { reserved, soldOut, ...errors } = outcomes;
      assert.ok(reserved > 0);
      assert.equal(soldOut > 0, tickets === FEW);
      assert.deepEqual(
        Object.entries(errors).filter(([, count]) => count !== 0),
        [],
      );
      // To both servers, as far as the strategy needs both.
      assert.ok(Math.max(...open) <= 2 * CONNECTIONS + BESIDE, open.join(', '));
      // A look that has begun asks by a connection, too, and a server forgets one a moment after it has ended.
      await until(async () => (await connections()) === 0);
      const [early, late] = quarters(memory);
      t.diagnostic(`beside its ledgers from ${mebibytes(early)} to ${mebibytes(late)} MiB`);
      if (LONG) assert.ok(late - early < GROWTH_MAX_BYTES);
    });
  }
});

/** What the audit of the sale before has left behind would hide what this one does not give back. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** The middle of the second quarter of the time and that of the last: the first is spent growing to size. */
function quarters(bytes: readonly number[]): readonly [early: number, late: number] {
  const quarter = Math.floor(bytes.length / 4);
  return [middle(bytes.slice(quarter, 2 * quarter)), middle(bytes.slice(-quarter))];
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
