// A pool of connections to PostgreSQL: before the sale there is time, in the sale there is none.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { Connections, NoConnectionError } from '../../src/store/postgres/connections.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';

describe('connections to PostgreSQL', { skip: withoutServers(['postgres']) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(['postgres']);
  });
  after(() => provision.stop());

  test('are all opened, however short a request waits for one; then it waits no longer', async () => {
    const connections = await Connections.open({
      place: { name: freshName('onsale_test'), servers: provision.urls, folder: '' },
      size: { events: 1, tickets: 1 },
      self: 0,
      connections: 5,
      connectionWaitMs: 1,
      contention: { retries: 0, waits: 0 },
      traffic: { roundTrips: 0, statements: 0 },
      work: () => Promise.resolve(),
      random: () => 0,
    });
    try {
      const events = new EventEmitter();
      const end = once(events, 'end');
      const held = Array.from({ length: 5 }, () => connections.lend(() => end));
      const refused = connections.lend(() => Promise.resolve());
      await assert.rejects(refused, NoConnectionError);
      events.emit('end');
      await Promise.all(held);
    } finally {
      await connections.close();
    }
  });
});
