// What every strategy of the catalogue has to do: first in a single thread, then under real threads,
// where each is held to what it promises.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory, type HistoryFindings } from '../../src/audit/check-history.ts';
import { CONTRACT_RULES } from '../../src/audit/contract-rules.ts';
import { resolveScenario } from '../../src/index.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { catalog } from '../../src/store/catalog.ts';
import { PROMISES, type Strategy, type StrategyPromise } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';

/** More than most machines that run the tests have processors. */
const MANY_THREADS = '8';
/** Few enough that each has a processor for a while. */
const FEW_THREADS = '3';

const PROMISE_NAMES = Object.keys(PROMISES) as StrategyPromise[];

test('names are unique, in kebab-case, and every promise is made by somebody who keeps it', () => {
  const names = catalog.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*$/);
  for (const promise of PROMISE_NAMES) {
    assert.ok(catalog.some(({ promises, breaks }) => promises.includes(promise) && !breaks));
  }
});

for (const strategy of catalog) {
  describe(`${strategy.name} in a single thread`, () => {
    for (const { rule, check } of CONTRACT_RULES) test(rule, () => check(strategy));

    test('describes its own words, if it has any', () => {
      const words = strategy.ownWords?.({ events: 3, tickets: 40, members: 3 }) ?? 0;
      assert.ok(words === 0 || strategy.describeWord !== undefined);
    });
  });
}

/** Real sales in which every kind of request meets many others of its kind. */
const SALES = {
  'closed model, groups and cancels': {
    clients: '300',
    requests: '20000',
    events: '3',
    tickets: '500',
    quantity: '1..4',
    mix: 'reserve=70,cancel=20,browse=10',
    threads: MANY_THREADS,
  },
  'as fast as it goes, many events, words reached by WebAssembly': {
    clients: '2000',
    rate: 'max',
    requests: '30000',
    events: '100',
    tickets: '60',
    quantity: '1:60,2:30,6:10',
    mix: 'reserve=80,cancel=15,browse=5',
    workInside: '1us',
    kernel: 'wasm',
    threads: FEW_THREADS,
  },
} as const;

async function sell(strategy: string, fields: Readonly<Record<string, string>>): Promise<Sold> {
  let history: HistoryFindings | undefined;
  const result = await coldRun({
    strategy,
    scenario: resolveScenario({ fields }),
    onHistory(recorded) {
      history = checkHistory(recorded);
    },
  });
  return { result, history: history as HistoryFindings };
}

/** Why a strategy is not held to a promise; false when it is. */
function excuse({ name, promises, breaks = [] }: Strategy, promise: StrategyPromise) {
  if (!promises.includes(promise)) return `${name} does not promise that it ${PROMISES[promise]}`;
  return breaks.includes(promise) && `${name} is a control, known to break ${promise}`;
}

interface Sold {
  readonly result: RunResult;
  readonly history: HistoryFindings;
}

const KEPT: Readonly<Record<StrategyPromise, (sold: Sold) => void>> = {
  noOversell({ result: { audit, tickets } }) {
    assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
    assert.ok(tickets.granted - tickets.returned <= tickets.capacity);
  },
  noLostReceipt({ result: { audit, outcomes } }) {
    assert.equal(audit.lostReceipts, 0);
    assert.equal(outcomes.failed, 0);
  },
  noFalseSoldOut({ result: { audit } }) {
    assert.equal(audit.falseSoldOut, 0);
  },
  noStaleRead({ history: { looks } }) {
    assert.ok(looks.count > 500);
    assert.deepEqual([looks.stale, looks.wrong], [0, 0]);
  },
  noStarvation({ result: { audit } }) {
    assert.ok(!audit.brokenPromises.includes('noStarvation'));
  },
};

for (const strategy of catalog) {
  for (const [sale, fields] of Object.entries(SALES)) {
    const { name, promises, breaks } = strategy;
    describe(`${name} with ${fields.threads} threads, ${sale}`, () => {
      let selling: Promise<Sold> | undefined;
      const sold = (): Promise<Sold> => {
        selling ??= sell(name, fields);
        return selling;
      };

      test('serves every request of a sale in which all that is to be checked happens', async () => {
        const { stream, outcomes, health } = (await sold()).result;
        assert.deepEqual(failuresOf(health), []);
        assert.equal(stream.requests, Number(fields.requests));
        const served = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
        assert.equal(served, stream.requests);
        const { reserved, soldOut, cancelled, browsed } = outcomes;
        assert.ok(Math.min(reserved, soldOut, cancelled, browsed) > 500, JSON.stringify(outcomes));
      });

      for (const promise of PROMISE_NAMES) {
        const skip = excuse(strategy, promise);
        test(`${name} ${PROMISES[promise]}`, { skip }, async () => KEPT[promise](await sold()));
      }

      const misses = PROMISE_NAMES.find((promise) => excuse(strategy, promise) !== false);
      const skip = misses === undefined ? false : (excuse(strategy, misses) as string);
      test('the verdict is exact', { skip }, async () => {
        const { audit } = (await sold()).result;
        assert.equal(audit.verdict, 'exact');
      });

      test('some order of its requests explains the whole history', {
        skip: breaks ? `${name} is a control` : false,
      }, async () => {
        const { linearizability, brokenPromises } = (await sold()).history;
        assert.deepEqual([linearizability.verdict, brokenPromises], ['ok', []]);
      });

      test('no promise is broken that is not known to be', async () => {
        const { audit } = (await sold()).result;
        const known = breaks ?? [];
        assert.ok(audit.brokenPromises.every((promise) => promises.includes(promise)));
        assert.deepEqual(
          audit.brokenPromises.filter((promise) => !known.includes(promise)),
          [],
        );
      });
    });
  }
}

/** Threads meet by chance: a control gets so many seeds to be caught with. */
const SEEDS = 5;

for (const { name, breaks = [] } of catalog.filter((strategy) => strategy.breaks)) {
  test(`${name} is caught breaking what it is known to break: ${MANY_THREADS} threads at the last tickets`, async () => {
    const verdicts: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const fields = { requests: '20000', threads: MANY_THREADS, seed: String(seed) };
      const scenario = resolveScenario({ scenario: 'last-ticket', fields });
      const { audit } = await coldRun({ strategy: name, scenario });
      verdicts.push(audit.verdict);
      if (audit.verdict === 'exact') continue;
      assert.ok(audit.brokenPromises.length > 0);
      for (const promise of audit.brokenPromises) assert.ok(breaks.includes(promise), promise);
      return;
    }
    assert.fail(`seeds 1 to ${SEEDS} gave ${verdicts.join(', ')}`);
  });
}
