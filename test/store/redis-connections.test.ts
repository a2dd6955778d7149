// Connections to Redis that break, and are made anew under the hands of whoever uses them.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { openExclusive } from '../../src/store/redis/redis-connections.ts';
import { redisWatch } from '../../src/store/redis/redis-watch.ts';
import type { StoreContext } from '../../src/store/stored.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 1 };
const AGAIN_MS = 20;

describe('connections to Redis that are cut', { skip: withoutServers(['redis']) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(['redis']);
  });
  after(() => provision.stop());

  const sellerOf = (limit: number, work: () => Promise<void>): StoreContext => {
    const place = { name: freshName('onsale_test'), servers: provision.urls, folder: '' };
    return contextOf(place, SIZE, { connections: limit, work, random: () => 0 });
  };

  /** Cuts all connections, and waits until there are as many again. */
  const cut = async (count: number): Promise<void> => {
    const admin = createClient({ url: provision.urls.redis as string });
    await admin.connect();
    const others = async (): Promise<number> => {
      const list = await admin.sendCommand<string>(['CLIENT', 'LIST', 'TYPE', 'normal']);
      return list.trim().split('\n').length - 1;
    };
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    while ((await others()) < count) await sleep(AGAIN_MS);
    await admin.close();
  };

  test('have another number afterwards: that of the new connection', async () => {
    const connections = await openExclusive(sellerOf(1, () => Promise.resolve()));
    const numbers = () =>
      connections.lend(async (session) => [session.id, Number(await session.send('CLIENT', 'ID'))]);
    try {
      const [first] = await untilSent(numbers);
      await cut(1);
      const [second, asked] = await untilSent(numbers);
      assert.equal(second, asked);
      assert.notEqual(second, first);
    } finally {
      await connections.close();
    }
  });

  test('redis-watch does not sell what it watched before: 2 buyers, 1 ticket', async () => {
    const events = new EventEmitter();
    let works = 0;
    const context = sellerOf(2, async () => {
      if (works++ > 0) return;
      events.emit('working');
      await once(events, 'go on');
    });
    await redisWatch.prepare(context.place, SIZE);
    const seller = await redisWatch.open(context);
    try {
      const working = once(events, 'working');
      const slow = seller.reserve({ id: 1, event: 0, quantity: 1, client: 1 });
      await working;
      await cut(2);
      const quick = await untilGranted(() =>
        seller.reserve({ id: 2, event: 0, quantity: 1, client: 2 }),
      );
      events.emit('go on');
      assert.equal(quick, 0);
      // Nobody promises him an answer; but no ticket that somebody else has.
      assert.ok((await slow) < 0);
      assert.deepEqual((await redisWatch.readBack(context.place, SIZE)).remaining, [0]);
    } finally {
      await seller.close();
    }
    await redisWatch.remove(context.place);
  });
});

/** Asks until a connection is there again. */
async function untilSent<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await sleep(AGAIN_MS);
    }
  }
}

async function untilGranted(ask: () => Promise<number>): Promise<number> {
  for (;;) {
    const answer = await ask();
    if (answer >= 0) return answer;
    await sleep(AGAIN_MS);
  }
}
