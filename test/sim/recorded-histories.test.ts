// Real runs, recorded and checked: whatever order the threads met in, the answers must have one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, type HistoryFindings } from '../../src/audit/check-history.ts';
import type { History } from '../../src/audit/history.ts';
import { tellFindings } from '../../src/audit/told.ts';
import { resolveScenario } from '../../src/index.ts';
import { catalog } from '../../src/store/catalog.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';

const SEEDS = process.env['ONSALE_LONG'] ? 20 : 1;

/** Few tickets, many clients, groups and returns: the stock is around nothing all the time. */
const CONTENDED = {
  clients: '16',
  events: '2',
  tickets: '20',
  quantity: '1..3',
  mix: 'reserve=60,cancel=30,browse=10',
  threads: '4',
  requests: '6000',
};

async function recorded(
  strategy: string,
  fields: Readonly<Record<string, string>>,
): Promise<History> {
  let history: History | undefined;
  const onHistory = (given: History): void => {
    history = given;
  };
  const { health } = await coldRun({ strategy, scenario: resolveScenario({ fields }), onHistory });
  assert.deepEqual(failuresOf(health), []);
  assert.ok(history);
  return history;
}

function shown(history: History, findings: HistoryFindings): string {
  const { verdict, brokenPromises, linearizability } = tellFindings(history, findings);
  return JSON.stringify({ verdict, brokenPromises, linearizability }, undefined, 1);
}

for (const { name } of catalog.filter(({ breaks }) => !breaks)) {
  test(`${name}: what it answers has an order: ${CONTENDED.requests} requests of 16 clients, ${SEEDS} seeds`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const history = await recorded(name, { ...CONTENDED, seed: `${seed}` });
      const findings = checkHistory(history);
      assert.ok(history.count > 4000, `${history.count} operations`);
      assert.equal(findings.verdict, 'ok', `seed ${seed}: ${shown(history, findings)}`);
    }
  });
}

test('check-then-act: no order explains what it answers: 8 threads at the last tickets', async () => {
  const history = await recorded('check-then-act', {
    requests: '20000',
    threads: '8',
    events: '64',
    tickets: '16',
    rate: 'max',
    workInside: '50us',
  });
  const { verdict, oversold, linearizability } = checkHistory(history);
  assert.equal(verdict, 'violated');
  assert.ok(oversold > 0 && linearizability.contradictions.length > 0, `${oversold} oversold`);
});
