// What every strategy has to do whose stock lies in a store: first for one caller, then under real threads, where
// each is held to what it promises.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkHistory, type HistoryFindings } from '../../src/audit/check-history.ts';
import { STORE_CONTRACT_RULES } from '../../src/audit/store-contract-rules.ts';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type { StoreStrategy } from '../../src/store/stored.ts';
import { PROMISES, type StrategyPromise } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { stageOf } from '../support/store-stage.ts';

const PROMISE_NAMES = Object.keys(PROMISES) as StrategyPromise[];

let provision: Provision | undefined;
before(async () => {
  const needs = storeCatalog.flatMap(({ needs: kinds }) => kinds);
  provision = await testServers(needs.filter((kind) => withoutServers([kind]) === false));
});
after(() => provision?.stop());

test('names are unique, in kebab-case, and each says what its transactions see and what is lost', () => {
  const names = storeCatalog.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, isolation, durability } of storeCatalog) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(Math.min(isolation.length, durability.length) > 3, name);
  }
});

describe('asked by one', { concurrency: 3 }, () => {
  for (const strategy of storeCatalog) {
    describe(strategy.name, { skip: withoutServers(strategy.needs) }, () => {
      const stage = stageOf(strategy, () => provision?.urls ?? {});
      for (const { rule, check } of STORE_CONTRACT_RULES) test(rule, () => check(stage));
    });
  }
});

const LONG = process.env['ONSALE_LONG'] !== undefined;

/** A real sale in which every kind of request meets many others of its kind. */
const SALE = {
  clients: '40',
  requests: LONG ? '3000' : '400',
  events: '4',
  tickets: LONG ? '250' : '40',
  quantity: '1..3',
  mix: 'reserve=70,cancel=15,browse=15',
  threads: '2',
} as const;
/** Controls take their time between reading and writing: all who are at work then have read the same. */
const CONTROL = { ...SALE, workInside: '5ms' };
/** Nobody is turned away because the machine has other work to do. */
const PATIENCE_MS = 60_000;

interface Sold {
  readonly result: RunResult;
  readonly history: HistoryFindings;
}

async function sell({ name, breaks }: StoreStrategy): Promise<Sold> {
  let history: HistoryFindings | undefined;
  const result = await coldRun({
    strategy: name,
    scenario: resolveScenario({ fields: breaks ? CONTROL : SALE }),
    stores: { servers: provision?.urls ?? {}, connectionWaitMs: PATIENCE_MS },
    onHistory(recorded) {
      history = checkHistory(recorded);
    },
  });
  return { result, history: history as HistoryFindings };
}

/** Why a strategy is not held to a promise; false when it is. */
function excuse({ name, promises, breaks = [] }: StoreStrategy, promise: StrategyPromise) {
  if (!promises.includes(promise)) return `${name} does not promise that it ${PROMISES[promise]}`;
  return breaks.includes(promise) && `${name} is a control, known to break ${promise}`;
}

for (const strategy of storeCatalog) {
  const { name, breaks, needs } = strategy;
  describe(`${name}, asked by ${SALE.clients} at a time in ${SALE.threads} threads`, {
    skip: withoutServers(needs),
  }, () => {
    let selling: Promise<Sold> | undefined;
    const sold = (): Promise<Sold> => {
      selling ??= sell(strategy);
      return selling;
    };

    test('serves every request', async () => {
      const { stream, outcomes, health } = (await sold()).result;
      assert.deepEqual(failuresOf(health), []);
      assert.equal(stream.requests, Number(SALE.requests));
      const served = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
      assert.equal(served, stream.requests);
      assert.equal(outcomes.dropped + (outcomes.indeterminate ?? 0), 0);
      const { reserved, cancelled, browsed } = outcomes;
      assert.ok(Math.min(reserved, cancelled, browsed) > 20, JSON.stringify(outcomes));
    });

    for (const promise of PROMISE_NAMES) {
      const skip = excuse(strategy, promise);
      test(`${name} ${PROMISES[promise]}`, { skip }, async () => {
        const { result, history } = await sold();
        assert.ok(!result.audit.brokenPromises.includes(promise), JSON.stringify(result.audit));
        assert.ok(!history.brokenPromises.includes(promise), JSON.stringify(history.looks));
      });
    }

    test('what lies in the store agrees with what clients were told', {
      skip: breaks ? `${name} is a control` : false,
    }, async () => {
      const { store } = (await sold()).result;
      const nothing = { lost: 0, phantoms: 0, undead: 0, surplus: 0, missing: 0 };
      assert.deepEqual(store?.readBack, nothing);
    });

    test('is caught overselling', {
      skip: breaks ? false : `${name} does not promise less than that`,
    }, async () => {
      const { audit } = (await sold()).result;
      assert.equal(audit.verdict, 'oversold');
    });

    test('counts what went over the wire', async () => {
      const { store } = (await sold()).result;
      assert.ok(store && store.roundTrips > 0 && store.statements >= store.roundTrips);
    });
  });
}
