import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog, type RunResult, resolveScenario } from '../../src/index.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';

const LONG = process.env['ONSALE_LONG'] !== undefined;
const SEEDS: readonly number[] = Array.from({ length: LONG ? 20 : 8 }, (_, index) => index + 1);
/** Of the strategies that are right, few runs say as much as many; set ONSALE_LONG for all. */
const SAFE_SEEDS: readonly number[] = LONG ? SEEDS : SEEDS.slice(0, 2);

function sellLastTickets(strategy: string, seed: number): Promise<RunResult> {
  const scenario = resolveScenario({ scenario: 'last-ticket', fields: { seed: String(seed) } });
  return coldRun({ strategy, scenario });
}

test(`check-then-act is caught overselling every time: preset last-ticket, ${SEEDS.length} seeds`, async () => {
  for (const seed of SEEDS) {
    const { audit, health } = await sellLastTickets('check-then-act', seed);
    const again = `sim run --strategy check-then-act --scenario last-ticket --seed ${seed}`;
    assert.equal(audit.verdict, 'oversold', again);
    assert.ok(audit.brokenPromises.includes('noOversell'), again);
    assert.deepEqual(failuresOf(health), [], again);
  }
});

for (const { name, breaks = [], promises } of catalog) {
  if (breaks.length > 0) continue;
  test(`${name} sells every last ticket once: preset last-ticket, ${SAFE_SEEDS.length} seeds`, async () => {
    for (const seed of SAFE_SEEDS) {
      const { audit, tickets } = await sellLastTickets(name, seed);
      const again = `sim run --strategy ${name} --scenario last-ticket --seed ${seed}`;
      assert.deepEqual(audit.brokenPromises, [], again);
      assert.equal(audit.oversold, 0, again);
      assert.equal(audit.duplicateTickets, 0, again);
      assert.equal(tickets.granted, tickets.capacity, again);
      // Everybody asks for one, so even a dip in the stock refuses only who would be refused anyway.
      if (promises.includes('noFalseSoldOut')) assert.equal(audit.verdict, 'exact', again);
    }
  });
}
