// Ctrl-C is promised to end a run within two seconds, whenever it comes. Measured from the signal,
// with what it takes the process to end.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Comparison, RunResult } from '../../src/index.ts';
import { type Ended, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const BOUND_MS = 2000;
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

interface Interrupted extends Ended {
  /** From the signal to the end. */
  readonly tookMs: number;
}

/** Signals the command so long after its sale was set up. */
async function interrupted(
  args: readonly string[],
  afterMs: number,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<Interrupted> {
  const own = mkdtempSync(join(folder, 'run-'));
  const trace = ['--trace-out', join(own, 'x.trace')];
  const { child, ended } = startSim([...args, ...trace, '--format', 'json']);
  // The stream's file is there when the generator has begun, and the command listens by then.
  while (readdirSync(own).length === 0) await delay(10);
  await delay(afterMs);
  const signalledMs = performance.now();
  child.kill(signal);
  const end = await ended;
  const tookMs = performance.now() - signalledMs;
  assert.deepEqual(readdirSync(own), [], 'half a trace was left behind');
  return { ...end, tookMs };
}

function assertInterrupted(
  { code, stdout, stderr, tookMs }: Interrupted,
  note = NO_TRACE,
): RunResult {
  assert.equal(code, 130);
  assert.equal(stderr, note);
  const result = JSON.parse(stdout) as RunResult;
  assert.equal(result.audit.verdict, 'incomplete');
  assert.equal(result.health.reasons[0], 'interrupted');
  assert.ok(tookMs < BOUND_MS, `it took ${Math.round(tookMs)} ms`);
  return result;
}

const HOUR = ['--rate', '1000', '--duration', '1h', '--tickets', '1000000'];
const ENDLESS = ['--rate', 'max', '--requests', '2000000000', '--tickets', '1000000000'];

for (const afterMs of [0, 100, 500]) {
  test(`Ctrl-C in a paced run ends it with what was sold: ${afterMs} ms after it was set up`, async () => {
    const end = await interrupted(['run', '--strategy', 'event-lock', ...HOUR], afterMs);
    const { outcomes, tickets } = assertInterrupted(end);
    assert.equal(outcomes.reserved, tickets.granted);
  });
}

test('Ctrl-C in a saturating run ends it with what was sold: 300 ms after it was set up', async () => {
  const end = await interrupted(['run', '--strategy', 'compare-and-swap', ...ENDLESS], 300);
  const { outcomes, tickets } = assertInterrupted(end);
  assert.equal(outcomes.reserved, tickets.granted);
});

test('Ctrl-C in a run that has sold a million ends it as fast', async () => {
  // Not by `interrupted`: its trace would fill the disk, and slow the sale down.
  const args = ['run', '--strategy', 'compare-and-swap', ...ENDLESS, '--format', 'json'];
  let granted = 0;
  // A busy machine needs longer than 3 s to sell so much.
  for (let waitMs = 3000; granted <= 1_000_000 && waitMs < 60_000; waitMs *= 3) {
    const { child, ended } = startSim(args);
    await delay(waitMs);
    const signalledMs = performance.now();
    child.kill('SIGINT');
    const end = await ended;
    const tookMs = performance.now() - signalledMs;
    granted = assertInterrupted({ ...end, tookMs }, '').tickets.granted;
  }
  assert.ok(granted > 1_000_000, `${granted} tickets`);
});

test('Ctrl-C ends a strategy that loops for ever', async () => {
  const strategy = modules.write('loops', 'if (calls() >= 9) for (;;); return grant();');
  assertInterrupted(await interrupted(['run', '--strategy', strategy, ...HOUR], 300));
});

test('Ctrl-C in a comparison leaves the strategies that were not begun out', async () => {
  const end = await interrupted(['compare', ...HOUR], 300);
  assert.equal(end.code, 130);
  const { results } = JSON.parse(end.stdout) as Comparison;
  assert.deepEqual(
    results.map(({ audit }) => audit.verdict),
    ['incomplete'],
  );
  assert.ok(end.tookMs < BOUND_MS, `it took ${Math.round(end.tookMs)} ms`);
});

test('a termination ends a run like Ctrl-C, with its own exit code', async () => {
  const end = await interrupted(['run', '--strategy', 'rw-lock', ...HOUR], 300, 'SIGTERM');
  assert.equal(end.code, 143);
  assert.equal((JSON.parse(end.stdout) as RunResult).audit.verdict, 'incomplete');
});
