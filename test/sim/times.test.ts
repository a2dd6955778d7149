// What is timed in real runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunResult, resolveScenario, run } from '../../src/index.ts';
import { decodeHdr } from '../../src/stats/hdr.ts';
import type { DurationSummary } from '../../src/stats/summary.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const LIMIT = { timeout: 30_000 };

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

function total(list: readonly number[]): number {
  return list.reduce((sum, each) => sum + each, 0);
}

function countsOf(by: Readonly<Record<string, DurationSummary>>): Record<string, number> {
  return Object.fromEntries(Object.entries(by).map(([outcome, { count }]) => [outcome, count]));
}

function sell(strategy: string, fields: Readonly<Record<string, string>>): Promise<RunResult> {
  return run({ strategy, scenario: resolveScenario({ fields }) });
}

for (const [model, timing] of [
  ['open', { rate: '20000', duration: '500ms' }],
  ['closed', { requests: '10000' }],
  ['saturating', { rate: 'max', requests: '200000' }],
] as const) {
  test(`every request is timed once, in each way there is: ${model} model`, LIMIT, async () => {
    const mix = 'reserve=80,browse=10,cancel=10';
    const result = await sell('event-lock', { ...timing, mix, clients: '200', tickets: '500' });
    const { outcomes, stream, series, histograms, tickets, responseTimeByOutcomeNs } = result;
    const occurred = Object.fromEntries(Object.entries(outcomes).filter(([, count]) => count > 0));
    assert.deepEqual(countsOf(responseTimeByOutcomeNs), occurred);
    for (const [outcome, text] of Object.entries(histograms.responseTimeNs)) {
      assert.equal(decodeHdr(text).count, occurred[outcome], outcome);
    }
    const { responseTimeNs, serviceTimeNs, queueDelayNs } = result;
    for (const each of [responseTimeNs, serviceTimeNs, queueDelayNs]) {
      assert.equal(each.count, stream.requests);
    }
    assert.ok(
      Math.abs(serviceTimeNs.mean + queueDelayNs.mean - responseTimeNs.mean) <= 1.5,
      'a response is a delay and a service',
    );
    assert.equal(total(series.offered), stream.requests);
    assert.equal(total(series.completed), stream.requests);
    assert.equal(total(series.granted), tickets.granted);
    assert.equal(total(series.refused), outcomes.soldOut);
    assert.equal(series.stockLeft.at(-1), tickets.capacity - tickets.granted + tickets.returned);
    assert.equal(series.queue.at(-1), 0);
  });
}

test(
  'a stall of 1.4 s shows at p99 from the intended start; timed from the actual start it is missed',
  LIMIT,
  async () => {
    // One request holds the lock for so long, and all that were due meanwhile wait.
    const stall = `
    mutex.lock();
    if (calls() === 200) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1400);
    const ticket = grant();
    mutex.unlock();
    return ticket;`;
    const fields = { rate: '1000', duration: '2s', threads: '2' };
    const result = await sell(modules.write('stalls-once', stall), fields);
    assert.equal(result.audit.verdict, 'exact');
    const { responseTimeNs, serviceTimeNs } = result;
    assert.ok(responseTimeNs.p99 > 1e9, `response time p99: ${responseTimeNs.p99} ns`);
    // Two threads cannot stall more than two requests: of 2,000 a tenth of the share beyond p99.
    assert.ok(serviceTimeNs.p99 < 5e8, `service time p99: ${serviceTimeNs.p99} ns`);
    assert.ok(serviceTimeNs.max > 1.3e9, `the longest service: ${serviceTimeNs.max} ns`);
  },
);

test('a run can be audited without being timed', LIMIT, async () => {
  const fields = { rate: 'max', requests: '100000', tickets: '1000' };
  const scenario = resolveScenario({ fields });
  const result = await run({ strategy: 'check-then-act', scenario, measures: false });
  assert.equal(result.outcomes.reserved + result.outcomes.soldOut, 100_000);
  assert.equal(result.responseTimeNs.count, 0);
  assert.deepEqual(result.health.checks, []);
  assert.ok(result.throughput.completedPerSecond > 0);
});
