import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { renderMatrix } from '../../src/report/matrix.ts';
import { detectionMatrix } from '../../src/sim/matrix.ts';
import { CHECKERS } from '../../src/store/mutants/mutant.ts';
import { exportedSchema, type Json, openSchema, undescribedFields } from '../support/schemas.ts';

const { schema, validate } = openSchema('detection-matrix');

let printed: Json;
before(async () => {
  const matrix = await detectionMatrix({
    strategies: ['last-ticket-kept', 'compare-and-swap'],
    checkers: ['contract', 'explorer'],
  });
  printed = JSON.parse(renderMatrix('json', matrix, { color: false, width: 80 })) as Json;
});

test('a matrix of a bug and of a correct strategy is as the schema says', () => {
  assert.ok(validate(printed), JSON.stringify(validate.errors));
});

test('without one of its fields it is refused, and so it is with one more', () => {
  for (const key of Object.keys(printed)) {
    const { [key]: _, ...others } = printed;
    assert.ok(!validate(others), `without ${key}`);
  }
  assert.ok(!validate({ ...printed, more: 1 }));
});

test('the schema knows every checker, and describes every field', () => {
  const { $defs } = schema as { $defs: { trial: { properties: { checker: { enum: string[] } } } } };
  assert.deepEqual($defs.trial.properties.checker.enum, Object.keys(CHECKERS));
  assert.deepEqual(undescribedFields(schema, false), []);
});

test('the package exports the schema', () => {
  assert.equal(exportedSchema('detection-matrix'), './schema/detection-matrix.schema.json');
});
