// `sim serve` with its books in PostgreSQL, alone and as several servers, as those see it who start it.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Provision } from '../../src/servers/provide.ts';
import { patientFetch } from '../support/patient-fetch.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { until } from '../support/processes.ts';
import { endAll, type ServeProcess, startServe } from '../support/serve-command.ts';
import { sim } from '../support/sim-command.ts';

const kinds = ['postgres', 'redis'] as const;
/** Nobody listens there. */
const NOBODY = '127.0.0.1:1';

const folder = mkdtempSync(join(tmpdir(), 'onsale-serve-postgres-'));
let provision: Provision | undefined;
before(async () => {
  provision = await testServers(kinds.filter((kind) => withoutServers([kind]) === false));
});
after(async () => {
  await endAll();
  await provision?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function database(name: string): Promise<string> {
  const { withClient } = await import('../../src/store/postgres/one-client.ts');
  const url = new URL(provision?.urls.postgres as string);
  await withClient({ connectionString: url.href }, (client) =>
    client.query(`CREATE DATABASE ${name}`),
  );
  url.pathname = `/${name}`;
  return url.href;
}

async function post(url: string, body?: object): Promise<{ status: number; id: string }> {
  const headers = { 'content-type': 'application/json' };
  const sent = body && { headers, body: JSON.stringify(body) };
  const response = await patientFetch(url, { method: 'POST', ...sent });
  const { id } = (await response.json()) as { id: string };
  return { status: response.status, id };
}

/** Of 3 tickets sells 2, and refuses 2 more. */
async function sellTwo({ url }: ServeProcess): Promise<void> {
  const event = { name: 'Jazz', date: '2027-05-01', priceCents: 100, capacity: 3 };
  const { id } = await post(`${url}/events`, event);
  const order = { eventId: id, quantity: 2 };
  assert.equal((await post(`${url}/reservations`, order)).status, 201);
  assert.equal((await post(`${url}/reservations`, order)).status, 409);
}

describe('with --postgres', { skip: withoutServers(['postgres']) }, () => {
  test('a server sells by pg-version, which tries again, and ends with 0', async () => {
    const url = await database('serve_retrying');
    const server = await startServe(['--postgres', url, '--strategy', 'pg-version']);
    assert.match(server.stderr(), /^sim: pg-version sells/m);
    await sellTwo(server);
    const { code, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
  });

  test('a server sells by pg-batch; it ends with 0; another strategy is then refused in one line', async () => {
    const url = await database('serve_alone');
    const server = await startServe(['--postgres', url, '--strategy', 'pg-batch']);
    assert.match(server.stderr(), /^sim: the books are in PostgreSQL at \S+$/m);
    await sellTwo(server);
    const { code, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
    const other = await sim('serve', '--port', '0', '--postgres', url, '--strategy', 'pg-update');
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /^sim: the stock in this database is sold by pg-batch[^\n]*pg-update\n$/,
    );
  });

  test('a gate in Redis that is down is told in one line, and nothing was made', async () => {
    const url = await database('serve_gateless');
    const args = ['--port', '0', '--postgres', url, '--redis', `redis://${NOBODY}`];
    const { code, stdout, stderr } = await sim('serve', ...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^sim: the server at --redis 127\.0\.0\.1:1 cannot be used: [^\n]+\n$/);
    const { withClient } = await import('../../src/store/postgres/one-client.ts');
    const { rows } = await withClient({ connectionString: url }, (client) =>
      client.query(`SELECT FROM pg_namespace WHERE nspname LIKE 'onsale%'`),
    );
    assert.equal(rows.length, 0);
  });
});

describe('with --postgres, --redis and --instances', { skip: withoutServers(kinds) }, () => {
  test('2 servers behind one address sell through a gate, open their log anew after SIGHUP, and end with 0', async () => {
    const args = ['--postgres', await database('serve_herd'), '--redis'];
    const log = join(folder, 'herd.log');
    const more = ['--instances', '2', '--log-file', log];
    const server = await startServe([...args, provision?.urls.redis as string, ...more]);
    assert.match(server.stderr(), /^sim: redis-pg sells/m);
    await sellTwo(server);
    renameSync(log, `${log}.1`);
    server.child.kill('SIGHUP');
    // They take requests by turns: some day, each of them writes into the new file.
    await until(async () => {
      await fetch(`${server.url}/live`, { headers: { connection: 'close' } });
      const processes = existsSync(log) ? readFileSync(log, 'utf8').match(/"r_\d+/g) : [];
      return new Set(processes).size === 2;
    });
    const { code, stderr } = await server.stop();
    assert.equal(code, 0, stderr);
  });
});

describe('what does not go together, and what is out of reach, is refused in one line', () => {
  const CASES: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--strategy', 'compare-and-swap'], /compare-and-swap sells from memory; with --postgres/],
    [[], /the server at --postgres 127\.0\.0\.1:1 cannot be used: connect ECONNREFUSED/],
  ];
  for (const [args, message] of CASES) {
    test(`sim serve --postgres URL ${args.join(' ')}`, async () => {
      const url = `postgres://me:secret@${NOBODY}/x`;
      const { code, stderr } = await sim('serve', '--port', '0', '--postgres', url, ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^sim: [^\n]+\n$/);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /secret/);
    });
  }
});
