// Known bugs of strategies that sell from stores: each is caught, on real servers, by every checker that has to.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
import { failuresOf } from '../support/failures.ts';
import { LossyProxy } from '../support/lossy-proxy.ts';
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
  requests: '600',
  events: '2',
  tickets: '150',
  quantity: '1..3',
  threads: '2',
};

interface Sold {
  readonly result: RunResult;
  readonly history: HistoryFindings;
}

/** Of the bookings that PostgreSQL commits, its client does not hear of every tenth. */
const LOST_EVERY = 10;

async function sell(mutant: StoreMutant): Promise<Sold> {
  if (!mutant.fault) return sellAt(provision.urls, mutant);
  const proxy = await LossyProxy.start(provision.urls.postgres as string);
  let booked = 0;
  proxy.loses = ({ outcome }) => outcome === 'INSERT 0 1' && ++booked % LOST_EVERY === 0;
  try {
    const sold = await sellAt({ ...provision.urls, postgres: proxy.url }, mutant);
    assert.ok(proxy.lost.length > 0, 'no answer was lost');
    return sold;
  } finally {
    await proxy.close();
  }
}

async function sellAt(
  servers: Provision['urls'],
  { strategy, scenario = {} }: StoreMutant,
): Promise<Sold> {
  let history: HistoryFindings | undefined;
  const result = await coldRun({
    strategy: strategy.name,
    scenario: resolveScenario({ fields: { ...SALE, ...scenario } }),
    stores: { servers, connectionWaitMs: 60_000 },
    onHistory(recorded) {
      history = checkHistory(recorded);
    },
  });
  return { result, history: history as HistoryFindings };
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
      test(`is caught by ${checker}: ${STORE_CHECKERS[checker]}`, async (t) => {
        selling ??= sell(mutant);
        const sold = await selling;
        const { audit, store } = sold.result;
        assert.deepEqual(failuresOf(sold.result.health), []);
        t.diagnostic(`${audit.oversold} oversold, ${audit.lostReceipts} receipts lost`);
        assert.ok(CAUGHT[checker](sold), JSON.stringify([audit, store]));
      });
    }
  });
}
