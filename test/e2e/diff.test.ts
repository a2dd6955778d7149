// What a person or a pipeline sees that compares two results: the real command and its exit codes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Difference } from '../../src/sim/difference.ts';
import type { RunResult } from '../../src/sim/result.ts';
import { sweepOf } from '../support/measured.ts';
import { oversoldResult, resultOf } from '../support/results.ts';
import { type Ended, sim, simLines } from '../support/sim-command.ts';

const SALE = ['--scenario', 'hot-event', '--requests', '3000', '--tickets', '20', '--threads', '2'];

let folder = '';

function at(file: string): string {
  return join(folder, file);
}

function put(file: string, content: object): void {
  writeFileSync(at(file), JSON.stringify(content));
}

function assertEnded({ code, stderr }: Ended, expected: number): void {
  assert.deepEqual({ code, stderr }, { code: expected, stderr: '' });
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-diff-'));
  const slow = { throughput: { completedPerSecond: 1_000_000 } };
  put('good.json', resultOf('event-lock'));
  put('slow.json', resultOf('event-lock', slow));
  put('bad.json', { ...oversoldResult(3), strategy: 'event-lock' });
  put('other.json', resultOf('event-lock', { environment: { cores: 64 } }));
  put('batch.json', resultOf('batch'));
  put('sweep.json', sweepOf('event-lock', { '1': [1, 2, 3] }));
  put('exploration.json', { schemaVersion: 1, strategy: 'event-lock', verdict: 'proved' });
});
after(() => rmSync(folder, { recursive: true }));

test('two real runs of one scenario are compared, a run and a comparison with it, too', async () => {
  const json = ['--format', 'json', '--out'];
  await sim('run', '--strategy', 'event-lock', ...SALE, ...json, at('run.json'));
  const strategies = ['--strategies', 'event-lock,compare-and-swap'];
  await sim('compare', ...strategies, ...SALE, ...json, at('compare.json'));
  const ended = await sim('diff', at('run.json'), at('compare.json'), '--format', 'json');
  assertEnded(ended, 0);
  const { pairs, onlyAfter } = JSON.parse(ended.stdout) as Difference;
  const [pair] = pairs;
  assert.deepEqual([pair?.strategy, pair?.audit.changes, pairs.length], ['event-lock', [], 1]);
  // A busy machine may make a run void; what sim measured is otherwise comparable to itself.
  const { health } = JSON.parse(readFileSync(at('run.json'), 'utf8')) as RunResult;
  if (health.valid) assert.ok(!pair?.reasons.some((reason) => reason.startsWith('another')));
  assert.deepEqual(onlyAfter, ['compare-and-swap']);
});

describe('exit codes', () => {
  const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [
      ['good.json', 'slow.json'],
      0,
      /^Slower in one run each: event-lock \(requests\/s 0\.667 times/m,
    ],
    [['good.json', 'slow.json', '--fail-on', 'slower'], 1, /^Slower/m],
    [['good.json', 'slow.json', '--fail-on', 'slower', '--tolerance', '60%'], 0, /^Tie/m],
    [['good.json', 'bad.json'], 1, /^BROKEN: event-lock: .*now oversells 3/m],
    [['good.json', 'other.json'], 0, /^Not comparable: another number of cores: 2 and 64\.$/m],
    [['good.json', 'other.json', '--fail-on', 'slower'], 1, /^Not comparable/m],
    [['good.json', 'batch.json', '--fail-on', 'slower'], 1, /^No strategy is in both/m],
  ];
  const told = simLines(() =>
    cases.map(([[one = '', other = '', ...options]]) => ['diff', at(one), at(other), ...options]),
  );
  for (const [index, [args, code, says]] of cases.entries()) {
    test(`${args.join(' ')}: ${code}`, async () => {
      const ended = await told(index);
      assertEnded(ended, code);
      assert.match(ended.stdout, says);
    });
  }
});

test('a process ends with what is decided: 1 for an oversell, 2 for no result', async () => {
  assert.equal((await sim('diff', at('good.json'), at('bad.json'))).code, 1);
  assert.equal((await sim('diff', at('good.json'), at('exploration.json'))).code, 2);
});

describe('mistakes: exit 2 and one line', () => {
  const cases: readonly (readonly [what: string, args: () => string[], says: RegExp])[] = [
    [
      'nothing',
      () => [],
      /^sim: sim diff needs the files of two results: sim diff FIRST SECOND\n$/,
    ],
    [
      'one file',
      () => [at('good.json')],
      /^sim: sim diff needs the files of two results: sim diff FIRST SECOND\n$/,
    ],
    [
      'three files',
      () => [at('good.json'), at('good.json'), 'c.json'],
      /^sim: sim diff takes FIRST SECOND and options only; got "c\.json"\n$/,
    ],
    ['no such file', () => [at('good.json'), at('none')], /^sim: cannot read .*none: ENOENT/],
    [
      'a result of another command',
      () => [at('good.json'), at('exploration.json')],
      /exploration\.json is not a result of sim run, sim compare or sim sweep \(--format json\)\n$/,
    ],
    [
      'a sweep and a run',
      () => [at('sweep.json'), at('good.json')],
      /is a sweep over --threads and .* is no sweep/,
    ],
    [
      'a tolerance without its sign',
      () => [at('good.json'), at('good.json'), '--tolerance', '0.1'],
      /^sim: --tolerance must be from 0% to 1000%, such as 10%; got "0\.1"\n$/,
    ],
    [
      'another failure',
      () => [at('good.json'), at('good.json'), '--fail-on', 'slow'],
      /^sim: --fail-on must be one of broken, slower; got "slow"; did you mean "slower"\?\n$/,
    ],
    [
      'over one of them',
      () => [at('good.json'), at('slow.json'), '--out', at('slow.json')],
      /^sim: the second and --out are the same file: /,
    ],
  ];
  const refused = simLines(() => cases.map(([, args]) => ['diff', ...args()]));
  for (const [index, [what, , says]] of cases.entries()) {
    test(what, async () => {
      const { code, stdout, stderr } = await refused(index);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, says);
      assert.equal(stderr.split('\n').length, 2, stderr);
    });
  }
});
