// Somebody dies at every boundary between what is written to Redis and to PostgreSQL: a seller, or who looks after what
// sellers left. What is left behind is called by its name, and put right by whoever comes next.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient } from 'redis';
import type { Provision } from '../../src/servers/provide.ts';
import { Gate } from '../../src/store/hybrid/gate.ts';
import { OutboxRelay } from '../../src/store/hybrid/outbox-relay.ts';
import { Reconciler } from '../../src/store/hybrid/reconciler.ts';
import { redisPg } from '../../src/store/hybrid/redis-pg.ts';
import { redisPgOutbox } from '../../src/store/hybrid/redis-pg-outbox.ts';
import { Connections } from '../../src/store/postgres/connections.ts';
import { openShared, type RedisConnections } from '../../src/store/redis/redis-connections.ts';
import type {
  StoreContext,
  StorePlace,
  StoreReserver,
  StoreStrategy,
} from '../../src/store/stored.ts';
import { MortalTraffic } from '../support/mortal.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 10 };
const SKIP = withoutServers(['postgres', 'redis']);

let provision: Provision;
before(async () => {
  if (!SKIP) provision = await testServers(['postgres', 'redis']);
});
after(() => provision?.stop());

/** Connections of somebody who may die: both are closed when he is done or dead. */
async function withConnections(
  context: StoreContext,
  use: (tables: Connections, keys: RedisConnections) => Promise<number>,
): Promise<number> {
  const [tables, keys] = await Promise.all([Connections.open(context), openShared(context)]);
  try {
    return await use(tables, keys);
  } finally {
    await Promise.all([tables.close(), keys.close()]);
  }
}

type Act = (context: StoreContext) => Promise<number>;

/** What looks after those who died: sooner than the lab does, which waits for some seconds. */
const reconcile: Act = (context) =>
  withConnections(context, (tables, keys) =>
    new Reconciler(new Gate(context.place, keys), tables).reconcile(-1),
  );
const relay: Act = (context) =>
  withConnections(context, (tables, keys) => new OutboxRelay(context.place, tables, keys).relay());

/** Has somebody ask who looks after nothing. */
function asking(strategy: StoreStrategy, ask: (seller: StoreReserver) => Promise<number>): Act {
  return async (context) => {
    const seller = await strategy.open({ ...context, self: 1 });
    try {
      return await ask(seller);
    } finally {
      await seller.close();
    }
  };
}

const buy = (id: number) => (seller: StoreReserver) =>
  seller.reserve({ id, event: 0, quantity: 3, client: id });
/** The first of the tickets that were sold before. */
const giveBack = (seller: StoreReserver): Promise<number> =>
  seller.cancel({ id: 3, event: 0, ticket: 0, quantity: 1, client: 1 });

const resize = (by: number) => (seller: StoreReserver) => seller.resize({ id: 6, event: 0, by });

/** Empties Redis, as far as this sale is concerned. */
async function loseGate({ name, servers }: StorePlace): Promise<void> {
  const redis = createClient({ url: servers.redis as string });
  await redis.connect();
  await redis.del(await redis.keys(`${name}:*`));
  await redis.close();
}

/** As if so much time had passed that whoever builds a gate is taken for dead. */
async function outlastBuilder({ name, servers }: StorePlace): Promise<void> {
  const redis = createClient({ url: servers.redis as string });
  await redis.connect();
  await redis.pExpire(`${name}:building`, 0);
  await redis.close();
}

/** What somebody does who may die of it. */
interface Deed {
  readonly name: string;
  readonly strategy: StoreStrategy;
  /** How many are sent when nobody dies: there is a boundary before each, and one after the last. */
  readonly sends: number;
  /** Tickets that are added, or withdrawn, by this. */
  readonly by?: number;
  /** What happened before. */
  readonly before?: (context: StoreContext) => Promise<unknown>;
  readonly act: Act;
  readonly lookAfter: Act;
}

const GATED = { strategy: redisPg, lookAfter: reconcile };
const TOLD = { strategy: redisPgOutbox, lookAfter: relay };

const DEEDS: readonly Deed[] = [
  { ...GATED, name: 'a sale', sends: 3, act: asking(redisPg, buy(4)) },
  { ...GATED, name: 'a return', sends: 3, act: asking(redisPg, giveBack) },
  { ...GATED, name: 'an edit that adds', by: 4, sends: 3, act: asking(redisPg, resize(4)) },
  { ...GATED, name: 'an edit that withdraws', by: -4, sends: 3, act: asking(redisPg, resize(-4)) },
  {
    ...GATED,
    name: 'a sale that has to build the gate',
    sends: 9,
    before: ({ place }) => loseGate(place),
    act: asking(redisPg, buy(4)),
  },
  {
    ...GATED,
    name: 'who looks after a seller that died inside',
    sends: 3,
    before: (context) => asking(redisPg, buy(4))({ ...context, traffic: new MortalTraffic(1) }),
    act: reconcile,
  },
  { ...TOLD, name: 'a sale', sends: 2, act: asking(redisPgOutbox, buy(4)) },
  { ...TOLD, name: 'a return', sends: 1, act: asking(redisPgOutbox, giveBack) },
  { ...TOLD, name: 'an edit that adds', by: 4, sends: 1, act: asking(redisPgOutbox, resize(4)) },
  {
    ...TOLD,
    name: 'an edit that withdraws',
    by: -4,
    sends: 1,
    act: asking(redisPgOutbox, resize(-4)),
  },
  {
    ...TOLD,
    name: 'the relay',
    sends: 6,
    before: asking(redisPgOutbox, buy(5)),
    act: relay,
  },
  {
    ...TOLD,
    name: 'a relay that has to build the gate',
    sends: 8,
    async before(context) {
      await asking(redisPgOutbox, buy(5))(context);
      await loseGate(context.place);
    },
    act: relay,
  },
];

type Class = 'exact' | 'undersold' | 'lets too many ask' | 'lost';

interface Aftermath {
  readonly dead: boolean;
  readonly answer: number;
  readonly atOnce: Class;
  readonly later: Class;
}

/** What the store and the gate say, to somebody who comes now. */
async function classOf(
  { strategy, by = 0 }: Deed,
  place: StorePlace,
  { living, sold }: { readonly living: StoreReserver; readonly sold: readonly number[] },
): Promise<Class> {
  const { grants, remaining } = await strategy.readBack(place, SIZE);
  const held = grants.reduce((sum, { quantity }) => sum + quantity, 0);
  const [left = 0] = remaining;
  assert.ok([SIZE.tickets, SIZE.tickets + by].includes(held + left), `${held} and ${left}`);
  if (!sold.every((id) => grants.some((grant) => grant.id === id))) return 'lost';
  const gate = await living.available(0);
  if (gate === left) return 'exact';
  return gate < left ? 'undersold' : 'lets too many ask';
}

/** Has somebody die after so many sends, and others look after what is left. */
async function dieAfter(sends: number, deed: Deed): Promise<Aftermath> {
  const { strategy, before: prepare, act, lookAfter } = deed;
  return withStore(strategy, SIZE, provision.urls, async (place) => {
    const context = contextOf(place, SIZE, { self: 1, connections: 1, settleMs: 1 });
    const living = await strategy.open(context);
    // Everything is sent once, so that the server knows all scripts: an unknown one takes two sends.
    const order = { event: 0, quantity: 1, client: 1 };
    assert.equal(await living.reserve({ ...order, id: 1 }), 0);
    assert.equal(await living.reserve({ ...order, id: 2 }), 1);
    assert.equal(await living.cancel({ ...order, id: 3, ticket: 1 }), 1);
    await lookAfter(context);
    await prepare?.(context);
    const traffic = new MortalTraffic(sends);
    // What the dead would have answered, nobody has heard; but what was sold was said before.
    const answer = await act({ ...context, traffic }).catch(() => -1);
    const sold = answer >= 0 && deed.name.startsWith('a sale') ? [4] : [];
    const atOnce = await classOf(deed, place, { living, sold });
    await outlastBuilder(place);
    await lookAfter(context);
    const later = await classOf(deed, place, { living, sold });
    // And whoever comes then is served.
    assert.ok((await living.reserve({ ...order, id: 9 })) >= 0);
    await living.close();
    return { dead: traffic.dead, answer, atOnce, later };
  });
}

describe('somebody dies between Redis and PostgreSQL', { skip: SKIP, concurrency: 4 }, () => {
  for (const deed of DEEDS) {
    test(`${deed.strategy.name}: ${deed.name}, at each of ${deed.sends + 1} moments`, async (t) => {
      t.diagnostic('sends  answer  at once            looked after');
      for (let sends = 0; sends <= deed.sends; sends++) {
        const { dead, answer, atOnce, later } = await dieAfter(sends, deed);
        const told = answer < 0 ? '-' : `${answer}`;
        t.diagnostic(`${sends}`.padEnd(7) + told.padEnd(8) + atOnce.padEnd(19) + later);
        assert.equal(dead, sends < deed.sends, `${sends} sends`);
        assert.notEqual(atOnce, 'lost');
        assert.equal(later, 'exact', `after ${sends} sends`);
        // A gate that lets too many ask is none that sells too much; but this one counts before.
        if (deed.strategy === redisPg) assert.notEqual(atOnce, 'lets too many ask');
      }
    });
  }
});
