// A pool of connections to PostgreSQL: before the sale there is time, in the sale there is none.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { Connections, NoConnectionError } from '../../src/store/postgres/connections.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf } from '../support/stocked-store.ts';

describe('connections to PostgreSQL', { skip: withoutServers(['postgres']) }, () => {
  let provision: Provision;
  before(async () => {
    provision = await testServers(['postgres']);
  });
  after(() => provision.stop());

  test('are all opened, however short a request waits for one; then it waits no longer', async () => {
    const place = { name: freshName('onsale_test'), servers: provision.urls, folder: '' };
    const connections = await Connections.open(
      contextOf(place, { events: 1, tickets: 1 }, { connections: 5, connectionWaitMs: 1 }),
    );
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
