import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Magnification } from '../../src/index.ts';
import { sim, simLines, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

let folder = '';
let modules: StrategyModules;
before(() => {
  modules = strategyModules();
  folder = mkdtempSync(join(tmpdir(), 'onsale-microscope-'));
});
after(() => {
  rmSync(folder, { recursive: true });
  modules.remove();
});

const CONTROL = [
  'microscope',
  '--strategy',
  'check-then-act',
  '--threads',
  '2',
  '--tickets',
  '1,2',
];
/** Slow work makes a race likely also where other tests take the processors. */
const SLOW = ['--rounds', '1000', '--work-inside', '50us'];
const SHORT = ['microscope', '--strategy', 'rw-lock', '--tickets', '2,1', '--rounds', '20'];

test('the control is caught and ends with 1, and its command shows it again', async () => {
  const { code, stdout, stderr } = await sim(...CONTROL, ...SLOW, '--format', 'json');
  assert.equal(stderr, '');
  const { verdict, brokenPromises, command, total } = JSON.parse(stdout) as Magnification;
  assert.equal(verdict, 'oversold', stdout);
  assert.ok(total.oversold > 0 && brokenPromises.includes('noOversell'), stdout);
  assert.equal(code, 1);
  assert.equal(
    command,
    'sim microscope --strategy check-then-act --threads 2 --tickets 1,2 --rounds 1000 --work-inside 50us --seed 42',
  );
  const again = await sim(...command.split(' ').slice(1));
  assert.equal(again.stderr, '');
  assert.match(again.stdout, /^verdict +oversold/m);
});

test('a strategy that keeps its promises ends with 0, in every format', async () => {
  for (const [format, begin] of [
    ['table', /^rw-lock\n2 threads race for the last tickets, /],
    ['markdown', /^\*\*rw-lock\*\*: /],
    ['csv', /^strategy,threads,/],
  ] as const) {
    const { code, stdout, stderr } = await sim(...SHORT, '--threads', '2', '--format', format);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, begin);
  }
});

test('sizes come in the order asked for, and the result goes where it is wanted', async () => {
  const out = join(folder, 'seen.json');
  const args = ['--cancels', '--format', 'json', '--out', out, '--quiet'];
  const { code, stdout } = await sim(...SHORT, ...args);
  assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
  const { sizes, cancels, command } = JSON.parse(readFileSync(out, 'utf8')) as Magnification;
  assert.deepEqual(
    sizes.map(({ tickets, rounds }) => [tickets, rounds]),
    [
      [2, 20],
      [1, 20],
    ],
  );
  assert.equal(cancels, true);
  assert.match(command, / --cancels /);
});

test('sim microscope --help shows options and examples in 100 columns', async () => {
  const { code, stdout } = await sim('microscope', '--help');
  assert.equal(code, 0);
  assert.match(stdout, /--tickets .*\[1,2,4,8,16\]/s);
  assert.match(stdout, /Examples:\n +sim microscope/);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
});

const ENDLESS = ['--threads', '2', '--rounds', '10000000'];
/** Says when a thread has sold more rounds than are sold in one go. */
const TELLING = `
  if (real) globalThis.sold = (globalThis.sold ?? 0) + 1;
  if (globalThis.sold === 2001) process.getBuiltinModule('node:fs').writeSync(2, 'under way\\n');
  return grant();`;

test('Ctrl-C ends it with what was seen until then, marked incomplete', async () => {
  const strategy = modules.write('telling', TELLING);
  const args = ['microscope', '--strategy', strategy, ...ENDLESS, '--format', 'json'];
  const { child, ended } = startSim(args);
  child.stderr?.once('data', () => child.kill('SIGINT'));
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 130);
  assert.match(stderr, /^(under way\n)+$/);
  const { verdict, health, total } = JSON.parse(stdout) as Magnification;
  assert.equal(verdict, 'incomplete');
  assert.equal(health.reasons[0], 'interrupted');
  assert.ok(total.rounds > 0 && total.oversold === 0, stdout);
});

const STRATEGY = ['microscope', '--strategy', 'rw-lock'];
const REFUSALS: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [['microscope'], /--strategy is needed/],
  [['microscope', '--strategy', 'rw-lok'], /did you mean "rw-lock"\?/],
  [[...STRATEGY, '--threads', '1'], /--threads must be at least 2, .*; got "1"/],
  [[...STRATEGY, '--threads', 'all'], /--threads must be .*; got "all"/],
  [[...STRATEGY, '--tickets', '1,0'], /--tickets must be a whole number from 1 to 1000; got "0"/],
  [[...STRATEGY, '--tickets', '1,1'], /--tickets names 1 twice/],
  [[...STRATEGY, '--tickets', ''], /--tickets must be .*; got ""/],
  [[...STRATEGY, '--rounds', '0'], /--rounds must be .*; got "0"/],
  [[...STRATEGY, '--work-inside', '5'], /--work-inside must be .*; got "5"/],
  [[...STRATEGY, '--seed', ''], /--seed must be .*; got ""/],
  [[...STRATEGY, '--time-limit', '1m'], /--time-limit must be .*; got "1m"/],
  [[...STRATEGY, '--format', 'svg'], /--format must be one of .*; got "svg"/],
  [[...STRATEGY, '--out', '/missing-folder/x'], /--out cannot write/],
  [[...STRATEGY, '--clients', '3'], /has no option --clients/],
];

describe('refused in one line, with nothing on stdout', () => {
  const refused = simLines(() => REFUSALS.map(([args]) => args));
  for (const [index, [args, message]] of REFUSALS.entries()) {
    test(`sim ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.match(stderr, /^sim: [^\n]+\n$/);
      assert.match(stderr, message);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
  }
});
