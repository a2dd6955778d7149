import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryTerms } from '../../src/audit/history.ts';
import { RECEIPT_FAULTS } from '../../src/audit/receipts.ts';
import { renderHistoryCheck } from '../../src/report/history-check.ts';
import { judgeHistory } from '../../src/sim/history-check.ts';
import { ENDINGS, OPERATION_KINDS } from '../../src/store/history-log.ts';
import { PROMISES } from '../../src/store/strategy.ts';
import { historyOf, type Told } from '../support/histories.ts';
import { exportedSchema, type Json, openSchema, undescribedFields } from '../support/schemas.ts';

const { schema, validate } = openSchema('history-check');

/** A check as it is read back from what was printed. */
function printed(told: readonly Told[], terms: Partial<HistoryTerms> = {}): Json {
  const check = judgeHistory(historyOf(2, told, terms), 'sim check sale.bin');
  return JSON.parse(renderHistoryCheck('json', check, { color: true, width: 80 })) as Json;
}

/** A sale in which everything that can be told is told. */
const AWFUL: readonly Told[] = [
  { kind: 'reserve', ending: 'reserved', span: [0, 1], quantity: 12, value: 0, client: 0 },
  { kind: 'reserve', ending: 'reserved', span: [2, 3], value: 0, client: -1 },
  { kind: 'cancel', ending: 'failed', span: [4, 5], value: 5, client: 0 },
  { kind: 'browse', ending: 'browsed', span: [6, 7], quantity: 0, value: -4 },
  { kind: 'reserve', ending: 'indeterminate', span: [6, 7], value: -1 },
];

test('a check of an awful sale, of a good one, and of none is as the schema says', () => {
  for (const told of [AWFUL, AWFUL.slice(4), []]) {
    assert.ok(validate(printed(told)), JSON.stringify(validate.errors));
    assert.ok(validate(printed(told, { strategy: 'theirs', promises: [] })));
  }
  const { verdict, linearizability, receipts } = judgeHistory(historyOf(2, AWFUL), '');
  assert.equal(verdict, 'violated');
  assert.ok(linearizability.contradictions.length > 0 && receipts.examples.length > 1);
});

test('a check without one of its fields, with one more, or with one of another type is refused', () => {
  const visit = (part: Json, refused: (changed: Json, what: string) => void): void => {
    refused({ ...part, more: 1 }, 'one more');
    for (const [key, value] of Object.entries(part)) {
      const { [key]: _, ...others } = part;
      refused(others, `without ${key}`);
      refused({ ...part, [key]: [[1]] }, `${key} of another type`);
      const element = Array.isArray(value) ? (value[0] as unknown) : value;
      if (typeof element !== 'object' || element === null) continue;
      visit(element as Json, (changed, what) => {
        refused({ ...part, [key]: Array.isArray(value) ? [changed] : changed }, `${key}: ${what}`);
      });
    }
  };
  let checks = 0;
  visit(printed(AWFUL), (changed, what) => {
    checks++;
    assert.equal(validate(changed), false, what);
  });
  assert.ok(checks > 120, `${checks} changes`);
});

test('the schema knows every promise, kind, outcome and fault there is', () => {
  const text = JSON.stringify(schema);
  for (const names of [
    Object.keys(PROMISES),
    OPERATION_KINDS,
    ENDINGS,
    Object.keys(RECEIPT_FAULTS),
  ]) {
    assert.ok(text.includes(`"enum":${JSON.stringify(names)}`), names.join());
  }
});

test('every field of the schema is described', () => {
  assert.deepEqual(undescribedFields(schema, true), []);
});

test('the package exports the schema', () => {
  assert.equal(exportedSchema('history-check'), './schema/history-check.schema.json');
});
