import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { resolveScenario } from '../../src/index.ts';
import { coldRun } from '../support/cold-run.ts';

const COMPARE_AND_SWAP = new URL('../../src/store/memory/compare-and-swap.js', import.meta.url);

/**
 * Compare-and-swap whose third thread dies right after a return took effect, but before
 * anybody heard of it; others sell those tickets first. In the warm-up there is one worker only.
 */
const DYING = `
  import { compareAndSwap } from ${JSON.stringify(COMPARE_AND_SWAP.href)};
  export default {
    ...compareAndSwap,
    name: 'dying',
    open(context) {
      const reserver = compareAndSwap.open(context);
      const { words, inventory, crew, self } = context;
      return {
        ...reserver,
        cancel(event, ticket, quantity, client) {
          const remaining = inventory.remaining(event);
          const dies = crew.size > 1 && self === 2 && words.load(remaining) === 0;
          const back = reserver.cancel(event, ticket, quantity, client);
          if (!dies) return back;
          for (let turn = 0; turn < 1e8 && words.load(remaining) > 0; turn++) words.spin();
          throw new Error('out of memory');
        },
      };
    },
  };
`;

test('a correct strategy is not accused of what a dead worker had no time to record: 3 threads', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-dying-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'dying.mjs');
  writeFileSync(path, DYING);
  const fields = {
    clients: '200',
    rate: 'max',
    requests: '200000',
    events: '1',
    tickets: '100',
    quantity: '1',
    mix: 'reserve=90,cancel=10',
    threads: '3',
  };
  const scenario = resolveScenario({ fields });
  const { audit, health } = await coldRun({ strategy: pathToFileURL(path).href, scenario });
  assert.equal(audit.verdict, 'incomplete');
  assert.ok(health.reasons.includes('worker 2: out of memory'), health.reasons.join('; '));
  assert.deepEqual(audit.brokenPromises, []);
});
