// Services with a bug, and their mends, asked over HTTP and never looked into: each is found out in every run.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type RunResult, resolveScenario, run, sweep } from '../../src/index.ts';
import { isBroken } from '../../src/sim/result.ts';
import { HttpConnections } from '../../src/store/http/connections.ts';
import { openAccountShop } from '../support/account-shop.ts';
import { until } from '../support/processes.ts';
import { openSchema } from '../support/schemas.ts';
import { openShop, type Shop, type ShopBug } from '../support/small-shop.ts';

const RUNS = 20;
/** Of those that leave requests without an answer, three kinds: together as many, but where time is no matter. */
const DOUBTFUL_RUNS: number = process.env['ONSALE_LONG'] === undefined ? 7 : RUNS;
/** No request waits longer for its answer, where it shall come: longer than a busy machine takes. */
const PATIENCE_MS = 10_000;
/** Nor where it does not come, or too late. */
const SETTLE_MS = 150;
/** More buyers than tickets, all of whom ask at once. */
const RUSH = { clients: '30', requests: '90', events: '1', tickets: '40', quantity: '1' };

const folder = mkdtempSync(join(tmpdir(), 'onsale-http-'));
const shops: Shop[] = [];
after(async () => {
  await Promise.all(shops.map((shop) => shop.close()));
  rmSync(folder, { recursive: true });
});

async function shopWith(bug: ShopBug): Promise<Shop> {
  const shop = await openShop(bug);
  shops.push(shop);
  return shop;
}

interface Terms {
  readonly adapter?: string;
  readonly labLimitPerSecond?: number;
  readonly settleMs?: number;
}

function soldBy(
  { url }: Pick<Shop, 'url'>,
  fields: Readonly<Record<string, string>> = {},
  { adapter = 'seed1', labLimitPerSecond = 1e6, settleMs = PATIENCE_MS }: Terms = {},
): Promise<RunResult> {
  return run({
    strategy: 'http',
    measures: fields['rate'] !== undefined,
    scenario: resolveScenario({ fields: { ...RUSH, threads: '1', ...fields } }),
    stores: {
      servers: {},
      connections: 30,
      settleMs,
      target: { url, adapter, labLimitPerSecond },
    },
  });
}

/** The verdict of each of so many runs, and what else is to hold of each. */
async function everyRun(
  runs: number,
  bug: ShopBug,
  verdict: RunResult['audit']['verdict'],
  fields: Readonly<Record<string, string>>,
  check: (result: RunResult) => void = () => {},
): Promise<void> {
  const shop = await shopWith(bug);
  shop.lateMs = 2 * SETTLE_MS;
  for (let at = 0; at < runs; at++) {
    const settleMs = verdict === 'indeterminate' ? SETTLE_MS : PATIENCE_MS;
    const result = await soldBy(shop, { ...fields, seed: `${at}` }, { settleMs });
    const told = JSON.stringify({ at, ...result.audit, ...result.store, ...result.health });
    assert.equal(result.audit.verdict, verdict, told);
    assert.equal(isBroken(result), verdict !== 'exact', told);
    check(result);
  }
}

describe('a service with a bug', () => {
  test(`one that checks, waits and then acts oversells in each of ${RUNS} runs, and the surplus is named`, () =>
    everyRun(RUNS, 'check, wait, then act', 'oversold', {}, ({ audit, store, tickets }) => {
      assert.ok(audit.oversold > 0 && audit.lostReceipts === 0);
      assert.deepEqual(audit.brokenPromises, ['noOversell']);
      assert.equal(audit.oversold, tickets.granted - 40);
      const [worst] = store?.service?.wrongEvents ?? [];
      assert.deepEqual([worst?.capacity, worst?.granted], [40, tickets.granted]);
    }));

  test(`its mend is exact in each of ${RUNS} runs`, () =>
    everyRun(RUNS, 'none', 'exact', {}, ({ tickets, store, audit }) => {
      assert.deepEqual([tickets.granted, audit.unsold], [40, 0]);
      assert.deepEqual([store?.service?.wrongEvents, store?.service?.duplicates], [[], []]);
    }));

  test('one that gives two buyers one receipt is inconsistent, and the tickets are named', () =>
    everyRun(RUNS, 'one receipt for two', 'inconsistent', { threads: '2' }, ({ audit, store }) => {
      assert.equal(audit.duplicateTickets, 8);
      const { duplicates = [] } = store?.service ?? {};
      assert.equal(duplicates.length, 8);
      for (const { ticket, clients } of duplicates) {
        assert.match(ticket, /^[0-9a-f]{8}-ticket$/);
        assert.equal(new Set(clients).size > 1 || clients.length > 1, true);
      }
    }));

  test('one that answers 200 and sells nothing is inconsistent: its receipts are for nothing', () =>
    everyRun(RUNS, 'sells nothing', 'inconsistent', { requests: '30' }, ({ audit, store }) => {
      assert.equal(audit.lostReceipts, 30);
      assert.equal(store?.readBack?.surplus, 30);
      assert.equal(store?.service?.wrongEvents[0]?.available, 40);
    }));

  test('one that says sold out too early undersells', () =>
    everyRun(RUNS, 'sold out too early', 'undersold', {}, ({ audit }) => {
      assert.equal(audit.falseSoldOut > 0 && audit.unsold === 7, true, JSON.stringify(audit));
    }));

  const doubtful = ['answers garbage', 'never answers', 'answers late'] as const;
  for (const [at, bug] of doubtful.entries()) {
    test(`one that ${bug} leaves the run indeterminate`, () =>
      everyRun(
        DOUBTFUL_RUNS,
        bug,
        'indeterminate',
        { requests: '60', seed: `${at}` },
        ({ outcomes, store }) => {
          assert.ok((outcomes.indeterminate ?? 0) > 0);
          assert.equal(store?.inDoubt.reserves, outcomes.indeterminate);
          assert.equal(store?.inDoubt.served, null);
          assert.equal(store?.readBack?.missing, 0);
        },
      ));
  }
});

describe('grants that are not what was asked for', () => {
  const PAIRS = { quantity: '3', requests: '40', tickets: '60' };
  const found = async (bug: ShopBug): Promise<RunResult> => soldBy(await shopWith(bug), PAIRS);

  test('with fewer tickets, or none, they are lost receipts', async () => {
    for (const bug of ['fewer tickets', 'no tickets'] as const) {
      const { audit, store } = await found(bug);
      assert.equal(audit.verdict, 'inconsistent', bug);
      assert.equal(store?.service?.shortGrants, 4, bug);
      assert.equal(audit.lostReceipts, 4, bug);
    }
  });

  test('with more tickets, what is too many is oversold', async () => {
    const { audit, store, tickets } = await found('more tickets');
    assert.deepEqual([audit.verdict, audit.oversold], ['oversold', 4]);
    assert.deepEqual([store?.service?.overGrants, tickets.granted], [4, 64]);
  });

  test('with one ticket twice, it is a duplicate', async () => {
    const { audit } = await found('a ticket twice');
    assert.deepEqual([audit.verdict, audit.duplicateTickets], ['inconsistent', 4]);
  });
});

/** As seed 1's, and it can give back. */
function adapterModule(name: string, more: string): string {
  const path = join(folder, `${name}.mjs`);
  const listed = 'json.events.map(({ id, available_tickets: available }) => ({ id, available }))';
  writeFileSync(
    path,
    `export default { name: '${name}',
      list: { request: () => ({ method: 'GET', path: '/events' }), read: ({ json }) => ${listed} },
      create: { request: ({ name, tickets }) => ({ method: 'POST', path: '/events/create',
        body: { name, date: '2099-12-31', total_tickets: String(tickets) } }), read: ({ json }) => json.id },
      reserve: { request: ({ event, quantity }) => ({ method: 'POST',
        path: \`/events/\${event}/reserve?num_tickets=\${quantity}\` }),
        read: ({ status, json }) => status === 200 ? { tickets: json } : 'sold out' },
      ${more} };`,
  );
  return path;
}

const CANCEL = `cancel: { request: ({ event, tickets }) => ({ method: 'POST',
  path: \`/events/\${event}/cancel?tickets=\${encodeURIComponent(tickets.join(' '))}\` }),
  read: ({ status }) => status === 200 ? 'cancelled' : undefined }`;

test('a ticket that came back may be granted again: that is told, and is no duplicate', async () => {
  const adapter = adapterModule('gives-back', CANCEL);
  const mix = { mix: 'reserve=60,cancel=40', requests: '200', tickets: '20' };
  const { audit, store, tickets } = await soldBy(await shopWith('none'), mix, { adapter });
  assert.equal(audit.verdict, 'exact', JSON.stringify([audit, store]));
  assert.ok(tickets.returned > 0);
  assert.ok((store?.service?.reissued ?? 0) > 0);
});

test('what a service that lists its sold tickets does not list is a lost receipt', async () => {
  // It says that nothing was ever sold.
  const held = `held: { request: () => ({ method: 'GET', path: '/events' }), read: () => [] }`;
  const adapter = adapterModule('forgets', held);
  const { audit, store } = await soldBy(await shopWith('none'), {}, { adapter });
  assert.deepEqual([audit.verdict, audit.lostReceipts], ['inconsistent', 40]);
  assert.equal(store?.readBack?.lost, 40);
});

/** An order has a key, and may be sent again or not. */
function keyed(repeatable: boolean): string {
  return `reserve: { repeatable: ${repeatable}, request: ({ event, quantity, key }) => ({ method: 'POST',
    path: \`/events/\${event}/reserve?num_tickets=\${quantity}\`, headers: { 'idempotency-key': key } }),
    read: ({ status, json }) => status === 200 ? { tickets: json } : 'sold out' }`;
}

test('an order whose answer was lost is sent again where its key is never sold twice, and settled', async () => {
  const settled = adapterModule('settles', keyed(true));
  const result = await soldBy(
    await shopWith('never answers'),
    {},
    { adapter: settled, settleMs: 8000 },
  );
  assert.equal(result.audit.verdict, 'exact', JSON.stringify(result.audit));
  assert.deepEqual([result.outcomes.indeterminate, result.contention.retries], [0, 8]);
  const once = adapterModule('sends-once', keyed(false));
  const shop = await shopWith('never answers');
  const { outcomes, contention } = await soldBy(shop, {}, { adapter: once, settleMs: 2000 });
  assert.deepEqual([outcomes.indeterminate, contention.retries], [8, 0]);
  assert.equal(shop.asked.filter((path) => path.endsWith('/reserve')).length, 90);
});

test('a service that sells nothing, since the adapter does not fit, has shown nothing', async () => {
  const wrong =
    "reserve: { request: () => ({ method: 'POST', path: '/nowhere' }), read: ({ status }) => status === 404 ? 'failed' : undefined }";
  const adapter = adapterModule('astray', wrong);
  const { audit, outcomes } = await soldBy(await shopWith('none'), {}, { adapter });
  assert.deepEqual([audit.verdict, outcomes.failed], ['indeterminate', 90]);
});

test('a scenario that gives tickets back needs an adapter that can', async () => {
  const shop = await shopWith('none');
  await assert.rejects(soldBy(shop, { mix: 'reserve=9,cancel=1' }), /seed1 cannot give .*--mix/);
});

test('a redirect is an answer that cannot be read, and nobody follows it', async () => {
  const shop = await shopWith('none');
  const adapter = adapterModule(
    'redirected',
    "held: { request: () => ({ method: 'GET', path: '/moved' }), read: ({ status }) => status === 200 ? [] : undefined }",
  );
  const { audit, health } = await soldBy(shop, {}, { adapter });
  assert.equal(audit.verdict, 'incomplete');
  assert.match(health.reasons.join(), /held\.read of the adapter redirected cannot read .* \(302 /);
});

test('no other event of a service is touched, and no connection stays open', async () => {
  const shop = await shopWith('none');
  const other = shop.add('somebody else’s', 40);
  await soldBy(shop, { events: '2' });
  assert.equal(other.left, 40);
  assert.equal(shop.asked.filter((path) => path.includes(`/${other.id}/`)).length, 0);
  await until(async () => (await shop.connections()) === 0);
});

test('connections are ended with those who opened them, also where an answer never came', async () => {
  const shop = await shopWith('never answers');
  const { id } = shop.add('for one', 40);
  const connections = new HttpConnections(
    { origin: shop.url, prefix: '', lookup: undefined },
    {
      connections: 6,
      connectionWaitMs: PATIENCE_MS,
      contention: { retries: 0, waits: 0 },
      traffic: { roundTrips: 0, statements: 0 },
    },
  );
  const buy = { method: 'POST', path: `/events/${id}/reserve?num_tickets=1` };
  const asked = Array.from({ length: 6 }, () => connections.send(buy, 2000));
  const came = await Promise.allSettled(asked);
  assert.equal(came.filter(({ status }) => status === 'rejected').length, 1);
  assert.ok((await shop.connections()) > 0);
  await connections.close();
  await until(async () => (await shop.connections()) === 0);
});

test('a sweep measures the lab’s limit once for so many threads, and sells what sim serve can keep', async () => {
  const shop = await shopWith('none');
  const limits: (number | null | undefined)[] = [];
  await sweep({
    strategies: ['http'],
    request: { fields: { clients: '4,8', threads: '1', duration: '50ms' } },
    repeats: 1,
    stores: { servers: {}, connections: 8, target: { url: shop.url, adapter: 'seed1' } },
    onResult: ({ store }) => limits.push(store?.service?.labLimitPerSecond),
  });
  assert.equal(limits.length, 2);
  // Two measurements are never the same to the last digit.
  assert.equal(new Set(limits).size, 1, limits.join(' '));
  assert.ok(typeof limits[0] === 'number');
  assert.deepEqual([...new Set([...shop.events.values()].map(({ total }) => total))], [100_000]);
});

describe('a service with accounts, as seed system 3', () => {
  const fields = {
    events: '2',
    tickets: '30',
    quantity: '1..3',
    mix: 'reserve=7,browse=1,cancel=2',
  };

  test('is exact, with customers who cancel their own, and keeps no event of the sale', async () => {
    const shop = await openAccountShop();
    const { audit, tickets, outcomes } = await soldBy(shop, fields, { adapter: 'seed3' });
    assert.equal(audit.verdict, 'exact', JSON.stringify([audit, outcomes]));
    assert.deepEqual([tickets.returned > 0, outcomes.failed, shop.events.size], [true, 0, 0]);
    await shop.close();
  });

  test('that gives a whole batch one receipt is inconsistent', async () => {
    const shop = await openAccountShop(4);
    const unreturned = { ...fields, mix: 'reserve=1', events: '1' };
    const { audit, outcomes } = await soldBy(shop, unreturned, { adapter: 'seed3' });
    assert.equal(audit.verdict, 'inconsistent');
    assert.equal(audit.duplicateTickets, outcomes.reserved - Math.ceil(outcomes.reserved / 4));
    await shop.close();
  });
});

describe('a service that makes no events', () => {
  test('sells those that it lists with as many tickets as the scenario has', async () => {
    const shop = await shopWith('none');
    for (const total of [12, 40, 12]) shop.add(`of ${total}`, total);
    const adapter = adapterModule('lists', 'create: undefined');
    const fields = { events: '2', tickets: '12' };
    const { audit, tickets } = await soldBy(shop, fields, { adapter });
    assert.deepEqual([audit.verdict, tickets.granted], ['exact', 24]);
    assert.deepEqual(
      [...shop.events.values()].map(({ left }) => left),
      [0, 40, 0],
    );
  });

  test('that lists no such events is told what to give', async () => {
    const shop = await shopWith('none');
    for (const total of [12, 40, 12]) shop.add(`of ${total}`, total);
    const adapter = adapterModule('lists', 'create: undefined');
    const asked = soldBy(shop, { events: '3', tickets: '12' }, { adapter });
    await assert.rejects(
      asked,
      /3 events of 12 .*--events 2 --tickets 12, or --events 1 --tickets 40/,
    );
  });
});

test('a server that stands still for a second shows in the times from the intended start', async () => {
  const shop = await shopWith('none');
  shop.stall = { at: 60, ms: 1000 };
  const open = { rate: '100', requests: '240', tickets: '500', arrivals: 'constant' };
  const result = await soldBy(shop, { ...open, clients: '20' }, { settleMs: 4000 });
  assert.equal(result.outcomes.reserved, 240);
  const { max, p90, p50 } = result.responseTimeNs;
  assert.ok(max >= 1e9, `${max}`);
  // A hundred of them were due meanwhile, and waited for half a second on average; from their actual start only the
  // twenty that were on their way did.
  assert.ok(p90 >= 6e8, `p90 ${p90}, p50 ${p50}`);
});

describe('what the lab itself can do', () => {
  test('is measured and told', async () => {
    const shop = await shopWith('none');
    const result = await run({
      strategy: 'http',
      scenario: resolveScenario({ fields: { ...RUSH, threads: '2' } }),
      stores: { servers: {}, connections: 8, target: { url: shop.url, adapter: 'seed1' } },
    });
    const { labLimitPerSecond } = result.store?.service ?? {};
    assert.ok((labLimitPerSecond ?? 0) > 10, `${labLimitPerSecond}`);
    assert.ok(result.health.checks.some(({ name, ok }) => name === 'lab-limit' && ok));
    const { validate } = openSchema('result');
    assert.ok(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors));
  });

  test('makes a run void that offers more', async () => {
    const shop = await shopWith('none');
    const open = { rate: '200', requests: '60', arrivals: 'constant' };
    const { health } = await soldBy(shop, open, { labLimitPerSecond: 150 });
    assert.equal(health.valid, false);
    assert.match(
      health.reasons.join(),
      /200 requests\/s were offered, and this lab makes 150 at most/,
    );
    const within = await soldBy(shop, open, { labLimitPerSecond: 250 });
    assert.doesNotMatch(within.health.reasons.join(), /this lab/);
  });
});
