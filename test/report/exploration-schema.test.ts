import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exploration } from '../../src/explore/exploration.ts';
import { explore, type Subject } from '../../src/explore/explore.ts';
import { LOCKS } from '../../src/explore/locks.ts';
import { VIOLATIONS } from '../../src/explore/program.ts';
import type { SearchChoice } from '../../src/explore/search-schedules.ts';
import { resolveSale, smallSale } from '../../src/explore/terms.ts';
import { catalog } from '../../src/index.ts';
import { renderExploration } from '../../src/report/exploration.ts';
import { describeEnvironment } from '../../src/sim/environment.ts';
import { loadStrategy } from '../../src/store/load-strategy.ts';
import { proved, search, violated } from '../support/explorations.ts';
import { exportedSchema, type Json, openSchema, undescribedFields } from '../support/schemas.ts';

const { schema, validate } = openSchema('exploration');

/** An exploration as it is read back from what was printed. */
function printed(exploration: Exploration): Json {
  const result = { ...exploration, command: 'sim explore', environment: describeEnvironment() };
  return JSON.parse(renderExploration('json', result, { color: true, width: 80 }) ?? '') as Json;
}

function assertValid(value: unknown): void {
  assert.ok(validate(value), JSON.stringify(validate.errors));
}

interface Choice {
  readonly search?: SearchChoice;
  readonly crashes?: number;
  readonly spurious?: number;
  readonly schedule?: string;
  readonly maxStates?: number;
}

function explored(subject: Subject, choice: Choice = {}): Promise<Exploration> {
  const { search: chosen = 'auto', crashes = 0, spurious = 0, schedule, maxStates = 500 } = choice;
  return explore(subject, {
    search: chosen,
    faults: { crashes, spurious, timeOuts: 0 },
    maxStates,
    maxBytes: 2 ** 24,
    timeLimitMs: 300,
    preemptions: 1,
    samples: 20,
    seed: '42',
    schedule,
  });
}

async function saleOf(name: string): Promise<Subject> {
  const sale = smallSale(resolveSale('lost-update', {}));
  return { kind: 'strategy', strategy: await loadStrategy(name), sale };
}

for (const { name } of catalog) {
  test(`an exploration of ${name} is as the schema says`, async () => {
    assertValid(printed(await explored(await saleOf(name))));
  });
}

for (const lock of LOCKS) {
  test(`an exploration of the lock ${lock.name} is as the schema says, with a death and a wake-up`, async () => {
    const terms = { writers: 1, readers: 1, rounds: 1 };
    assertValid(
      printed(await explored({ kind: 'lock', lock, terms }, { crashes: 1, spurious: 1 })),
    );
  });
}

for (const chosen of ['breadth-first', 'source-dpor', 'preemption-bound', 'pct'] as const) {
  test(`what ${chosen} finds, finds not, or stops at is as the schema says`, async () => {
    const verdicts = new Set<unknown>();
    for (const name of ['check-then-act', 'compare-and-swap', 'single-writer']) {
      const result = printed(await explored(await saleOf(name), { search: chosen, maxStates: 50 }));
      assertValid(result);
      verdicts.add(result['verdict']);
    }
    assert.ok(verdicts.size > 1, [...verdicts].join());
  });
}

test('a schedule that breaks a rule, and one that breaks none, are as the schema says', async () => {
  const failing = printed(await explored(await saleOf('check-then-act'), { schedule: '010011' }));
  assertValid(failing);
  assert.equal(failing['verdict'], 'violated');
  const other = printed(
    await explored(await saleOf('check-then-act'), { schedule: 'x0111', crashes: 1 }),
  );
  assertValid(other);
  assert.notEqual(other['replay'], null);
});

test('an exploration without one of its fields, with one more, or with one of another type is refused', () => {
  const races = [
    { word: 'w', clients: ['A', 'B'], accesses: ['plain read', 'plain write'], schedule: '01' },
  ];
  const whole = printed(violated(undefined, { races }));
  assertValid(whole);
  const visit = (part: Json, refused: (changed: Json, what: string) => void): void => {
    refused({ ...part, more: 1 }, 'one more');
    for (const [key, value] of Object.entries(part)) {
      const { [key]: _, ...others } = part;
      refused(others, `without ${key}`);
      refused({ ...part, [key]: [[1]] }, `${key} of another type`);
      if (typeof value !== 'object' || value === null) continue;
      const element = Array.isArray(value) ? (value[0] as unknown) : value;
      if (typeof element !== 'object' || element === null) continue;
      visit(element as Json, (changed, what) => {
        refused({ ...part, [key]: Array.isArray(value) ? [changed] : changed }, `${key}: ${what}`);
      });
    }
  };
  let checks = 0;
  visit(whole, (changed, what) => {
    checks++;
    assert.equal(validate(changed), false, what);
  });
  assert.ok(checks > 90, `${checks} changes`);
});

function sampled(chances: readonly number[]) {
  return [search({ search: 'pct', chances })];
}

test('an exploration of another version, a chance over 1, and a schedule of letters are refused', () => {
  const whole = printed(proved());
  assertValid(whole);
  assert.equal(validate({ ...whole, schemaVersion: 2 }), false);
  assertValid({ ...whole, searches: sampled([1, 0.5, 0]) });
  assert.equal(validate({ ...whole, searches: sampled([1.1]) }), false);
  assertValid({ ...whole, replay: { schedule: '0x1w0t1', steps: [] } });
  assert.equal(validate({ ...whole, replay: { schedule: '0y1', steps: [] } }), false);
});

test('the schema knows every kind of violation there is', () => {
  const { failure } = schema['$defs'] as { failure: { properties: { kind: { enum: string[] } } } };
  assert.deepEqual(failure.properties.kind.enum, Object.keys(VIOLATIONS));
});

test('every field of the schema is described', () => {
  assert.deepEqual(undescribedFields(schema, true), []);
});

test('the package exports the schema', () => {
  assert.equal(exportedSchema('exploration'), './schema/exploration.schema.json');
});
