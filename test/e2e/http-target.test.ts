// `sim run --strategy http` as a person types it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { targetTerms } from '../../src/cli/target.ts';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import { http } from '../../src/store/http/http.ts';
import { coldRun } from '../support/cold-run.ts';
import { type OpenServer, openServer } from '../support/open-server.ts';
import { sim } from '../support/sim-command.ts';
import { openShop, type Shop } from '../support/small-shop.ts';

const RUSH = '--clients 30 --requests 90 --events 1 --tickets 40 --quantity 1 --quiet'.split(' ');

describe('a service that oversells', () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop('check, wait, then act');
  });
  after(() => shop.close());

  const asked = (...more: readonly string[]) => {
    const target = ['--strategy', 'http', '--target', shop.url, '--adapter', 'seed1'];
    return sim('run', ...target, ...RUSH, '--connections', '30', ...more);
  };

  test('is told with the event and its surplus, the lab’s limit and the target; the status is 1', async () => {
    const { code, stdout, stderr } = await asked();
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^verdict +oversold: sold \d+ tickets that did not exist/m);
    assert.match(stdout, /^wrong +event e0 has \d+ granted and \d+ left of 40$/m);
    assert.match(
      stdout.replace(/\n +/g, ' '),
      new RegExp(`service +${shop.url}, asked as seed1 says; this lab makes`),
    );
    assert.ok(
      stdout
        .replace(/ \\\n +/g, ' ')
        .includes(`--target ${shop.url} --adapter seed1 --connections 30`),
    );
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });

  test('beside a strategy in memory, its events are named below the table', async () => {
    const both = ['--strategies', 'compare-and-swap,http'];
    const target = ['--target', shop.url, '--adapter', 'seed1'];
    const { code, stdout } = await sim('compare', ...both, ...target, ...RUSH);
    assert.equal(code, 1);
    assert.match(stdout, /^http +oversold/m);
    assert.match(
      stdout.replaceAll('\n', ' '),
      /asked as seed1 says; event e\d+ has \d+ granted and/,
    );
  });

  test('mended, it is exact, and the status is 0', async () => {
    shop.bug = 'none';
    const { code, stdout } = await asked('--format', 'json');
    const { audit, store } = JSON.parse(stdout) as RunResult;
    assert.deepEqual([code, audit.verdict], [0, 'exact']);
    assert.equal(store?.service?.target, shop.url);
    assert.ok((store?.service?.labLimitPerSecond ?? 0) > 0);
  });
});

/** Options that are refused before anything is sent, and what is said. */
const REFUSALS: readonly (readonly [argv: Readonly<Record<string, string>>, message: RegExp])[] = [
  [{}, /http asks a service of yours: give its URL by --target/],
  [{ target: 'http://localhost:1' }, /give --adapter onsale, seed1, seed2, seed3, or a module/],
  [
    { target: 'http://localhost:1', adapter: 'sed1' },
    /no adapter "sed1"; .*did you mean "seed1"\?/,
  ],
  [{ target: 'http://192.0.2.7', adapter: 'seed1' }, /is not this machine: .*--i-own-this-target/],
  [
    { target: 'http://localhost:1', adapter: 'seed1', 'answer-within': '0' },
    /--answer-within must be a time/,
  ],
];

for (const [argv, message] of REFUSALS) {
  test(`the strategy http with ${JSON.stringify(argv)} is refused`, async () => {
    await assert.rejects(targetTerms(argv, [http]), { name: 'InputError', message });
  });
}

test('a target without the strategy http is refused', async () => {
  const message = /--target is for the strategy http/;
  await assert.rejects(targetTerms({ target: 'http://localhost:1' }, []), { message });
});

test('a target that nobody listens at is told in one line, with status 2', async () => {
  const target = ['--target', 'http://localhost:1', '--adapter', 'seed1'];
  const { code, stdout, stderr } = await sim('run', '--strategy', 'http', ...target);
  assert.deepEqual([code, stdout], [2, ''], stderr);
  assert.match(stderr, /^sim: --target http:\/\/localhost:1 cannot be reached: .*REFUSED.*\n$/);
});

describe('the service of sim serve', () => {
  const servers: OpenServer[] = [];
  after(() => Promise.all(servers.map((server) => server.close())));

  /** Opens it, and sells from it. */
  async function soldBy(adapter: string, guests: 'all' | 'none', mix: string): Promise<RunResult> {
    const server = await openServer({ terms: { guests } });
    servers.push(server);
    const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
    if (adapter === 'seed2') {
      const body = { name: 'Jazz', date: '2099-01-01', capacity: 60 };
      for (const name of ['Jazz', 'Rock'])
        await server.ask('POST /events', { body: { ...body, name } });
    }
    const result = await coldRun({
      strategy: 'http',
      measures: false,
      scenario: resolveScenario({
        fields: {
          clients: '20',
          requests: '120',
          events: '2',
          tickets: '60',
          quantity: '1..3',
          threads: '1',
          mix,
        },
      }),
      stores: { servers: {}, target: { url, adapter, labLimitPerSecond: 1e6 } },
    });
    const left = (await server.ask('GET /events')).body.events.length;
    assert.equal(left, adapter === 'onsale' ? 0 : 2, 'events that are left');
    return result;
  }

  for (const [adapter, guests, mix] of [
    ['onsale', 'all', 'reserve=7,browse=1,cancel=2'],
    ['onsale', 'none', 'reserve=7,browse=1,cancel=2'],
    ['seed1', 'all', 'reserve=9,browse=1'],
    ['seed2', 'all', 'reserve=9,browse=1'],
  ] as const) {
    test(`is exact, asked as ${adapter} says, with ${guests === 'all' ? 'guests' : 'accounts'}`, async () => {
      const { audit, outcomes, store } = await soldBy(adapter, guests, mix);
      assert.equal(audit.verdict, 'exact', JSON.stringify([audit, outcomes, store]));
      assert.ok(outcomes.reserved > 0 && outcomes.failed === 0, JSON.stringify(outcomes));
    });
  }
});
