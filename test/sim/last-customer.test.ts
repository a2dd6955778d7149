// One more customer comes to every sale that has ended, and finds what no buyer came upon.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const LIMIT = { timeout: 20_000 };
const ALL_PROMISES = Object.keys(PROMISES);

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

/** Enough for all, so that no buyer is ever refused. */
const PLENTY = { requests: '2000', rate: 'max', tickets: '10000', mix: 'reserve=60,cancel=40' };

function sell(strategy: string): Promise<RunResult> {
  return coldRun({ strategy, scenario: resolveScenario({ fields: PLENTY }) });
}

/** A strategy whose returns at event 2 put this much into the stock. */
function returning(name: string, tickets: string, promises = ALL_PROMISES): string {
  const cancel = `
      cancel(event, _ticket, quantity) {
        words.add(inventory.remaining(event), event === 2 ? ${tickets} : quantity);
        return quantity;
      },`;
  return modules.write(name, 'return grant();', cancel, promises);
}

function assertUnnoticed({ outcomes, health }: RunResult): void {
  assert.deepEqual(failuresOf(health), []);
  assert.equal(outcomes.soldOut, 0);
  assert.ok(outcomes.cancelled > 0);
}

test('a sale that keeps its books is exact', LIMIT, async () => {
  const result = await sell(returning('honest', 'quantity'));
  assertUnnoticed(result);
  assert.equal(result.audit.verdict, 'exact');
});

test('tickets that a return lost are missed, though no buyer was refused', LIMIT, async () => {
  const result = await sell(returning('forgets', '0'));
  assertUnnoticed(result);
  assert.equal(result.audit.verdict, 'undersold');
  assert.equal(result.audit.falseSoldOut, 1);
  assert.deepEqual(result.audit.brokenPromises, ['noFalseSoldOut']);
});

test('who does not promise to sell all it has may lose some', LIMIT, async () => {
  const result = await sell(returning('may-forget', '0', ['noOversell']));
  assertUnnoticed(result);
  assert.equal(result.audit.verdict, 'exact');
});

test('tickets that a return made are found, though none was sold', LIMIT, async () => {
  const result = await sell(returning('makes', '2 * quantity', ['noOversell']));
  assertUnnoticed(result);
  const { audit, tickets, outcomes } = result;
  assert.equal(audit.verdict, 'oversold');
  // All that were left, and one more.
  assert.equal(audit.oversold, 1);
  assert.equal(tickets.granted, outcomes.reserved, 'the last customer counts as a buyer');
});

test('a lock that a worker left locked fails the last customer, and no more', LIMIT, async () => {
  // Worker 1 takes the lock for good once worker 0 has nothing to sell any more, and would wait for it.
  const close = `
      close() {
        if (!real) return;
        const done = context.own + 9;
        if (self === 0) words.store(done, 1);
        else {
          while (words.load(done) === 0) words.spin();
          mutex.lock();
        }
      },`;
  const reserve = 'mutex.lock(); const ticket = grant(); mutex.unlock(); return ticket;';
  const { audit, health, outcomes } = await sell(modules.write('locked-up', reserve, close));
  assert.equal(audit.verdict, 'incomplete');
  assert.equal(health.reasons.length, 1, health.reasons.join('; '));
  assert.match(health.reasons[0] ?? '', /^the last customer: sleeps for ever on word \d+$/);
  assert.ok(outcomes.reserved > 0);
});

/** Sellers buy one at a time. */
const BY_THE_LAST = 'if (real && quantity > 1)';

for (const [name, act, reason] of [
  ['throws', "throw new Error('out of paper');", /^the last customer: out of paper$/],
  ['spins', 'for (;;) words.spin();', /^the last customer: waits in a loop for ever$/],
  ['looks', 'for (;;) words.load(0);', /^the last customer: goes on for ever$/],
  ['exits', 'process.exit(3);', /^the last customer: .*exit.*3/],
  ['lies', 'return 0.5;', /^the last customer: reserve must return .*; got 0.5$/],
] as const) {
  test(`a strategy that ${name} at the last customer makes the run incomplete`, LIMIT, async () => {
    const path = modules.write(name, `${BY_THE_LAST} { ${act} } return grant();`);
    const { audit, health, outcomes } = await sell(path);
    assert.equal(audit.verdict, 'incomplete');
    assert.equal(health.reasons.length, 1, health.reasons.join('; '));
    assert.match(health.reasons[0] ?? '', reason);
    assert.equal(audit.oversold, 0);
    assert.ok(outcomes.reserved > 0);
  });
}
