import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { auditFairness } from '../../src/audit/fairness.ts';
import { collectSales } from '../../src/audit/sales.ts';
import { type Comparison, catalog, compare, resolveScenario } from '../../src/index.ts';
import { toJson } from '../../src/report/to-json.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { type Json, openSchema, undescribedFields } from '../support/schemas.ts';

/** The example of the design, its keys in their order. */
const DESIGNED: Readonly<Record<string, readonly string[]>> = {
  scenario: ['clients', 'ratePerSecond', 'events', 'ticketsPerEvent', 'seed', 'threads'],
  stream: ['requests', 'digest'],
  outcomes: ['reserved', 'soldOut', 'contended', 'dropped', 'failed', 'cancelled', 'browsed'],
  tickets: ['capacity', 'granted'],
  audit: [
    'verdict',
    'oversold',
    'duplicateTickets',
    'lostReceipts',
    'unsold',
    'falseSoldOut',
    'brokenPromises',
  ],
  throughput: ['offeredPerSecond', 'completedPerSecond', 'grantedPerSecond', 'timeToSellOutMs'],
  responseTimeNs: ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'],
  serviceTimeNs: ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'],
  contention: ['retries', 'waits'],
  fairness: ['jainIndex', 'inversions'],
  health: ['valid', 'reasons'],
  environment: ['node', 'cpu', 'cores', 'commit'],
};

/** What was added since, and its keys. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  responseTimeByOutcomeNs: [],
  queueDelayNs: ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max'],
  histograms: ['responseTimeNs', 'serviceTimeNs', 'queueDelayNs'],
  series: [
    'intervalMs',
    'offered',
    'completed',
    'granted',
    'refused',
    'stockLeft',
    'queue',
    'p50Ns',
    'p99Ns',
  ],
  warmUp: ['privateSales', 'requestsEach'],
};
const PARTS: Readonly<Record<string, readonly string[]>> = { ...DESIGNED, ...ADDED };

const { schema, validate } = openSchema('result');

let comparison: Comparison;
before(async () => {
  comparison = await compare({
    warmsUp: false,
    strategies: catalog.map(({ name }) => name),
    scenario: resolveScenario({
      fields: { requests: '500', tickets: '20', mix: 'reserve=8,browse=1,cancel=1' },
    }),
  });
});

/** A result as it is read back from what was printed. */
function printed(): Json {
  return JSON.parse(toJson(comparison.results[0] as object)) as Json;
}

function assertValid(value: unknown): void {
  assert.ok(validate(value), JSON.stringify(validate.errors));
}

test('a comparison of all strategies is as the schema says', () => {
  assertValid(JSON.parse(toJson(comparison)));
});

for (const { name } of catalog) {
  test(`a result of ${name} is as the schema says`, () => {
    const result = comparison.results.find(({ strategy }) => strategy === name);
    assertValid(JSON.parse(toJson(result as object)));
  });
}

test('a comparison that was interrupted at once is as the schema says', () => {
  assertValid({ schemaVersion: 1, results: [] });
});

test('every key of the design is in a result, and every key of a result in the schema', () => {
  const result = printed();
  for (const [part, keys] of Object.entries(PARTS)) {
    for (const key of keys) assert.ok(key in (result[part] as Json), `${part}.${key}`);
  }
  const designed = Object.keys(result).filter((key) => !(key in ADDED));
  assert.deepEqual(designed, ['schemaVersion', 'strategy', 'command', ...Object.keys(DESIGNED)]);
});

for (const [part, keys] of Object.entries(PARTS)) {
  test(`a result whose ${part} lacks a field, or has it by another name or type, is refused`, () => {
    for (const key of keys) {
      const lacking = printed();
      const { [key]: value, ...others } = lacking[part] as Json;
      lacking[part] = others;
      assert.equal(validate(lacking), false, `without ${key}`);
      lacking[part] = { ...others, [`${key}s`]: value };
      assert.equal(validate(lacking), false, `${key} renamed`);
      lacking[part] = { ...others, [key]: value, more: 1 };
      assert.equal(validate(lacking), false, `${key} and one more`);
      for (const wrong of [{}, -1, true]) {
        if (typeof wrong === typeof value && wrong !== -1) continue;
        lacking[part] = { ...others, [key]: wrong };
        assert.equal(validate(lacking), false, `${key} as ${JSON.stringify(wrong)}`);
      }
    }
  });
}

test('a result without one of its parts, or with one more, is refused', () => {
  for (const part of Object.keys(printed())) {
    const { [part]: _, ...others } = printed();
    assert.equal(validate(others), false, `without ${part}`);
  }
  assert.equal(validate({ ...printed(), more: 1 }), false);
});

test('a result of another version is refused', () => {
  assert.equal(validate({ ...printed(), schemaVersion: 2 }), false);
});

test('every rate is as the schema says: a number, max, or none', () => {
  const result = printed();
  for (const ratePerSecond of [0.5, 50_000, 'max', null]) {
    assertValid({ ...result, scenario: { ...(result['scenario'] as Json), ratePerSecond } });
  }
  for (const ratePerSecond of [0, 'min', undefined]) {
    const scenario = { ...(result['scenario'] as Json), ratePerSecond };
    assert.equal(validate({ ...result, scenario }), false, String(ratePerSecond));
  }
});

test('the schema knows every promise there is', () => {
  const { promise } = schema['$defs'] as { promise: { enum: string[] } };
  assert.deepEqual(promise.enum.toSorted(), Object.keys(PROMISES).toSorted());
});

test('every field of the schema is described', () => {
  assert.deepEqual(undescribedFields(schema, true), []);
});

test("Jain's index stays in its range where rounding would lift it over 1: 5 clients, 7 of 10 each", () => {
  const asked = new Int32Array(5).fill(10);
  const granted = new Int32Array(5).fill(7);
  const fairness = auditFairness({ sales: collectSales([]), asked, granted, longestWaitNs: 0 }, []);
  assertValid({ ...printed(), fairness });
});
