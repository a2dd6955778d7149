// A Redis whose memory is full in the middle of a sale: what it refuses has not been done, and what it had done is undone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Provision } from '../../src/servers/provide.ts';
import { redisDecr } from '../../src/store/redis/redis-decr.ts';
import { redisWatch } from '../../src/store/redis/redis-watch.ts';
import { DROPPED } from '../../src/store/strategy.ts';
import { Interrupted, sendAtOnce } from '../support/interrupted.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 10 };
const skip = withoutServers(['redis']);

let provision: Provision;
before(async () => {
  if (!skip) provision = await testServers(['redis']);
});
after(() => provision?.stop());

/** Each with the number of the send that is refused. */
for (const { what, strategy, quantity, at } of [
  { what: 'issue what it took', strategy: redisDecr, quantity: 3, at: 2 },
  { what: 'add back by itself what was too much', strategy: redisDecr, quantity: 11, at: 2 },
  { what: 'run the transaction', strategy: redisWatch, quantity: 3, at: 3 },
]) {
  test(`${strategy.name}: loses no tickets when a full server does not ${what}`, { skip }, () =>
    withStore(strategy, SIZE, provision.urls, async (place) => {
      const url = provision.urls.redis as string;
      const traffic = new Interrupted(() => sendAtOnce(url, 'CONFIG', 'SET', 'maxmemory', '1'));
      const seller = await strategy.open(contextOf(place, SIZE, { connections: 1, traffic }));
      try {
        traffic.at = at;
        const answer = await seller.reserve({ id: 1, event: 0, quantity, client: 1 });
        sendAtOnce(url, 'CONFIG', 'SET', 'maxmemory', '0');
        assert.ok(answer < 0 && (quantity > SIZE.tickets || answer === DROPPED), `${answer}`);
        assert.deepEqual(await strategy.readBack(place, SIZE), { remaining: [10], grants: [] });
        assert.equal(await seller.reserve({ id: 2, event: 0, quantity: 10, client: 1 }), 0);
      } finally {
        await seller.close();
      }
    }),
  );
}
