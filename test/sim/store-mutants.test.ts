// Known bugs of strategies that sell from stores: each is caught, on real servers, by every checker that has to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { checkHistory, type HistoryFindings } from '../../src/audit/check-history.ts';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import {
  STORE_CHECKERS,
  type StoreCheckerName,
  type StoreMutant,
} from '../../src/store/mutants/store-mutant.ts';
import { storeMutants } from '../../src/store/mutants/store-mutants.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';

let provision: Provision;
before(async () => {
  provision = await testServers(
    (['postgres', 'redis'] as const).filter((kind) => !withoutServers([kind])),
  );
});
after(() => provision.stop());

const SALE = {
  clients: '40',
  requests: '1500',
  events: '2',
  tickets: '250',
  quantity: '1..3',
  threads: '2',
};

interface Sold {
  readonly result: RunResult;
  readonly history: HistoryFindings;
}

async function sell({ strategy, scenario = {}, fault }: StoreMutant): Promise<Sold> {
  let history: HistoryFindings | undefined;
  const selling = coldRun({
    strategy: strategy.name,
    scenario: resolveScenario({ fields: { ...SALE, ...scenario } }),
    stores: { servers: provision.urls },
    onHistory(recorded) {
      history = checkHistory(recorded);
    },
  });
  if (fault) await Promise.race([selling, cutConnections()]);
  return { result: await selling, history: history as HistoryFindings };
}

/** Cuts connections that are at work, for as long as a sale takes. */
async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: provision.urls.postgres as string });
  await client.connect();
  for (let cut = 0; cut < 100; cut++) {
    await sleep(20);
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onsale' AND state = 'active'",
    );
  }
  await client.end();
}

const CAUGHT: Readonly<Record<StoreCheckerName, (sold: Sold) => boolean>> = {
  contract: () => false,
  audit: ({ result }) => result.audit.brokenPromises.length > 0,
  linearizability: ({ history }) => history.linearizability.verdict === 'violated',
};

test('every mutant says where it comes from and who has to catch it, and promises something', () => {
  for (const { strategy, caughtBy } of storeMutants) {
    assert.ok(strategy.source.length > 10, strategy.name);
    assert.ok(caughtBy.length > 0 && strategy.promises.length > 0, strategy.name);
    assert.equal(strategy.breaks, undefined, `${strategy.name} is a mutant, not a control`);
  }
});

for (const mutant of storeMutants) {
  const { name, needs } = mutant.strategy;
  describe(name, { skip: withoutServers(needs) }, () => {
    let selling: Promise<Sold> | undefined;
    for (const checker of mutant.caughtBy) {
      test(`is caught by ${checker}: ${STORE_CHECKERS[checker]}`, async () => {
        selling ??= sell(mutant);
        const sold = await selling;
        assert.ok(CAUGHT[checker](sold), JSON.stringify([sold.result.audit, sold.result.store]));
      });
    }
  });
}
