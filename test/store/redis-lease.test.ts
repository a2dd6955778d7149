// Whoever slept through his lease, and others have had the lock since: what he writes then is not taken.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { redisLease } from '../../src/store/redis/redis-lease.ts';
import { keysOf } from '../../src/store/redis/sale-keys.ts';
import type { StorePlace, StoreReserver } from '../../src/store/stored.ts';
import type { Contention } from '../../src/store/strategy.ts';
import { Interrupted, sendAtOnce } from '../support/interrupted.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 10 };
const skip = withoutServers(['redis']);

let provision: Provision | undefined;
before(async () => {
  if (!skip) provision = await testServers(['redis']);
});
after(() => provision?.stop());

const HELD = { id: 1, event: 0, quantity: 3, client: 1, ticket: 0 };

/** A seller that somebody interferes with, when told to. */
async function withSeller(
  interfere: (place: StorePlace, url: string) => void,
  use: (seller: StoreReserver, traffic: Interrupted, contention: Contention) => Promise<void>,
): Promise<void> {
  const servers = provision?.urls ?? {};
  const place = { name: freshName('onsale_test'), servers, folder: '/nonexistent' };
  const traffic = new Interrupted(() => interfere(place, servers.redis as string));
  const contention = { retries: 0, waits: 0 };
  await redisLease.prepare(place, SIZE);
  const seller = await redisLease.open(
    contextOf(place, SIZE, { connections: 1, traffic, contention, random: () => 0 }),
  );
  try {
    // So that the server knows the scripts, and sends are what they are from here on.
    assert.equal(await seller.reserve({ ...HELD, id: 0 }), 0);
    assert.equal(await seller.cancel(HELD), 3);
    assert.equal(await seller.resize({ id: 9, event: 0, by: 0 }), 10);
    await use(seller, traffic, contention);
  } finally {
    await seller.close();
    await redisLease.remove(place);
  }
}

/** Each with the number of the send that writes: after the lock was taken, and maybe the stock read. */
const REQUESTS = [
  { what: 'a sale', writes: 3, ask: sale, left: 5 },
  { what: 'a return', writes: 2, ask: giveBack, left: 10 },
  { what: 'a resize', writes: 2, ask: resize, left: 11 },
] as const;

for (const { what, writes, ask, left } of REQUESTS) {
  test(`redis-lease: ${what} is tried again when the lease was lost`, { skip }, () =>
    withSeller(
      (place, url) => sendAtOnce(url, 'INCR', keysOf(place, 0).fence),
      async (seller, traffic, contention) => {
        const ticket = await seller.reserve(HELD);
        traffic.at = writes;
        const answer = await ask(seller, ticket);
        assert.ok(answer >= 0, `${answer}`);
        assert.equal(contention.retries, 1);
        assert.equal(await seller.available(0), left);
      },
    ),
  );

  test(`redis-lease: ${what} stands when the lock cannot be given back`, { skip }, () =>
    withSeller(
      // A replica takes no writes.
      (_, url) => sendAtOnce(url, 'REPLICAOF', '127.0.0.1', '1'),
      async (seller, traffic) => {
        const ticket = await seller.reserve(HELD);
        traffic.at = writes + 1;
        const answer = await ask(seller, ticket);
        sendAtOnce(provision?.urls.redis as string, 'REPLICAOF', 'NO', 'ONE');
        assert.ok(answer >= 0, `${answer}`);
        assert.equal(await seller.available(0), left);
      },
    ),
  );
}

function sale(seller: StoreReserver): Promise<number> {
  return seller.reserve({ id: 2, event: 0, quantity: 2, client: 2 });
}

function giveBack(seller: StoreReserver, ticket: number): Promise<number> {
  return seller.cancel({ ...HELD, ticket });
}

function resize(seller: StoreReserver): Promise<number> {
  return seller.resize({ id: 2, event: 0, by: 4 });
}
