// The document on recorded histories: its example is one, and it names all there is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkHistory } from '../../src/audit/check-history.ts';
import { historyFromLines } from '../../src/audit/history-lines.ts';
import { ENDING, ENDINGS, OPERATION, OPERATION_KINDS } from '../../src/store/history-log.ts';
import { PROMISES } from '../../src/store/strategy.ts';

// From dist/test/repo/ up to the repository.
const DOCUMENT_URL = new URL('../../../docs/history-format.md', import.meta.url);
const text: string = readFileSync(DOCUMENT_URL, 'utf8');
const [, example = '']: readonly string[] = /```jsonl\n(.*?)```/s.exec(text) ?? [];

test('the example is a history, and a good one', () => {
  const history = historyFromLines(Buffer.from(example), 'example');
  const { verdict, looks, indeterminate, receipts } = checkHistory(history);
  assert.equal(history.count, 6);
  assert.deepEqual([verdict, looks.fresh, indeterminate], ['ok', 1, 1]);
  assert.deepEqual(Object.values(receipts.counts), [0, 0, 0, 0]);
});

test('the example with one ticket less is an oversell', () => {
  const fewer = example.replace('"gala":2', '"gala":1');
  assert.notEqual(fewer, example);
  assert.equal(checkHistory(historyFromLines(Buffer.from(fewer), 'example')).oversold, 1);
});

test('every promise, kind and outcome is described, those of our own form by their numbers', () => {
  for (const promise of Object.keys(PROMISES))
    assert.match(text, new RegExp(`^\\| \`${promise}\` \\|`, 'm'));
  for (const name of [...OPERATION_KINDS, ...ENDINGS])
    assert.ok(text.includes(`\`${name}\``), name);
  for (const numbers of [OPERATION, ENDING]) {
    const all = Object.entries(numbers).map(([name, number]) => `${number} ${name}`);
    assert.ok(text.includes(all.join(', ')), all.join(', '));
  }
});
