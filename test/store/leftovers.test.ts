// What a sale leaves behind whose process was killed, and who removes it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { keepAlive, removeLeftovers, SALE_FOLDERS } from '../../src/store/leftovers.ts';
import { withClient as withPostgres } from '../../src/store/postgres/one-client.ts';
import { saleSchemas } from '../../src/store/postgres/sale-schemas.ts';
import { withClient as withRedis } from '../../src/store/redis/sale-names.ts';
import { isDead, ownSign } from '../../src/store/sign-of-life.ts';
import type { StorePlace } from '../../src/store/stored.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';

const MODULE = new URL('../../src/store/leftovers.js', import.meta.url).href;

/** A process that makes a sale at this place, until it is killed. */
async function startSale(place: StorePlace): Promise<ChildProcess> {
  const text = `
    const { keepAlive } = await import('${MODULE}');
    await keepAlive(${JSON.stringify(place)});
    process.stdout.write('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function placeAt(servers: StorePlace['servers']): StorePlace {
  const name = freshName('onsale');
  return { name, servers, folder: join(SALE_FOLDERS, name) };
}

test('a process is dead that is gone, or from elsewhere and silent for more than a minute', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const gone = { ...ownSign(), pid: child.pid as number };
  const elsewhere = { ...gone, host: 'elsewhere.example' };
  assert.deepEqual(
    [isDead(ownSign(), 0), isDead(gone, 0), isDead(elsewhere, 59_000), isDead(elsewhere, 61_000)],
    [false, true, false, true],
  );
});

test('the folder of a sale whose process was killed is removed, that of a living one is not', async () => {
  const [dead, alive] = [placeAt({}), placeAt({})];
  await kill(await startSale(dead));
  const end = await keepAlive(alive);
  try {
    assert.ok(existsSync(dead.folder));
    assert.ok((await removeLeftovers({})).includes(dead.name));
    assert.deepEqual([existsSync(dead.folder), existsSync(alive.folder)], [false, true]);
  } finally {
    await end();
  }
  assert.ok(!existsSync(alive.folder));
});

describe('on servers', { skip: withoutServers(['postgres', 'redis']) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(['postgres', 'redis']);
  });
  after(() => provision.stop());

  /** Schemas, and the first part of keys, that begin with onsale. */
  async function names(): Promise<string[]> {
    const { postgres, redis } = provision.urls;
    const schemas = await withPostgres({ connectionString: postgres }, async (client) => {
      const query = "SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'onsale%'";
      return (await client.query<{ name: string }>(query)).rows.map(({ name }) => name);
    });
    const keys = await withRedis(redis as string, (client) => client.keys('onsale*'));
    return [...schemas, ...keys.map((key) => key.split(':')[0] as string)].toSorted();
  }

  test('a killed sale is removed from both at the next start, and nothing else is', async () => {
    const { postgres, redis } = provision.urls;
    const servers = provision.urls;
    const own = placeAt(servers);
    const end = await keepAlive(own);
    // Named alike, by somebody else.
    await withPostgres({ connectionString: postgres }, (client) =>
      client.query(
        'CREATE SCHEMA onsale_1_0123456789ab; CREATE SCHEMA onsale_shop; CREATE TABLE onsale_shop.sign_of_life ()',
      ),
    );
    await withRedis(redis as string, (client) => client.set('onsale_shop:sign-of-life', '1 1 x'));
    const others = await names();
    const dead = placeAt(servers);
    const sale = await startSale(dead);
    assert.deepEqual(await removeLeftovers(servers), [], 'it is not dead yet');
    await kill(sale);
    assert.notDeepEqual(await names(), others);
    assert.deepEqual(await removeLeftovers(servers), [dead.name]);
    assert.deepEqual(await names(), others);
    assert.deepEqual(await removeLeftovers(servers), []);
    await end();
    await saleSchemas.remove(postgres as string, own.name);
  });
});
