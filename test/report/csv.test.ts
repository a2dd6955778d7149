import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv } from '../../src/report/csv.ts';
import fc from '../support/fast-check.ts';
import { oversoldResult, resultOf } from '../support/results.ts';

/** Reads CSV as RFC 4180 says. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain, end] of text.matchAll(pattern)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  assert.deepEqual(rows.pop(), [], 'the last line has an end');
  return rows;
}

test('a column for each number and text, named by its path', () => {
  assert.equal(
    toCsv([{ name: 'x', inner: { a: 1, b: null, deep: { c: true } }, list: ['p', 'q'] }]),
    'name,inner.a,inner.b,inner.deep.c,list\r\nx,1,,true,p q\r\n',
  );
});

test('what would break a line or a column is quoted', () => {
  assert.equal(
    toCsv([{ a: 'say "yes"' }, { a: 'two\nlines' }, { a: 'cr\r' }, { a: 'x,y' }]),
    'a\r\n"say ""yes"""\r\n"two\nlines"\r\n"cr\r"\r\n"x,y"\r\n',
  );
});

test('records need not have the same fields', () => {
  assert.equal(toCsv([{ a: 1 }, { b: 2 }]), 'a,b\r\n1,\r\n,2\r\n');
});

test('whatever the texts are, they are read back: up to 4 records', () => {
  const record = fc.record({
    a: fc.string(),
    b: fc.string({ unit: fc.constantFrom('x', '"', ',', '\r', '\n') }),
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
      const rows = records.map(({ a, b }) => [a, b]);
      assert.deepEqual(parseCsv(toCsv(records)), [['a', 'b'], ...rows]);
    }),
  );
});

test('a result has its strategy, verdict and digest in columns of their own', () => {
  const [head = [], ...rows] = parseCsv(toCsv([oversoldResult(12), resultOf('rw-lock')]));
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
  assert.deepEqual(column('strategy'), ['check-then-act', 'rw-lock']);
  assert.deepEqual(column('audit.oversold'), ['12', '0']);
  assert.deepEqual(column('audit.brokenPromises'), ['noOversell', '']);
  assert.deepEqual(column('scenario.ratePerSecond'), ['max', 'max']);
  for (const row of rows) assert.equal(row.length, head.length);
});
