import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Report } from '../../bench/report.ts';
import { SECTIONS } from '../../bench/sections.ts';

const BENCH = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

test('the benchmarks run: a smoke run prints every section with its figures, and keeps them in two files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [json, out] = [join(folder, 'bench.json'), join(folder, 'bench.md')];
  const args = [BENCH, '--smoke', '--json', json, '--out', out];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  assert.equal(stderr, '');
  assert.equal(readFileSync(out, 'utf8'), stdout);
  const { sections, environment } = JSON.parse(readFileSync(json, 'utf8')) as Report;
  assert.deepEqual(
    Object.keys(sections),
    SECTIONS.map(({ name }) => name),
  );
  for (const [name, { title, rows, headings }] of Object.entries(sections)) {
    assert.ok(stdout.includes(`## ${title}\n`), name);
    assert.ok(rows.length > 0, name);
    for (const row of rows)
      assert.equal(row.length, headings.length, `${name}: ${JSON.stringify(row)}`);
    // What is no number is null in JSON.
    for (const cell of rows.flat()) assert.notEqual(typeof cell === 'string' || cell.value, null);
  }
  assert.ok(environment.memoryBytes > 0);
  assert.match(stdout, /^\| compare-and-swap .*\| +exact \|$/m);
  assert.match(stdout, /^\| half are granted \| +node \| +piscina \|.*\| +exact \|$/m);
  // Every peer is exact, or its tools are missing.
  const peers = stdout
    .split('\n')
    .filter((line) => /^\| half are granted \| +(?:c|go|rust) /.test(line));
  assert.equal(peers.length, 5);
  for (const line of peers) assert.match(line, /\| +exact \|$|skipped: no [a-z ]+ on this machine/);
  assert.doesNotMatch(stdout, /NaN|undefined|Infinity/);
});

test('a section that there is not is refused with exit code 2 and one line', async () => {
  const refused = promisify(execFile)(process.execPath, [BENCH, 'mikro']);
  await assert.rejects(refused, (error: { code?: unknown; stdout?: unknown; stderr?: unknown }) => {
    assert.equal(error.code, 2);
    assert.equal(error.stdout, '');
    assert.match(String(error.stderr), /^bench: there is no section "mikro"; [^\n]+\n$/);
    return true;
  });
});
