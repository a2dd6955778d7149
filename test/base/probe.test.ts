import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { measureTimerNs, probeProcessor } from '../../src/base/probe.ts';

/** Says that it runs, and then never stops. */
const SPINNER = "require('node:worker_threads').parentPort.postMessage(0); for (;;);";

test('where four busy threads share each processor, most of it is lost to them', async () => {
  const spinners = Array.from(
    { length: 4 * availableParallelism() },
    () => new Worker(SPINNER, { eval: true }),
  );
  await Promise.all(
    spinners.map((each) => new Promise((resolve) => each.once('message', resolve))),
  );
  const { lostShare, turnsPerMs } = probeProcessor();
  await Promise.all(spinners.map((each) => each.terminate()));
  assert.ok(lostShare > 0.1 && lostShare <= 1, `lost ${lostShare}`);
  assert.ok(turnsPerMs >= 0 && turnsPerMs < Number.POSITIVE_INFINITY);
});

test('the clock moves', () => {
  const stepNs = measureTimerNs();
  assert.ok(stepNs > 0 && stepNs < 1e9, `${stepNs} ns`);
});
