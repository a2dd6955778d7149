// The guide for those who write a strategy, and its example.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STORE_CONTRACT_RULES } from '../../src/audit/store-contract-rules.ts';
import * as library from '../../src/index.ts';
import { resolveScenario } from '../../src/index.ts';
import { loadStoreStrategy, loadStrategy } from '../../src/store/load-strategy.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { coldRun } from '../support/cold-run.ts';
import { failuresOf } from '../support/failures.ts';
import { rehearse } from '../support/rehearsal.ts';
import { stageOf } from '../support/store-stage.ts';

// From dist/test/repo/ up to the repository.
const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));
const EXAMPLE: string = `${ROOT}examples/my-strategy.js`;
const STORE_EXAMPLE: string = `${ROOT}examples/my-store.js`;
const guide: string = readFileSync(`${ROOT}docs/writing-a-strategy.md`, 'utf8');

test('the guide shows the example as it is', () => {
  assert.ok(guide.includes(`\`\`\`js\n${readFileSync(EXAMPLE, 'utf8')}\`\`\``));
});

test('whatever the guide imports from onsale is there', () => {
  const imports = [...guide.matchAll(/import \{([^}]*)\} from 'onsale'/g)];
  const names = imports.flatMap(([, list]) =>
    (list as string).split(',').map((each) => each.trim()),
  );
  assert.ok(names.length > 4);
  for (const name of [...names, 'LINE_WORDS', 'OWNER_CHECK_MS', 'throwIfAbandoned', 'RwLock']) {
    assert.ok(name in library, name);
    assert.ok(guide.includes(name), name);
  }
});

test('the guide names every promise and every refusal with its number', () => {
  for (const promise of Object.keys(PROMISES)) assert.ok(guide.includes(promise), promise);
  const { SOLD_OUT, CONTENDED, DROPPED, FAILED, IN_DOUBT } = library;
  const answers = { SOLD_OUT, CONTENDED, DROPPED, FAILED, IN_DOUBT };
  for (const [name, value] of Object.entries(answers)) {
    assert.match(guide, new RegExp(`\`${name}\`\\s+\\(${value}[:)]`));
  }
});

describe('the example', () => {
  test('keeps its promises: 4 threads, groups and returns, 60 tickets of 8 events', async () => {
    const fields = {
      requests: '20000',
      rate: 'max',
      threads: '4',
      events: '8',
      tickets: '60',
      quantity: '1..3',
      mix: 'reserve=70,cancel=25,browse=5',
      workInside: '1us',
    };
    const { audit, health } = await coldRun({
      strategy: EXAMPLE,
      scenario: resolveScenario({ fields }),
    });
    assert.deepEqual(failuresOf(health), []);
    assert.equal(audit.verdict, 'exact');
  });

  test('queues after two attempts that were lost: the third holds the lock', async () => {
    const strategy = await loadStrategy(EXAMPLE);
    const size = { events: 1, tickets: 9, members: 2 };
    const stage = rehearse(size, strategy);
    const [mine, other] = stage.contexts.map((context) => strategy.open(context));
    const held: boolean[] = [];
    stage.work = (self) => {
      if (self !== 0) return;
      held.push(stage.words.load(stage.own) !== 0);
      // Somebody else comes first, three times.
      if (held.length <= 3) other?.reserve(0, 1, 1);
    };
    assert.equal(mine?.reserve(0, 1, 0), 3);
    assert.deepEqual(held, [false, false, true, true]);
    assert.equal(stage.words.load(stage.own), 0);
    assert.equal(stage.contexts[0]?.contention.retries, 3);
  });
});

describe('the example on a store', () => {
  for (const { rule, check } of STORE_CONTRACT_RULES) {
    test(rule, async () => check(stageOf(await loadStoreStrategy(STORE_EXAMPLE), () => ({}))));
  }

  test('keeps its promises: 40 clients, 2 threads, groups and returns, 250 tickets of 2 events', async () => {
    const fields = {
      clients: '40',
      requests: '1500',
      rate: 'max',
      threads: '2',
      events: '2',
      tickets: '250',
      quantity: '1..3',
      mix: 'reserve=70,cancel=15,browse=15',
    };
    const { audit, health, outcomes, store } = await coldRun({
      strategy: STORE_EXAMPLE,
      scenario: resolveScenario({ fields }),
      stores: { servers: {} },
    });
    assert.deepEqual(failuresOf(health), []);
    assert.equal(audit.verdict, 'exact');
    assert.equal(outcomes.failed, 0);
    assert.deepEqual(store?.readBack, { lost: 0, phantoms: 0, undead: 0, surplus: 0, missing: 0 });
  });
});
