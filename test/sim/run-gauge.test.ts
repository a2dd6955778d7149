import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../src/sim/compare.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { resolveScenario, type Scenario } from '../../src/sim/scenario.ts';
import type { RunProgress } from '../../src/sim/session-state.ts';
import { coldRun } from '../support/cold-run.ts';

function scenario(fields: Record<string, string>): Scenario {
  return resolveScenario({ fields: { threads: '2', seed: 'gauge', ...fields } });
}

const CASES: readonly (readonly [what: string, fields: Record<string, string>])[] = [
  ['at a rate, 2,500 requests', { rate: '5000', duration: '500ms', tickets: '20' }],
  ['saturating, 20,000 requests', { rate: 'max', requests: '20000', tickets: '50' }],
  ['with cancels, 5,000 requests', { rate: 'max', requests: '5000', mix: 'reserve=2,cancel=1' }],
];

for (const [what, fields] of CASES) {
  test(`the last look at a run is what its result says: ${what}`, async () => {
    const looks: RunProgress[] = [];
    const result = await coldRun({
      strategy: 'event-lock',
      scenario: scenario(fields),
      onProgress: (progress) => looks.push(progress),
    });
    const last = looks.at(-1) as RunProgress;
    const { outcomes, tickets } = result;
    assert.equal(
      last.completed,
      Object.values(outcomes).reduce((total, count) => total + count),
    );
    assert.equal(last.completed, last.expected);
    assert.equal(last.granted, tickets.granted);
    assert.equal(
      last.refused,
      outcomes.soldOut + outcomes.contended + outcomes.dropped + outcomes.failed,
    );
    assert.equal(last.capacity, tickets.capacity);
    assert.equal(last.ticketsLeft, tickets.capacity - tickets.granted + tickets.returned);
    assert.deepEqual(
      looks.map(({ sold }) => sold),
      [...looks.slice(1).map(() => false), true],
    );
  });
}

test('counts only grow from look to look, and times are of requests since the look before: 1 s', async () => {
  const looks: RunProgress[] = [];
  const result = await coldRun({
    strategy: 'rw-lock',
    scenario: scenario({ rate: '2000', duration: '1s', tickets: '20' }),
    onProgress: (progress) => looks.push(progress),
  });
  const timed = looks.filter(({ p99Ns }) => p99Ns !== null);
  assert.ok(timed.length >= 2, `${timed.length} looks`);
  for (const [index, look] of looks.entries()) {
    const before = looks[index - 1];
    if (!before) continue;
    for (const count of ['completed', 'granted', 'refused'] as const) {
      assert.ok(look[count] >= before[count], `${count} fell from look ${index}`);
    }
    assert.equal(look.p99Ns !== null, look.p50Ns !== null);
    if (look.completed === before.completed) assert.equal(look.p99Ns, null);
  }
  // No request is slower than the slowest; 1 % for the width of a bucket.
  const slowest = result.responseTimeNs.max * 1.01;
  for (const { p50Ns, p99Ns } of timed) {
    assert.ok((p50Ns as number) <= (p99Ns as number) && (p99Ns as number) <= slowest);
  }
});

test('a run that is not timed is looked at without times', async () => {
  const looks: RunProgress[] = [];
  await coldRun({
    strategy: 'rw-lock',
    scenario: scenario({ rate: 'max', requests: '1000' }),
    measures: false,
    onProgress: (progress) => looks.push(progress),
  });
  assert.equal(looks.at(-1)?.completed, 1000);
  assert.deepEqual(new Set(looks.map(({ p99Ns }) => p99Ns)), new Set([null]));
});

test('each result of a comparison is told when its run is over: 3 strategies', async () => {
  const told: RunResult[] = [];
  const { results } = await compare({
    strategies: ['event-lock', 'rw-lock', 'batch'],
    scenario: scenario({ rate: 'max', requests: '1000' }),
    onResult: (result) => told.push(result),
  });
  assert.deepEqual(told, results);
});
