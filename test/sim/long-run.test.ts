// As many requests as a season has: nothing may grow with them but the counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveScenario, run } from '../../src/index.ts';
import { OUTCOMES } from '../../src/workers/outcome.ts';

const REQUESTS = process.env['ONSALE_LONG'] ? 1_000_000_000 : 4_000_000;
const MIB = 2 ** 20;
/** What the collector may leave lying about between two looks. */
const GROWTH_MAX = 64 * MIB;

test(`${REQUESTS.toLocaleString('en-US')} requests in one run: served, audited exact, in memory that stays flat`, async () => {
  const fields = { rate: 'max', requests: String(REQUESTS), threads: '2', kernel: 'wasm' };
  const looks: { completed: number; rss: number }[] = [];
  const { audit, outcomes, responseTimeNs, stream } = await run({
    strategy: 'compare-and-swap',
    scenario: resolveScenario({ fields }),
    onProgress: ({ completed }) => looks.push({ completed, rss: process.memoryUsage.rss() }),
  });
  assert.equal(audit.verdict, 'exact');
  assert.equal(stream.requests, REQUESTS);
  const served = OUTCOMES.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  assert.deepEqual([served, responseTimeNs.count, outcomes.reserved], [REQUESTS, REQUESTS, 40_000]);
  // All tickets are sold and all code is compiled long before a tenth is served.
  const settled = looks.filter(({ completed }) => completed > REQUESTS / 10);
  const [first, last] = [settled[0], settled.at(-1)];
  assert.ok(first && last);
  assert.ok(last.rss - first.rss < GROWTH_MAX, JSON.stringify([first, last]));
});
