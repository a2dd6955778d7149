// What becomes of a run whose strategy on a store is not what it should be: it ends, and says so in one line.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import { coldRun } from '../support/cold-run.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const GOOD = `
const seller = {
  async reserve() { return -1; },
  async cancel() { return -4; },
  async resize() { return -1; },
  async available() { return 0; },
  async close() {},
};
const good = {
  name: 'mine',
  summary: 'Refuses all.',
  source: 'a test',
  promises: ['noOversell'],
  family: 'file',
  needs: [],
  isolation: 'none',
  durability: 'none',
  async prepare() {},
  async open() { return seller; },
  async readBack(_place, { events, tickets }) {
    return { remaining: Array(events).fill(tickets), grants: [] };
  },
  async remove() {},
};
`;

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

/** Sells by the good strategy with another function in the place of one of its own. */
function sellWith(name: string, other: string): Promise<RunResult> {
  const path = join(modules.folder, `${name}.mjs`);
  writeFileSync(path, `${GOOD}\nexport default { ...good, ${other} };`);
  const scenario = resolveScenario({ fields: { requests: '50', rate: 'max', events: '2' } });
  return coldRun({ strategy: path, scenario, stores: { servers: {} } });
}

test('one that refuses everybody sells nothing, and all is well otherwise', async () => {
  const { audit, health } = await sellWith('good', '');
  assert.equal(audit.verdict, 'undersold');
  assert.equal(
    health.reasons.some((reason) => /worker|read back/.test(reason)),
    false,
  );
});

const FUNCTIONS = 'the functions reserve, cancel, resize, available, close';
const SHOULD_READ = 'readBack of mine must';

for (const [what, other, reason] of [
  ['opens nothing', 'async open() {}', `open of mine must return an object with ${FUNCTIONS}; got`],
  [
    'opens what cannot resize',
    'async open() { return { ...seller, resize: undefined }; }',
    `open of mine must return an object with ${FUNCTIONS}; resize is undefined`,
  ],
  ['cannot open', "async open() { throw new Error('no key'); }", 'open of mine fails: no key'],
  [
    'answers with no number',
    "async open() { return { ...seller, reserve: async () => 'sold' }; }",
    "reserve must return a whole ticket serial below 2^31; got 'sold'",
  ],
  ['reads nothing back', 'async readBack() {}', `${SHOULD_READ} say what is remaining as 2 whole`],
  [
    'reads back the stock of another sale',
    'async readBack() { return { remaining: [1], grants: [] }; }',
    `${SHOULD_READ} say what is remaining as 2 whole numbers; got [ 1 ]`,
  ],
  [
    'reads back no grants',
    'async readBack() { return { remaining: [1, 1] }; }',
    `${SHOULD_READ} list its grants, each with id, event, ticket, quantity, client; got undefined`,
  ],
  [
    'reads back half of a grant',
    'async readBack() { return { remaining: [1, 1], grants: [{ id: 1 }] }; }',
    `${SHOULD_READ} list its grants, each with id, event, ticket, quantity, client; got { id: 1 }`,
  ],
] as const) {
  test(`one that ${what} makes the run incomplete`, async () => {
    const { audit, health } = await sellWith(what.replaceAll(' ', '-'), other);
    assert.equal(audit.verdict, 'incomplete');
    assert.ok(
      health.reasons.some((each) => each.includes(reason)),
      health.reasons.join('; '),
    );
  });
}

test('one that cannot put its stock there sells nothing at all', async () => {
  const selling = sellWith('unprepared', "async prepare() { throw new Error('no disk'); }");
  await assert.rejects(
    selling,
    (error) => error instanceof InputError && error.message === 'prepare of mine fails: no disk',
  );
});
