import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { resolveScenario, run } from '../../src/index.ts';

const FIELDS = { requests: '20000', rate: 'max', tickets: '1000', threads: '2', kernel: 'wasm' };

for (const strategy of ['compare-and-swap', 'event-lock', 'single-writer']) {
  test(`${strategy} sells by instructions, rehearsed in the memory of the sale: 20,000 requests`, async () => {
    const { audit, outcomes, scenario, health, command } = await run({
      strategy,
      scenario: resolveScenario({ fields: FIELDS }),
    });
    assert.deepEqual([audit.verdict, outcomes.reserved], ['exact', 4000]);
    assert.equal(scenario.kernel, 'wasm');
    assert.match(command, /--kernel wasm/);
    assert.deepEqual(
      health.reasons.filter((reason) => reason.startsWith('worker')),
      [],
    );
  });
}

test('by default nothing is said of a kernel', async () => {
  const fields = { requests: '1000', threads: '2' };
  const { scenario } = await run({
    strategy: 'compare-and-swap',
    scenario: resolveScenario({ fields }),
    warmsUp: false,
  });
  assert.ok(!('kernel' in scenario));
});

test('a strategy whose stock lies elsewhere has nothing to reach by instructions', async () => {
  await assert.rejects(
    run({ strategy: 'file-log', scenario: resolveScenario({ fields: FIELDS }) }),
    (error: unknown) =>
      error instanceof InputError && /^--kernel wasm is for .*; file-log keeps/.test(error.message),
  );
});
