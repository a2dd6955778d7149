import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLinkIn, missingIn, rowsOf } from '../support/shown-by.ts';

test('every row of the security page names tests that exist: at least 30 rows', () => {
  const rows = rowsOf('docs/security.md', /^\| (?:row|fault) /);
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  for (const row of rows) assert.equal(missingIn(row), undefined);
});

test('every row of what the five systems could do leads to where it works, and names tests that exist: at least 30 rows', () => {
  const rows = rowsOf('README.md', /^\| seed system /).filter((row) => /^\| \d \|/.test(row));
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  for (const row of rows) {
    assert.equal(missingIn(row), undefined);
    assert.equal(deadLinkIn('README.md', row), undefined);
  }
});
