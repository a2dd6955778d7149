// The server commits, and the connection breaks before its client hears of it: over and over, at moments that are
// chosen by what was asked, not by the clock.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { pgUpdate } from '../../src/store/postgres/pg-update.ts';
import { IN_DOUBT } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';
import { LossyProxy, type Served } from '../support/lossy-proxy.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';
import { assertNothingLost } from '../support/store-findings.ts';

const SKIP = withoutServers(['postgres', 'redis']);

let provision: Provision;
before(async () => {
  if (!SKIP) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

/** Has `use` reach PostgreSQL through a proxy of its own. */
async function throughProxy<Result>(
  use: (proxy: LossyProxy, urls: Provision['urls']) => Promise<Result>,
): Promise<Result> {
  const proxy = await LossyProxy.start(provision.urls.postgres as string);
  try {
    return await use(proxy, { ...provision.urls, postgres: proxy.url });
  } finally {
    await proxy.close();
  }
}

/** The statement whose answer says that a sale of this strategy was committed. */
const COMMITS: Readonly<Record<string, (served: Served) => boolean>> = {
  'pg-update': ({ outcome }) => outcome === 'INSERT 0 1',
  'pg-version': ({ outcome }) => outcome === 'INSERT 0 1',
  'pg-for-update': ({ outcome }) => outcome === 'COMMIT',
  'pg-serializable': ({ outcome }) => outcome === 'COMMIT',
  'pg-batch': ({ statement }) => statement === 'sell-batch',
  'redis-pg': ({ outcome }) => outcome === 'INSERT 0 1',
};

/** Of all answers, one in so many is lost: a number that is prime to those of every transaction. */
const EVERY = 5;

/** Nobody is turned away because the machine has other work to do. */
const PATIENCE_MS = 60_000;

const SALE = {
  clients: '20',
  requests: '200',
  events: '2',
  tickets: '90',
  quantity: '1..2',
  mix: 'reserve=85,cancel=15',
  threads: '2',
};

describe('answers get lost, of commits and of all else', { skip: SKIP, concurrency: 2 }, () => {
  for (const [strategy, isCommit] of Object.entries(COMMITS)) {
    test(`${strategy}: every order in doubt is found by its number`, (t) =>
      throughProxy(async (proxy, servers) => {
        let answers = 0;
        let commits = 0;
        proxy.loses = (served) => {
          if (isCommit(served) && ++commits % EVERY === 0) return true;
          // Not while the tables are made.
          return commits > 0 && ++answers % (2 * EVERY + 1) === 0;
        };
        const result = await coldRun({
          strategy,
          scenario: resolveScenario({ fields: SALE }),
          stores: { servers, connections: 8, connectionWaitMs: PATIENCE_MS },
          onProgress({ completed }) {
            // Nor while what lies there is read.
            if (completed === Number(SALE.requests)) proxy.loses = () => false;
          },
        });
        assertNothingLost(result);
        const served = proxy.lost.filter(isCommit).length;
        assert.deepEqual(failuresOf(result.health), []);
        t.diagnostic(`${proxy.lost.length} answers were lost, ${served} of them of sales`);
        assert.deepEqual(result.audit.brokenPromises, []);
        assert.equal(result.outcomes.indeterminate, 0);
        assert.ok(served > 0 && proxy.lost.length > served);
        assert.deepEqual(result.store?.inDoubt, { reserves: 0, cancels: 0, served: 0 });
      }));
  }

  test('a server that nobody reaches in time leaves orders in doubt; later it says what became of them', () =>
    throughProxy(async (proxy, servers) => {
      const requests = 60;
      let commits = 0;
      proxy.loses = ({ outcome }) => {
        if (outcome !== 'INSERT 0 1' || ++commits < 20) return false;
        proxy.shut();
        return true;
      };
      const { outcomes, store, audit } = await coldRun({
        strategy: 'pg-update',
        scenario: resolveScenario({
          fields: {
            clients: '8',
            requests: `${requests}`,
            events: '1',
            tickets: '60',
            threads: '2',
          },
        }),
        stores: { servers, connections: 4, settleMs: 200 },
        onProgress({ completed }) {
          if (completed === requests) proxy.open();
        },
      });
      const { inDoubt, readBack } = store ?? {};
      assert.ok(outcomes.indeterminate && outcomes.indeterminate > 0, JSON.stringify(outcomes));
      assert.ok(outcomes.dropped > 0 && outcomes.reserved > 0, JSON.stringify(outcomes));
      // The one whose answer was lost, at least.
      assert.ok((inDoubt?.served ?? 0) > 0, JSON.stringify(inDoubt));
      assert.deepEqual(readBack, { lost: 0, phantoms: 0, undead: 0, surplus: 0, missing: 0 });
      assert.deepEqual([audit.oversold, audit.lostReceipts, audit.falseSoldOut], [0, 0, 0]);
    }));

  test('of two orders in doubt one was served: neither is guessed', () =>
    throughProxy(async (proxy, servers) => {
      const size = { events: 1, tickets: 10 };
      await withStore(pgUpdate, size, provision.urls, async (place) => {
        const seller = await pgUpdate.open(
          contextOf({ ...place, servers }, size, { connections: 1, settleMs: 100 }),
        );
        const ask = (id: number) => seller.reserve({ id, event: 0, quantity: 1, client: id });
        proxy.loses = () => {
          proxy.shut();
          return true;
        };
        assert.equal(await ask(1), IN_DOUBT);
        proxy.loses = () => false;
        proxy.open();
        assert.equal((await ask(2)) >= 0, true);
        // Now before the server has heard of it.
        proxy.holds = () => {
          proxy.shut();
          return undefined;
        };
        assert.equal(await ask(3), IN_DOUBT);
        const { grants, remaining } = await pgUpdate.readBack(place, size);
        assert.deepEqual(new Set(grants.map(({ id }) => id)), new Set([1, 2]));
        assert.deepEqual(remaining, [8]);
        await seller.close();
      });
    }));
});
