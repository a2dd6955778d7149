// Strategies in memory beside those that sell from stores: the real command, and the published test.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Comparison, Sweep } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import type { ServerKind } from '../../src/store/stored.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { type Ended, sim, simEach } from '../support/sim-command.ts';

const KINDS: readonly ServerKind[] = ['postgres', 'redis'];
const folder: string = mkdtempSync(join(tmpdir(), 'onsale-families-'));
after(() => rmSync(folder, { recursive: true }));

const SEED3 = ['compare', '--scenario', 'seed3'];

/** The words of a command line that quotes nothing. */
function words(line: string): string[] {
  return line.split(' ');
}

test('the preset with other strategies: its columns and figures, and what each came to; exit 0', async () => {
  const args = [...SEED3, '--duration', '300ms', '--strategies', 'event-lock,file-log'];
  const { code, stdout } = await sim(...args);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^300ms of requests in a closed loop, 80 clients, 4 events of 10,000 tickets/,
  );
  assert.match(stdout, /each strategy got as much as it answered in 300ms: from/);
  assert.match(stdout, /^event-lock +[\d,]+ +[\d.]+ +[\d,]+$/m);
  assert.match(stdout, /cannot be compared with ours/);
  assert.ok(stdout.split('\n').every((line) => line.length <= 100));
});

test('in blocks, for a time: ratios of requests a second, whatever their number', async () => {
  const { code, stdout } = await sim(
    ...words('compare --clients 8 --rate max --duration 20ms --blocks 2 --discard 0'),
    ...words('--strategies compare-and-swap,event-lock --format json'),
  );
  const { blocks } = JSON.parse(stdout) as Comparison;
  assert.equal(code, 0);
  assert.equal(blocks?.runs.length, 6);
  for (const { metrics } of blocks?.runs ?? []) assert.ok((metrics.completedPerSecond ?? 0) > 0);
});

describe('with servers', { skip: withoutServers(KINDS) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(KINDS);
  });
  after(() => provision.stop());

  function simHere(...args: string[]): Promise<Ended> {
    const { postgres = '', redis = '' } = provision.urls;
    return sim(...args, '--postgres', postgres, '--redis', redis);
  }

  test('by default the preset sells by memory, with retry, in batches, and with Redis', async () => {
    const args = [...SEED3, '--duration', '500ms', '--format', 'json'];
    const { code, stdout, stderr } = await simHere(...args);
    assert.deepEqual([code, stderr], [0, '']);
    const { results } = JSON.parse(stdout) as Comparison;
    assert.deepEqual(
      results.map(({ strategy }) => strategy),
      ['compare-and-swap', 'pg-version', 'pg-batch', 'redis-pg'],
    );
    for (const { strategy, scenario, audit, outcomes, stream } of results) {
      assert.deepEqual([strategy, scenario.preset, audit.verdict], [strategy, 'seed3', 'exact']);
      const answers = Object.values(outcomes).reduce((total, count) => total + count, 0);
      assert.equal(answers, stream.requests, strategy);
    }
  });

  test('another strategy joins those of the preset', async () => {
    const args = [...SEED3, '--duration', '50ms', '--strategy', 'pg-update', '--format', 'json'];
    const { results } = JSON.parse((await simHere(...args)).stdout) as Comparison;
    assert.equal(results.length, 5);
    assert.equal(results.at(-1)?.strategy, 'pg-update');
  });

  test('what a mixed comparison prints as JSON is reported in every format, and does not differ from itself', async () => {
    const path = join(folder, 'mixed.json');
    const sold = await simHere(
      ...words('compare --strategies compare-and-swap,file-log,pg-update,redis-lua'),
      ...words('--requests 400 --rate max --clients 20 --format json --out'),
      path,
    );
    assert.deepEqual([sold.code, sold.stderr], [0, '']);
    const formats = ['table', 'markdown', 'csv', 'html', 'json'];
    const reports = await simEach(formats.map((format) => ['report', path, '--format', format]));
    for (const [index, { code, stdout, stderr }] of reports.entries()) {
      const format = formats[index];
      assert.deepEqual([code, stderr], [0, ''], format);
      assert.match(stdout, /redis-lua/);
      if (format === 'json') assert.equal(stdout, readFileSync(path, 'utf8'));
    }
    const difference = await sim('diff', path, path);
    assert.equal(difference.code, 0);
    assert.doesNotMatch(difference.stdout, /another/);
  });

  for (const [flag, values] of [
    ['rate', '200,400'],
    ['clients', '1,8'],
  ] as const) {
    test(`sim sweep sells from PostgreSQL over --${flag}`, async () => {
      const { code, stdout } = await simHere(
        ...words(`sweep --strategies pg-update --${flag} ${values} --duration 200ms`),
        ...words('--repeats 1 --connections 4 --format json'),
      );
      const { curves, command } = JSON.parse(stdout) as Sweep;
      assert.equal(code, 0);
      assert.deepEqual(
        curves[0]?.points.map(({ value, verdicts }) => [value, verdicts]),
        values.split(',').map((value) => [value, { exact: 1 }]),
      );
      assert.match(command, / --connections 4$/);
    });
  }
});
