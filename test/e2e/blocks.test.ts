import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Comparison, RunResult } from '../../src/index.ts';
import { openSchema } from '../support/schemas.ts';
import { sim, simLines, startSim } from '../support/sim-command.ts';

const LIBRARY_URL: string = new URL('../../src/index.js', import.meta.url).href;

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-blocks-'));
});
after(() => rmSync(folder, { recursive: true }));

const SALE = ['--scenario', 'many-events', '--requests', '2000', '--events', '9'];
const { validate } = openSchema('result');

test('a comparison in blocks is as the schema says, and sim run sells a block again: 2 blocks', async () => {
  const names = ['--strategies', 'event-lock,check-then-act', '--baseline', 'check-then-act'];
  const args = [...names, '--blocks', '2', '--discard', '0', ...SALE, '--format', 'json'];
  const { code, stdout, stderr } = await sim('compare', ...args);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const { results, blocks } = JSON.parse(stdout) as Comparison;
  assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors));
  assert.deepEqual([blocks?.baseline, blocks?.runs.length], ['check-then-act', 6]);
  assert.equal(results.length, 2);
  const last = blocks?.runs.at(-1);
  const again = ['--strategy', 'event-lock', '--seed', last?.seed as string];
  const one = await sim('run', ...again, ...SALE, '--format', 'json');
  assert.equal((JSON.parse(one.stdout) as RunResult).stream.digest, last?.digest);
});

test('a promise broken in any block is exit code 1, and shown: a known bug as the baseline', async () => {
  const args = ['--strategies', 'one-too-many', '--blocks', '2', '--discard', '0', ...SALE];
  const { code, stdout } = await sim('compare', ...args);
  assert.equal(code, 1);
  assert.match(stdout, /^one-too-many oversold/m);
  assert.match(stdout, /One-too-many is not ranked: oversold in 4 of 4 runs/);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
});

test('Ctrl-C in the first block ends with exit code 130 and nothing compared', async () => {
  const path = join(folder, 'telling.mjs');
  // Says when it sells: by then the command listens.
  writeFileSync(
    path,
    `import { writeSync } from 'node:fs';
import { catalog } from ${JSON.stringify(LIBRARY_URL)};
const strategy = catalog.find(({ name }) => name === 'event-lock');
export default { ...strategy, name: 'telling', open(context) { writeSync(2, 'open\\n'); return strategy.open(context); } };
`,
  );
  const sale = ['--rate', '1000', '--requests', '100000'];
  const args = ['compare', '--strategies', path, '--blocks', '1000', ...sale, '--format', 'json'];
  const { child, ended } = startSim(args);
  child.stderr?.once('data', () => child.kill('SIGINT'));
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors));
  const { results, blocks } = JSON.parse(stdout) as Comparison;
  assert.deepEqual([results, blocks?.blocks, blocks?.runs], [[], 0, []]);
});

/** Command lines that are refused, and what the one line on stderr says. */
const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['--blocks', '1'], /--blocks must be a whole number from 2 to 1000; got "1"/],
  [['--blocks', '1001'], /got "1001"/],
  [['--blocks', 'many'], /got "many"/],
  [
    ['--blocks', '2', '--discard', '-1'],
    /--discard must be a whole number from 0 to 100; got "-1"/,
  ],
  [['--discard', '2'], /--discard goes with --blocks only/],
  [['--baseline', 'rw-lock'], /--baseline goes with --blocks only/],
  [
    ['--blocks', '2', '--baseline', 'rw-lok'],
    /--baseline must be .*; got "rw-lok"; did you mean "rw-lock"\?/,
  ],
  [
    ['--blocks', '2', '--strategies', 'check-then-act'],
    /none of check-then-act keeps from overselling/,
  ],
  [
    ['--rate', 'max', '--duration', '1s', '--trace-out', 'sale.trace'],
    /another length for each strategy; give --requests/,
  ],
];

describe('refused in one line, with nothing on stdout', { concurrency: 2 }, () => {
  const refused = simLines(() => REFUSALS.map(([args]) => ['compare', ...args]));
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim compare ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.match(stderr, /^sim: [^\n]+\n$/);
      assert.match(stderr, message);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
  }

  test('one stream for all blocks: --trace and --trace-out', async () => {
    const trace = join(folder, 'sale.trace');
    const args = ['compare', '--strategies', 'event-lock', '--blocks', '2'];
    const saving = await sim(...args, '--trace-out', trace);
    assert.match(saving.stderr, /^sim: --trace-out saves one stream, and --blocks/);
    await sim('run', '--strategy', 'event-lock', ...SALE, '--trace-out', trace);
    const { code, stderr } = await sim(...args, '--trace', trace);
    assert.match(stderr, /^sim: --trace replays one stream, and --blocks/);
    assert.equal(code, 2);
  });
});
