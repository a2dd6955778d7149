import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BENCH = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

test('the benchmarks run: a smoke run prints every section with its figures', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, '--smoke']);
  for (const title of [
    'Micro',
    'most are refused',
    'all are granted',
    'Recording',
    '50,000 requests/s',
    'Detection',
    'Memory',
    'Known bugs',
    'Explorer',
    'Checker',
    'Peers',
  ]) {
    assert.match(stdout, new RegExp(`^## .*${title}`, 'm'));
  }
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
