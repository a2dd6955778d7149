// Several servers on one database sell one event out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningInstances, serveInstances } from '../../src/http/instances.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { serverSettings } from '../support/server-settings.ts';

const INSTANCES = 3;
const CLIENTS = 40;
const TICKETS = 300;
const kinds = ['postgres', 'redis'] as const;

let provision: Provision | undefined;
before(async () => {
  provision = await testServers(kinds.filter((kind) => withoutServers([kind]) === false));
});
after(() => provision?.stop());

interface Reserved {
  readonly tickets: readonly string[];
}

/** Buys one ticket after the other until there is none, on a new connection each time it is refused. */
async function buyOut(url: string, eventId: string, seen: Set<string | null>): Promise<string[]> {
  const bought: string[] = [];
  for (;;) {
    const response = await fetch(`${url}/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ eventId, quantity: 1, hold: false }),
    });
    seen.add(response.headers.get('x-request-id'));
    const text = await response.text();
    if (response.status === 409) return bought;
    if (response.status === 429 || response.status === 503) {
      await sleep(20);
      continue;
    }
    assert.equal(response.status, 201, text);
    bought.push(...(JSON.parse(text) as Reserved).tickets);
  }
}

async function database(name: string): Promise<string> {
  const { withClient } = await import('../../src/store/postgres/one-client.ts');
  const url = new URL(provision?.urls.postgres as string);
  await withClient({ connectionString: url.href }, (client) =>
    client.query(`CREATE DATABASE ${name}`),
  );
  url.pathname = `/${name}`;
  return url.href;
}

async function start(strategy: string, redis: string | undefined): Promise<RunningInstances> {
  const url = await database(`instances_${strategy.replace('-', '_')}`);
  const keeping = { kind: 'postgres', url, redis } as const;
  return serveInstances(serverSettings({ strategy, keeping }), INSTANCES, () => {});
}

async function sellOut(server: RunningInstances): Promise<void> {
  const fields = { name: 'Concert', date: '2027-05-01', priceCents: 4200, capacity: TICKETS };
  const made = { ...fields, id: 'an-event', organizerId: 'guest', createdAtMs: 0 };
  const { event } = await server.backOffice.createEvent(made);
  const seen = new Set<string | null>();
  const clients = Array.from({ length: CLIENTS }, () => buyOut(server.url, event.id, seen));
  const tickets = (await Promise.all(clients)).flat();
  assert.equal(tickets.length, TICKETS);
  assert.equal(new Set(tickets).size, TICKETS);
  const totals = await server.backOffice.totals();
  assert.deepEqual(totals.get(event.number), { held: 0, confirmed: TICKETS });
}

/** Whichever of them is asked tells what each has counted. */
async function requireAllCounted({ url }: RunningInstances): Promise<void> {
  for (let asked = 0; asked < INSTANCES; asked++) {
    const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
    const text = await response.text();
    const sold = [...text.matchAll(/^onsale_tickets_sold_total\{server="(\d)"\} (\d+)$/gm)];
    assert.deepEqual(new Set(sold.map(([, number]) => number)), new Set(['1', '2', '3']));
    assert.equal(sold.length, INSTANCES);
    assert.equal(
      sold.reduce((sum, [, , tickets]) => sum + Number(tickets), 0),
      TICKETS,
    );
    const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    assert.equal(new Set(families).size, families.length, 'a family is there once');
  }
}

describe(`${INSTANCES} instances on one PostgreSQL`, { skip: withoutServers(['postgres']) }, () => {
  test(`${CLIENTS} clients buy ${TICKETS} tickets, each once; metrics tell of all; one that is killed comes back; all end`, async () => {
    const server = await start('pg-update', undefined);
    assert.equal(new Set(server.pids()).size, INSTANCES);
    await sellOut(server);
    await requireAllCounted(server);
    const [killed] = server.pids() as [number];
    process.kill(killed, 'SIGKILL');
    while (server.pids().includes(killed) || server.pids().length < INSTANCES) await sleep(20);
    await server.stop();
    assert.deepEqual(server.pids(), []);
    assert.equal(await server.closed, undefined);
  });
});

describe(`${INSTANCES} instances with a gate in Redis`, { skip: withoutServers(kinds) }, () => {
  test(`${CLIENTS} clients buy ${TICKETS} tickets, each once`, async () => {
    const server = await start('redis-pg', provision?.urls.redis);
    await sellOut(server);
    await server.stop();
  });
});

test('instances without a database are refused', async () => {
  await assert.rejects(serveInstances(serverSettings(), 2), /one database for all of them/);
});
