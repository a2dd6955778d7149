// Ctrl-C ends a run whenever it comes: each of these would go on for an hour.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Comparison, RunResult } from '../../src/index.ts';
import { until } from '../support/processes.ts';
import { type Ended, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const NO_TRACE = 'sim: no trace was saved, since the stream was cut short\n';

let folder = '';
let modules: StrategyModules;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-interrupt-'));
  modules = strategyModules();
});
after(() => {
  rmSync(folder, { recursive: true });
  modules.remove();
});

/** Signals the command when its sale was set up. */
async function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals = 'SIGINT',
): Promise<Ended> {
  const own = mkdtempSync(join(folder, 'run-'));
  const trace = ['--trace-out', join(own, 'x.trace')];
  const { child, ended } = startSim([...args, ...trace, '--format', 'json']);
  // The stream's file is there when the generator has begun, and the command listens by then.
  await until(() => readdirSync(own).length > 0);
  child.kill(signal);
  const end = await ended;
  assert.deepEqual(readdirSync(own), [], 'half a trace was left behind');
  return end;
}

/** Signals the command when its strategy, which says so, has been asked so often. */
async function interruptedAt(calls: number, args: readonly string[], then = ''): Promise<Ended> {
  const says = `const n = calls(); if (n === ${calls}) console.log('now'); ${then} return grant();`;
  const strategy = modules.write(`says-at-${calls}`, says);
  const { child, ended } = startSim(['run', '--strategy', strategy, ...args, '--format', 'json']);
  await once(child.stderr as Readable, 'data');
  child.kill('SIGINT');
  const end = await ended;
  assert.equal(end.stderr, 'now\n');
  return end;
}

function assertInterrupted({ code, stdout }: Ended): RunResult {
  assert.equal(code, 130);
  const result = JSON.parse(stdout) as RunResult;
  assert.equal(result.audit.verdict, 'incomplete');
  assert.equal(result.health.reasons[0], 'interrupted');
  return result;
}

const HOUR = ['--rate', '1000', '--duration', '1h', '--tickets', '1000000'];
const ENDLESS = ['--rate', 'max', '--requests', '2000000000', '--tickets', '1000000000'];

test('Ctrl-C in a paced run ends it with what was sold: when it was just set up', async () => {
  const end = await interrupted(['run', '--strategy', 'event-lock', ...HOUR]);
  assert.equal(end.stderr, NO_TRACE);
  const { outcomes, tickets } = assertInterrupted(end);
  assert.equal(outcomes.reserved, tickets.granted);
});

for (const calls of [1, 300]) {
  test(`Ctrl-C in a paced run ends it with what was sold: after ${calls} of 3,600,000 requests`, async () => {
    const { outcomes, tickets } = assertInterrupted(await interruptedAt(calls, HOUR));
    assert.equal(outcomes.reserved, tickets.granted);
    assert.ok(tickets.granted >= calls - 1, `${tickets.granted} tickets`);
  });
}

test('Ctrl-C in a saturating run ends it with what was sold: after a million requests', async () => {
  const { outcomes, tickets } = assertInterrupted(await interruptedAt(1_000_000, ENDLESS));
  assert.equal(outcomes.reserved, tickets.granted);
  assert.ok(tickets.granted >= 999_000, `${tickets.granted} tickets`);
});

test('Ctrl-C ends a strategy that loops for ever', async () => {
  assertInterrupted(await interruptedAt(9, HOUR, 'if (n >= 9) for (;;);'));
});

test('Ctrl-C in a comparison leaves the strategies that were not begun out', async () => {
  const end = await interrupted(['compare', ...HOUR]);
  assert.equal(end.code, 130);
  const { results } = JSON.parse(end.stdout) as Comparison;
  assert.deepEqual(
    results.map(({ audit }) => audit.verdict),
    ['incomplete'],
  );
});

test('a termination ends a run like Ctrl-C, with its own exit code', async () => {
  const end = await interrupted(['run', '--strategy', 'rw-lock', ...HOUR], 'SIGTERM');
  assert.equal(end.code, 143);
  assert.equal((JSON.parse(end.stdout) as RunResult).audit.verdict, 'incomplete');
});
