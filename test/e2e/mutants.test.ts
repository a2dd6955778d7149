// What a person sees who asks which checker catches what: the real command.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DetectionMatrix } from '../../src/sim/matrix.ts';
import { sim, simLines } from '../support/sim-command.ts';
import { type StrategyModules, strategyModules } from '../support/strategy-modules.ts';

let modules: StrategyModules;
before(() => {
  modules = strategyModules();
});
after(() => modules.remove());

const QUICK = ['mutants', '--checkers', 'contract,explorer'];

test('a known bug and a correct strategy: exit 0, on stdout alone', async () => {
  const { code, stdout, stderr } = await sim(
    ...QUICK,
    '--strategy',
    'double-dispatch,compare-and-swap',
  );
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^double-dispatch +14 \S+ +\d+ \S+$/m);
  assert.match(stdout, /^compare-and-swap +clean +clean$/m);
  assert.ok(stdout.split('\n').every((line) => line.length <= 100));
});

test('all five checkers on one bug, as JSON', async () => {
  const { code, stdout } = await sim(
    'mutants',
    '--strategy',
    'last-ticket-kept',
    '--format',
    'json',
  );
  const { rows, missed, command } = JSON.parse(stdout) as DetectionMatrix;
  assert.deepEqual([code, missed, command], [0, 0, 'sim mutants --strategy last-ticket-kept']);
  const [row] = rows;
  assert.equal(row?.trials.length, 5);
  for (const { checker, required, caught, finding } of row?.trials ?? []) {
    assert.ok(required && caught && finding, checker);
  }
});

test('a strategy of your own that is wrong is flagged: exit 1, and what it does is said', async () => {
  const wrong = modules.write(
    'mine',
    `if (quantity < 1) return -4;
    const at = inventory.remaining(event);
    const seen = words.load(at);
    if (seen < quantity) return -1;
    words.store(at, seen - quantity);
    return inventory.issue(event, quantity);`,
  );
  const { code, stdout } = await sim(...QUICK, '--strategy', wrong);
  assert.equal(code, 1);
  assert.match(stdout, /^mine +FLAGGED +FLAGGED$/m);
  assert.match(stdout, /flagged by explorer \(oversell: /);
});

describe('mistakes: exit 2 and one line', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [
      ['mutants', '--checkers', 'audits'],
      /--checkers must be among .*; got "audits"; did you mean "audit"\?/,
    ],
    [['mutants', '--strategy', 'nobody'], /there is no strategy "nobody"/],
    [['mutants', '--strategy', 'event-lock,'], /--strategy must be names separated by commas/],
    [['mutants', 'all'], /takes options only; got "all"/],
  ];
  const refused = simLines(() => cases.map(([args]) => args));
  for (const [index, [args, message]] of cases.entries()) {
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
