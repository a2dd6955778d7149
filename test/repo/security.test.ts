import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const rows = readFileSync(`${root}/docs/security.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:row|fault) /.test(line));

test('every row of the security page names tests that exist: at least 30 rows', () => {
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  for (const row of rows) {
    const shown = row.split(' | ').at(-1) as string;
    const files = shown.split(/(?=`test\/)/);
    for (const each of files) {
      const path = /^`(test\/[^`]+)`/.exec(each)?.[1] ?? '';
      assert.ok(path.endsWith('.test.ts') && existsSync(`${root}/${path}`), `no file in: ${row}`);
      const text = readFileSync(`${root}/${path}`, 'utf8');
      for (const [, name] of each.matchAll(/"([^"]+)"/g)) {
        assert.ok(text.includes(name as string), `${path} has no test "${name}"`);
      }
    }
  }
});
