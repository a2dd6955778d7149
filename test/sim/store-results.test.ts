// What is told of a sale from a store: as the schema says, and with what served it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Comparison, compare, type RunResult, resolveScenario } from '../../src/index.ts';
import { toJson } from '../../src/report/to-json.ts';
import type { Provision } from '../../src/servers/provide.ts';
import type { ServerKind } from '../../src/store/stored.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { type Json, openSchema } from '../support/schemas.ts';

const KINDS: readonly ServerKind[] = ['postgres', 'redis'];
const FIELDS = { requests: '300', tickets: '20', mix: 'reserve=8,browse=1,cancel=1' };

const { validate } = openSchema('result');

/** A result as it is read back from what was printed. */
function printed(result: object): Json {
  return JSON.parse(toJson(result)) as Json;
}

function assertValid(result: object): void {
  assert.ok(validate(printed(result)), JSON.stringify(validate.errors));
}

function sold(strategies: readonly string[], provision?: Provision): Promise<Comparison> {
  return compare({
    warmsUp: false,
    strategies,
    scenario: resolveScenario({ fields: FIELDS }),
    ...(provision
      ? { stores: { servers: provision.urls, privateServers: ['postgres'], connections: 5 } }
      : {}),
  });
}

describe('sold from files', () => {
  let comparison: Comparison;
  before(async () => {
    comparison = await sold(['compare-and-swap', 'file-naive', 'file-lock', 'file-log']);
  });
  const fileLog = (): RunResult => comparison.results.at(-1) as RunResult;

  test('a comparison of memory and files is as the schema says, and so is each result', () => {
    assertValid(comparison);
    for (const result of comparison.results) assertValid(result);
  });

  test('it says what the store keeps apart and for good, and that no server served', () => {
    const [memory, ...files] = comparison.results;
    assert.equal('store' in printed(memory as RunResult), false);
    for (const { store } of files) {
      assert.equal(store?.family, 'file');
      assert.deepEqual(store?.servers, []);
      assert.ok(store.isolation !== '' && store.durability !== '');
    }
  });

  test('without any one of its fields, or with one of another type, a store is refused', () => {
    const { store } = printed(fileLog()) as { store: Json };
    for (const key of Object.keys(store)) {
      const { [key]: _, ...others } = store;
      assert.equal(validate({ ...printed(fileLog()), store: others }), false, `without ${key}`);
      const wrong = { ...store, [key]: key === 'servers' ? [{}] : false };
      assert.equal(validate({ ...printed(fileLog()), store: wrong }), false, `${key} false`);
    }
  });

  test('requests in doubt have a count and times of their own', () => {
    const { responseTimeByOutcomeNs, histograms, outcomes, ...others } = fileLog();
    const { reserved } = responseTimeByOutcomeNs;
    const { reserved: encoded } = histograms.responseTimeNs;
    assertValid({
      ...others,
      outcomes: { ...outcomes, indeterminate: 3 },
      responseTimeByOutcomeNs: { ...responseTimeByOutcomeNs, indeterminate: reserved },
      histograms: {
        ...histograms,
        responseTimeNs: { ...histograms.responseTimeNs, indeterminate: encoded },
      },
    });
  });

  test('a store that could not be read back is as the schema says', () => {
    const result = fileLog();
    assertValid({ ...result, store: { ...result.store, readBack: null } });
  });
});

describe('sold from servers', { skip: withoutServers(KINDS) }, () => {
  let provision: Provision;
  let comparison: Comparison;
  before(async () => {
    provision = await testServers(KINDS);
    comparison = await sold(['pg-update', 'redis-lua', 'redis-pg'], provision);
  });
  after(() => provision.stop());

  test('results are as the schema says', () => {
    assertValid(comparison);
    for (const result of comparison.results) assertValid(result);
  });

  test('they name the servers, their versions and settings, and which of them is private', () => {
    const [postgres, redis, both] = comparison.results.map(({ store }) => store?.servers ?? []);
    assert.deepEqual(
      [postgres, redis, both].map((servers) => servers?.map(({ kind }) => kind)),
      [['postgres'], ['redis'], ['postgres', 'redis']],
    );
    for (const server of both ?? []) {
      assert.match(server.version, /^\d+\.\d+/);
      assert.equal(server.private, server.kind === 'postgres');
    }
    assert.ok('fsync' in (postgres?.[0]?.settings ?? {}));
    assert.ok('appendfsync' in (redis?.[0]?.settings ?? {}));
  });

  test('the command line says how many connections were asked for, and no URL: it may hold a password', () => {
    for (const { command } of comparison.results) {
      assert.match(command, / --connections 5$/);
      assert.doesNotMatch(command, /:\/\//);
    }
  });
});
