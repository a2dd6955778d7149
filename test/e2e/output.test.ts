import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Comparison, RunResult } from '../../src/index.ts';
import { sim, simInShell, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

const SHORT = ['--requests', '2000', '--rate', 'max', '--tickets', '100'];
const RUN = ['run', '--strategy', 'rw-lock', ...SHORT];

let folder = '';
let modules: StrategyModules;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-output-'));
  modules = strategyModules();
});
after(() => {
  rmSync(folder, { recursive: true });
  modules.remove();
});

test('--format json prints one object and nothing else', async () => {
  const { code, stdout, stderr } = await sim(...RUN, '--format', 'json');
  const result = JSON.parse(stdout) as RunResult;
  assert.equal(result.strategy, 'rw-lock');
  assert.equal(result.stream.requests, 2000);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('what a strategy prints itself does not get into the JSON', async () => {
  const strategy = modules.write(
    'talks',
    "if (calls() === 1) console.log('sold one'); return grant();",
  );
  const { stdout } = await sim('run', '--strategy', strategy, ...SHORT, '--format', 'json');
  assert.equal((JSON.parse(stdout) as RunResult).strategy, 'talks');
});

test('the table, Markdown and CSV are printed without colour into a pipe', async () => {
  const texts = new Map<string, string>();
  for (const format of ['table', 'markdown', 'csv']) {
    const { code, stdout, stderr } = await sim(...RUN, '--format', format);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(stdout.includes('\u001b'), false);
    texts.set(format, stdout);
  }
  assert.match(texts.get('table') ?? '', /^rw-lock\nverdict {8}exact: /);
  assert.match(texts.get('markdown') ?? '', /^\| rw-lock \| exact /m);
  assert.match(texts.get('csv') ?? '', /^schemaVersion,strategy,.*\r\n1,rw-lock,/);
});

test('a comparison of two, with the control in it, is done: exit 0', async () => {
  const strategies = 'check-then-act,compare-and-swap';
  const args = ['--strategies', strategies, '--scenario', 'last-ticket', '--format', 'json'];
  const { code, stdout, stderr } = await sim('compare', ...args);
  const { results } = JSON.parse(stdout) as Comparison;
  assert.deepEqual(
    results.map(({ strategy, audit }) => [strategy, audit.verdict]),
    [
      ['check-then-act', 'oversold'],
      ['compare-and-swap', 'exact'],
    ],
  );
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test("compare takes one more strategy, such as one's own, beside the list", async () => {
  const own = modules.write('my-own', 'return grant();');
  const list = ['--strategies', 'compare-and-swap', '--strategy', own, '--format', 'json'];
  const { code, stdout } = await sim('compare', ...list, ...SHORT);
  const { results } = JSON.parse(stdout) as Comparison;
  assert.deepEqual(
    results.map(({ strategy }) => strategy),
    ['compare-and-swap', 'my-own'],
  );
  assert.equal(code, 0);
});

test('a run that broke a promise: exit 1', async () => {
  const { code, stdout } = await sim(
    'run',
    '--strategy',
    'check-then-act',
    '--scenario',
    'last-ticket',
  );
  assert.equal(code, 1);
  assert.match(stdout, /^promises +broken: .*noOversell/m);
});

test('a run whose worker died: exit 1, with the reason in the result', async () => {
  const strategy = modules.write('dies', 'if (calls() === 9) process.exit(3); return grant();');
  const { code, stdout, stderr } = await sim('run', '--strategy', strategy, ...SHORT);
  assert.match(stdout, /^verdict +incomplete: cut short: worker \d: /m);
  assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
});

for (const [what, text] of [
  ['ends the process', 'process.exit(0)'],
  ['waits for ever', 'await new Promise(() => {})'],
] as const) {
  test(`a strategy that ${what} while it is loaded: exit 1, in one line`, async () => {
    const strategy = join(modules.folder, 'never.mjs');
    writeFileSync(strategy, text);
    const { code, stdout, stderr } = await sim('run', '--strategy', strategy, ...SHORT);
    assert.match(stderr, /^sim: ended before there was a result$/m);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  });
}

test('--out writes the whole result to the file, nothing to stdout, and leaves nothing else', async () => {
  const out = join(folder, 'result.json');
  writeFileSync(out, 'what was there before, and longer than nothing');
  const { code, stdout, stderr } = await sim(...RUN, '--format', 'json', '--out', out);
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
  assert.equal((JSON.parse(readFileSync(out, 'utf8')) as RunResult).strategy, 'rw-lock');
  assert.deepEqual(readdirSync(folder), ['result.json']);
});

test('--out through a symbolic link writes to what it points at', async () => {
  const target = join(folder, 'target.txt');
  const link = join(folder, 'link.txt');
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  const { code } = await sim('strategies', '--out', link);
  assert.equal(code, 0);
  assert.ok(lstatSync(link).isSymbolicLink(), 'the link was replaced by a file');
  assert.match(readFileSync(target, 'utf8'), /^Strategies that sell from memory/);
});

test('--out through a link to a file that is not there yet makes that file', async () => {
  const nested = join(folder, 'nested');
  mkdirSync(nested);
  symlinkSync('nested/new.txt', join(folder, 'first.txt'));
  symlinkSync('first.txt', join(folder, 'second.txt'));
  const { code } = await sim('strategies', '--out', join(folder, 'second.txt'));
  assert.equal(code, 0);
  for (const link of ['first.txt', 'second.txt']) {
    assert.ok(lstatSync(join(folder, link)).isSymbolicLink(), `${link} was replaced by a file`);
  }
  assert.deepEqual(readdirSync(nested), ['new.txt']);
});

test('exit 1 with --out: one line on stderr says where to look', async () => {
  const out = join(folder, 'broken.txt');
  const { code, stdout, stderr } = await sim(...RUN, '--threshold', 'requests<2', '--out', out);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  assert.equal(stderr, `sim: exit status 1: ${out} says why\n`);
  assert.match(readFileSync(out, 'utf8'), /^thresholds +requests<2 broken: 2,000$/m);
});

test('--out into a named pipe writes to its reader', {
  skip: process.platform === 'win32' && 'no named pipes',
}, async () => {
  const pipe = join(folder, 'pipe');
  const read = `mkfifo ${pipe}; cat ${pipe} & reader=$!; "$@"; code=$?; sleep 0.2; kill $reader; exit $code`;
  const { stdout } = await simInShell(read, ['strategies', '--out', pipe]);
  assert.ok(lstatSync(pipe).isFIFO(), 'the pipe was replaced by a file');
  assert.match(stdout, /^Strategies that sell from memory/);
});

test('a reader that closes early sees no error', async () => {
  const { child, ended } = startSim(['run', '--help']);
  child.stdout?.destroy();
  const { stderr } = await ended;
  assert.equal(stderr, '');
  const piped = await simInShell('"$@" | head -n 1', ['strategies']);
  assert.equal(piped.stderr, '');
  assert.match(piped.stdout, /^Strategies that sell from memory.*\n$/);
});

test('a stream saved by --trace-out is replayed by --trace: 2,000 requests', async () => {
  const trace = join(folder, 'stream.trace');
  const saved = await sim(...RUN, '--format', 'json', '--trace-out', trace);
  const replayed = await sim(
    'run',
    '--strategy',
    'event-lock',
    '--format',
    'json',
    '--trace',
    trace,
  );
  const streams = [saved, replayed].map(({ stdout }) => (JSON.parse(stdout) as RunResult).stream);
  assert.deepEqual(streams[1], streams[0]);
  truncateSync(trace, 5000);
  const { code, stdout, stderr } = await sim('run', '--strategy', 'event-lock', '--trace', trace);
  assert.match(stderr, /^sim: [^\n]*stream\.trace is cut short: [^\n]*\n$/);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
});

test('a trace whose header was changed is refused, not believed', async () => {
  const trace = join(folder, 'changed.trace');
  await sim(...RUN, '--events', '4', '--trace-out', trace);
  const bytes = readFileSync(trace);
  const at = bytes.indexOf('"events":4');
  bytes.write('"events":1', at);
  writeFileSync(trace, bytes);
  const { code, stderr } = await sim('run', '--strategy', 'event-lock', '--trace', trace);
  assert.match(stderr, /^sim: [^\n]+\n$/);
  assert.equal(code, 2);
});
