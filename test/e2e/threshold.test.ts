// What a pipeline sees that demands something of a run: the real command and its exit codes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS } from '../../src/sim/metrics.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import { sim } from '../support/sim-command.ts';

const SALE = ['--rate', 'max', '--requests', '3000', '--tickets', '20', '--threads', '2'];

test('thresholds that hold: exit 0; one that does not: exit 1, and the JSON says which', async () => {
  const run = ['run', '--strategy', 'event-lock', ...SALE, '--format', 'json'];
  const held = ['--threshold', 'oversold==0', '--threshold', 'unsold == 0'];
  const kept = await sim(...run, ...held);
  assert.deepEqual([kept.code, kept.stderr], [0, '']);
  const broken = await sim(...run, ...held, '--threshold', 'requests<3e3');
  assert.deepEqual([broken.code, broken.stderr], [1, '']);
  const { thresholds = [] } = JSON.parse(broken.stdout) as RunResult;
  assert.deepEqual(
    thresholds.map(({ threshold, value, ok }) => [threshold, value, ok]),
    [
      ['oversold==0', 0, true],
      ['unsold==0', 0, true],
      ['requests<3e3', 3000, false],
    ],
  );
});

test('compare holds every strategy to each, the control too; a threshold on it is not forgiven', async () => {
  const compare = ['compare', '--strategies', 'check-then-act,event-lock', ...SALE];
  const json = [...compare, '--format', 'json', '--work-inside', '20us'];
  const kept = await sim(...json, '--threshold', 'requests==3000');
  assert.deepEqual([kept.code, kept.stderr], [0, '']);
  const broken = await sim(...json, '--threshold', 'oversold<0', '--threshold', 'requests==3000');
  assert.equal(broken.code, 1);
  const { results } = JSON.parse(broken.stdout) as Comparison;
  assert.deepEqual(
    results.map(({ thresholds }) => thresholds?.map(({ ok }) => ok)),
    [
      [false, true],
      [false, true],
    ],
  );
});

test('a threshold that is none: exit 2 and one line, before anything is sold', async () => {
  for (const [given, says] of [
    ['overslod==0', /^sim: --threshold knows no metric "overslod"; did you mean "oversold"\?/],
    ['p99<5', /^sim: --threshold must compare p99 to a time with a unit/],
  ] as const) {
    const args = ['--strategies', 'event-lock', '--requests', '100000000', '--threshold', given];
    const { code, stdout, stderr } = await sim('compare', ...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, says);
    assert.equal(stderr.split('\n').length, 2);
  }
});

test('help names every metric that there is', async () => {
  const { stdout } = await sim('run', '--help');
  const words = new Set(stdout.slice(stdout.indexOf('\nThresholds')).split(/[\s,:]+/));
  for (const { name } of METRICS) {
    const [prefix, statistic] = name.split('.');
    const shown = statistic === undefined ? [name] : [`${prefix}.`, statistic];
    assert.ok(
      shown.every((word) => words.has(word)),
      name,
    );
  }
});
