// What a person sees who asks how strategies scale: the real command.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sweep } from '../../src/index.ts';
import { sim, simLines, startSim } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

const TINY = ['--requests', '300', '--repeats', '1'];

test('threads: a table, a plot and the law on stdout alone, in 100 columns; exit 0', async () => {
  const { code, stdout, stderr } = await sim(
    'sweep',
    '--threads',
    '1,2,3,4',
    '--strategies',
    'compare-and-swap',
    ...TINY,
  );
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^threads 1, 2, 3, 4: as fast as possible, 1,000 clients/);
  assert.match(stdout, /^compare-and-swap +1\*? exact +1( void)? /m);
  assert.match(stdout, /^ +4\*? exact +1( void)? /m);
  // Without valid runs, which a busy machine may not give, there is no law; but that is said.
  assert.match(stdout, /^compare-and-swap: lambda .*R2|^no scalability law: it takes 4/m);
  assert.match(stdout, /^again +sim sweep --strategies compare-and-swap --threads 1,2,3,4/m);
  assert.ok(stdout.split('\n').every((line) => line.length <= 100));
});

test('rates: the default strategies, to a file as CSV', async () => {
  const out = join(modules.folder, 'rates.csv');
  const { code, stdout } = await sim(
    'sweep',
    '--rate',
    '2000,1000',
    ...TINY,
    '--format',
    'csv',
    '--out',
    out,
  );
  assert.deepEqual([code, stdout], [0, '']);
  const lines = readFileSync(out, 'utf8').trimEnd().split('\r\n');
  const named = lines.slice(1).map((line) => line.split(',').slice(0, 3).join(' '));
  assert.deepEqual(
    named,
    ['compare-and-swap', 'global-lock', 'event-lock'].flatMap((strategy) => [
      `${strategy} rate 1000`,
      `${strategy} rate 2000`,
    ]),
  );
});

test('a strategy of your own that oversells: exit 1; the control that is kept to: exit 0', async () => {
  const greedy = modules.write('greedy', 'return inventory.issue(event, quantity);');
  const args = ['--clients', '5,10', '--tickets', '20', ...TINY, '--format', 'json'];
  const own = await sim('sweep', '--strategies', greedy, ...args);
  assert.equal(own.code, 1);
  const [curve] = (JSON.parse(own.stdout) as Sweep).curves;
  for (const { verdicts, oversold, brokenPromises } of curve?.points ?? []) {
    assert.deepEqual([verdicts, brokenPromises], [{ oversold: 1 }, ['noOversell']]);
    assert.ok(oversold > 0);
  }
  const control = await sim('sweep', '--strategies', 'check-then-act', ...args);
  assert.equal(control.code, 0);
});

test('a strategy that throws: void, no figures, exit 1', async () => {
  const thrower = modules.write(
    'thrower',
    "if (calls() === 9) throw new Error('boom'); return grant();",
  );
  const { code, stdout } = await sim(
    'sweep',
    '--strategies',
    thrower,
    '--tickets',
    '1000,2000',
    ...TINY,
  );
  assert.equal(code, 1);
  assert.match(stdout, /^thrower +1000 incomplete +1 void +-/m);
  assert.match(stdout, /^thrower: 2 of 2 runs void \(at 1000, 2000\): [\s\S]*boom/m);
});

test('Ctrl-C keeps the runs that were complete: exit 130', async () => {
  const begun = join(modules.folder, 'begun');
  writeFileSync(begun, '');
  // The second sale, whichever it is, never ends.
  const strategy = modules.write(
    'second-never-ends',
    `const fs = process.getBuiltinModule('node:fs');
    if (calls() === 1) fs.appendFileSync(${JSON.stringify(begun)}, 'x');
    if (real && fs.readFileSync(${JSON.stringify(begun)}).length === 2) for (;;);
    return grant();`,
  );
  const { child, ended } = startSim([
    'sweep',
    '--strategies',
    strategy,
    '--clients',
    '5,10',
    ...TINY,
    '--format',
    'json',
  ]);
  while (readFileSync(begun).length < 2) await delay(20);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  const { interrupted, curves, values } = JSON.parse(stdout) as Sweep;
  assert.deepEqual([interrupted, values], [true, ['5', '10']]);
  assert.deepEqual(
    curves[0]?.points.map(({ runs, verdicts }) => [runs, verdicts]),
    [[1, { exact: 1 }]],
  );
});

describe('mistakes: exit 2 and one line', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /needs several values for one of --threads/],
    [['--threads', '1,2', '--repeats', '0'], /--repeats must be a whole number from 1 to 1000/],
    [['--threads', '1,2', '--strategies', 'rw-lock,rw-lock'], /names rw-lock twice/],
    [['--threads', '1,2', '--trace', 'x'], /sim sweep has no option --trace/],
  ];
  const refused = simLines(() => cases.map(([args]) => ['sweep', ...args]));
  for (const [index, [args, message]] of cases.entries()) {
    test(`sweep ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
