// A server that crashes and comes back under whole runs, with their threads, pools and audits: each goes on by itself
// until it has sold again.
import assert from 'node:assert/strict';
import { EventEmitter, on } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunResult, resolveScenario } from '../../src/index.ts';
import type { Provision } from '../../src/servers/provide.ts';
import type { PrivateServer } from '../../src/servers/server.ts';
import { coldRun } from '../support/cold-run.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { crash } from '../support/server-faults.ts';

const KINDS = ['postgres', 'redis'] as const;
/** Ends what hangs. */
const LIMIT = { timeout: 120_000 };
/** Longer than any machine takes for what is waited for. */
const RUSH = { clients: '40', rate: '100', duration: '100s', tickets: '1000000', threads: '2' };
/** Tickets that have to be sold before the crash, and again after it. */
const ENOUGH = 30;
/** Long enough for somebody to ask. */
const DOWN_MS = 500;

let provision: Provision;
before(async () => {
  if (!withoutServers(KINDS)) provision = await testServers(KINDS);
});
after(() => provision?.stop());

/** Sells until the server has crashed, come back, and tickets are sold again. */
async function sellThrough(strategy: string, server: PrivateServer): Promise<RunResult> {
  const stop = new AbortController();
  const looks = new EventEmitter();
  /** Settles when so many more tickets are sold than at the first look from now on. */
  const sold = async (tickets: number): Promise<void> => {
    let first: number | undefined;
    for await (const [granted] of on(looks, 'look', { signal: stop.signal })) {
      first ??= granted as number;
      if ((granted as number) >= first + tickets) return;
    }
  };
  const selling = coldRun({
    strategy,
    scenario: resolveScenario({ fields: RUSH }),
    stores: { servers: provision.urls },
    signal: stop.signal,
    onProgress: ({ granted }) => looks.emit('look', granted),
  });
  const crashing = (async () => {
    await sold(ENOUGH);
    crash(server);
    await sleep(DOWN_MS);
    await server.restart();
    await sold(ENOUGH);
  })();
  // Whichever fails, the other has to end.
  await Promise.race([selling, crashing]).finally(() => stop.abort());
  await crashing;
  return selling;
}

describe('a server crashes under a run', { skip: withoutServers(KINDS) }, () => {
  for (const [strategy, kind] of [
    ['pg-update', 'postgres'],
    ['pg-batch', 'postgres'],
    ['redis-pg', 'postgres'],
    ['redis-pg', 'redis'],
    ['redis-pg-outbox', 'redis'],
  ] as const) {
    test(
      `${strategy}: ${kind} is gone for a while; nothing acknowledged is lost or sold twice`,
      LIMIT,
      async () => {
        const server = provision.started.find((each) => each.kind === kind);
        assert.ok(server, `only a private ${kind} server may be harmed`);
        const { audit, outcomes, store, health } = await sellThrough(strategy, server);
        assert.deepEqual([audit.oversold, audit.duplicateTickets], [0, 0]);
        assert.ok(store?.readBack, health.reasons.join('; '));
        const nothing = { lost: 0, undead: 0, surplus: 0 };
        const { lost, undead, surplus } = store.readBack;
        assert.deepEqual({ lost, undead, surplus }, nothing);
        // An outbox sells on without its gate.
        if (strategy === 'redis-pg-outbox') return;
        const turnedAway = outcomes.dropped + outcomes.failed + (outcomes.indeterminate ?? 0);
        assert.ok(turnedAway > 0, 'nobody noticed that the server was gone');
      },
    );
  }
});
