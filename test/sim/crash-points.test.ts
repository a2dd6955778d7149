// A seller that dies at every boundary between what it writes to Redis and to PostgreSQL: what is left behind is
// called by its name, and put right by whoever comes next.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshName } from '../../src/base/fresh-name.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { redisPg } from '../../src/store/hybrid/redis-pg.ts';
import { redisPgOutbox } from '../../src/store/hybrid/redis-pg-outbox.ts';
import type {
  StoreContext,
  StoredSale,
  StorePlace,
  StoreReserver,
  StoreStrategy,
  Traffic,
} from '../../src/store/stored.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';

const SIZE = { events: 1, tickets: 10 };
const QUANTITY = 3;
const ADDED = 4;
/** As many as any of them has: the last of these deaths comes after all is done. */
const BOUNDARIES = 6;
/** Those who are lost inside are looked for after three seconds. */
const RECONCILED_MS = 4500;

let provision: Provision;
before(async () => {
  if (!withoutServers(['postgres', 'redis'])) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

class Death extends Error {}

/** Counts what is sent, and dies before one more than `sends` is. */
class MortalTraffic implements Traffic {
  statements = 0;
  #sends = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get roundTrips(): number {
    return this.#sends;
  }

  set roundTrips(sends: number) {
    if (sends > this.#limit) throw new Death('dead');
    this.#sends = sends;
  }
}

function contextOf(place: StorePlace, traffic: Traffic, self: number): StoreContext {
  return {
    place,
    size: SIZE,
    self,
    connections: 2,
    connectionWaitMs: 2000,
    settleMs: 8000,
    contention: { retries: 0, waits: 0 },
    traffic,
    work: () => Promise.resolve(),
    random: () => 0.5,
  };
}

interface Aftermath {
  /** What the dying seller answered; undefined when it never did. */
  readonly answer: number | undefined;
  /** How many it had sent when it died, or was done. */
  readonly sends: number;
  readonly stored: StoredSale;
  /** What the gate lets pass: at once, and when it was looked after. */
  readonly gateAtOnce: number;
  readonly gateLater: number;
}

type Ask = (reserver: StoreReserver) => Promise<number>;

/** Lets a seller die after so many sends, and others look after what it left. */
async function dieAfter(sends: number, strategy: StoreStrategy, ask: Ask): Promise<Aftermath> {
  const place = { name: freshName('onsale_test'), servers: provision.urls, folder: '/nonexistent' };
  await strategy.prepare(place, SIZE);
  try {
    // Somebody was there before, so that there is a gate.
    const lasting = await strategy.open(contextOf(place, new MortalTraffic(1e9), 0));
    const ticket = await lasting.reserve({ id: 1, event: 0, quantity: 1, client: 1 });
    assert.equal(ticket >= 0, true);
    await sleep(100);
    const traffic = new MortalTraffic(sends);
    // Not the first of its crew: it looks after nothing.
    const mortal = await strategy.open(contextOf(place, traffic, 1));
    const answer = await Promise.race([ask(mortal).catch(() => undefined), sleep(3000)]);
    await sleep(100);
    const gateAtOnce = await lasting.available(0);
    await sleep(RECONCILED_MS);
    const gateLater = await lasting.available(0);
    const stored = await strategy.readBack(place, SIZE);
    await lasting.close();
    await mortal.close().catch(() => {});
    return {
      answer: answer ?? undefined,
      sends: traffic.roundTrips,
      stored,
      gateAtOnce,
      gateLater,
    };
  } finally {
    await strategy.remove(place);
  }
}

function classOf({ stored, gateAtOnce }: Aftermath): 'exact' | 'undersold' | 'oversold' {
  const [remaining = 0] = stored.remaining;
  if (gateAtOnce === remaining) return 'exact';
  return gateAtOnce < remaining ? 'undersold' : 'oversold';
}

const ASKS: Readonly<Record<string, Ask>> = {
  'a sale': (reserver) => reserver.reserve({ id: 2, event: 0, quantity: QUANTITY, client: 2 }),
  'a return': async (reserver) =>
    reserver.cancel({ id: 3, event: 0, ticket: 0, quantity: 1, client: 1 }),
  'an edit that adds': (reserver) => reserver.resize({ id: 4, event: 0, by: ADDED }),
  'an edit that withdraws': (reserver) => reserver.resize({ id: 5, event: 0, by: -ADDED }),
};

/** Whether the tickets add up: an edit that was done is counted, one that was not is not. */
function addsUp(what: string, tickets: number, answer: number | undefined): boolean {
  const by = { 'an edit that adds': ADDED, 'an edit that withdraws': -ADDED }[what] ?? 0;
  const isDone = tickets === SIZE.tickets + by;
  const isUndone = tickets === SIZE.tickets;
  if (answer === undefined) return isDone || isUndone;
  return answer >= 0 ? isDone : isUndone;
}

for (const strategy of [redisPg, redisPgOutbox]) {
  describe(`${strategy.name}: a seller dies`, {
    skip: withoutServers(['postgres', 'redis']),
    concurrency: 12,
  }, () => {
    for (const [what, ask] of Object.entries(ASKS)) {
      for (let sends = 0; sends < BOUNDARIES; sends++) {
        test(`${what}, after ${sends} sends`, async (t) => {
          const aftermath = await dieAfter(sends, strategy, ask);
          t.diagnostic(`${classOf(aftermath)}; answered ${aftermath.answer ?? 'nothing'}`);
          const { stored, gateLater, answer } = aftermath;
          const held = stored.grants.reduce((sum, { quantity }) => sum + quantity, 0);
          const [remaining = 0] = stored.remaining;
          assert.ok(addsUp(what, held + remaining, answer), `${held} held, ${remaining} left`);
          assert.notEqual(classOf(aftermath), 'oversold');
          // Acknowledged is stored.
          if (what === 'a sale' && answer !== undefined && answer >= 0) {
            assert.ok(stored.grants.some(({ id }) => id === 2));
          }
          assert.equal(gateLater, remaining, 'the gate was not put right');
          if (sends === BOUNDARIES - 1)
            assert.ok(aftermath.sends < sends, 'there are more boundaries');
        });
      }
    }
  });
}
