import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweep } from '../../src/index.ts';
import { toJson } from '../../src/report/to-json.ts';
import { SWEEPABLE } from '../../src/sim/sweep-axis.ts';
import { curveOf } from '../../src/sim/sweep-curve.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { exportedSchema, type Json, openSchema, undescribedFields } from '../support/schemas.ts';
import { measured, ratesCurve, sweepOf, termsOver, threadsCurve } from '../support/sweeps.ts';

const { schema, validate } = openSchema('sweep');

const RATES: Json = JSON.parse(
  toJson(sweepOf('rate', [ratesCurve('x', { 100: 10, 200: 20, 400: 9000 })])),
) as Json;

function assertValid(value: unknown): void {
  assert.ok(validate(value), JSON.stringify(validate.errors));
}

test('a real sweep is as the schema says: 4 values, with a law fitted', async () => {
  const found = await sweep({
    strategies: ['compare-and-swap', 'check-then-act'],
    request: { fields: { threads: '1,2,3,4', requests: '200', tickets: '50' } },
    repeats: 1,
  });
  assertValid(JSON.parse(toJson(found)));
});

test('made-up ones are, too: with a law, a knee, and void runs', () => {
  assertValid(RATES);
  const law = threadsCurve('x', { 1: 10, 2: 18, 4: 20, 8: 15 });
  assert.ok(law.usl);
  assertValid(sweepOf('threads', [law]));
  const spoilt = curveOf('x', [measured({ at: 0, reason: 'late' })], termsOver('clients', [1, 2]));
  assertValid({ ...sweepOf('clients', [spoilt]), values: ['1', '2'] });
});

test('without one of its fields it is refused, and so it is with one more', () => {
  for (const key of Object.keys(RATES)) {
    const { [key]: _, ...others } = RATES;
    assert.ok(!validate(others), `without ${key}`);
  }
  assert.ok(!validate({ ...RATES, more: 1 }));
});

test('the schema knows every field that can be swept, and every promise; all of it is described', () => {
  const { properties, $defs } = schema as {
    properties: { over: { enum: string[] } };
    $defs: { promise: { enum: string[] } };
  };
  assert.deepEqual(properties.over.enum, SWEEPABLE);
  assert.deepEqual($defs.promise.enum.toSorted(), Object.keys(PROMISES).toSorted());
  assert.deepEqual(undescribedFields(schema, false), []);
});

test('the package exports the schema', () => {
  assert.equal(exportedSchema('sweep'), './schema/sweep.schema.json');
});
