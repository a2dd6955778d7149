// One of two servers cannot be reached: the connections to the other are not left open.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Provision } from '../../src/servers/provide.ts';
import { openBoth } from '../../src/store/hybrid/open-both.ts';
import { redisPg } from '../../src/store/hybrid/redis-pg.ts';
import { Connections, type Statement } from '../../src/store/postgres/connections.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 10 };
const LOOK_AGAIN_MS = 5;
const skip = withoutServers(['postgres', 'redis']);

/** Backends of this database besides the one that asks. */
const OTHERS: Statement = {
  name: 'others',
  text: `
    SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE application_name = 'onsale' AND pid <> pg_backend_pid()`,
};

let provision: Provision;
before(async () => {
  if (!skip) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

test('closes PostgreSQL when Redis cannot be opened', { skip, timeout: 60_000 }, () =>
  withStore(redisPg, SIZE, provision.urls, async (place) => {
    const watching = await Connections.open(contextOf(place, SIZE, { connections: 1 }));
    const others = () => watching.lend((session) => session.query<{ count: number }>(OTHERS));
    try {
      const servers = { ...provision.urls, redis: 'http://127.0.0.1' };
      await assert.rejects(
        openBoth(contextOf({ ...place, servers }, SIZE)),
        /is not a valid Redis protocol/,
      );
      // A backend is gone a moment after its connection.
      while ((await others())[0]?.count !== 0) await sleep(LOOK_AGAIN_MS);
    } finally {
      await watching.close();
    }
  }),
);
