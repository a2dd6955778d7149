// Tickets that are added and withdrawn while others buy: in every strategy that promises to lose and double none.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, randomStream } from '../../src/base/random.ts';
import type { Provision } from '../../src/servers/provide.ts';
import { ON_KEYS } from '../../src/store/redis/sale-keys.ts';
import { storeCatalog } from '../../src/store/store-catalog.ts';
import type {
  Return,
  StoreContext,
  StorePlace,
  StoreReserver,
  StoreStrategy,
} from '../../src/store/stored.ts';
import { SOLD_OUT } from '../../src/store/strategy.ts';
import { testServers, withoutServers } from '../support/private-servers.ts';
import { contextOf, withStore } from '../support/stocked-store.ts';

const SIZE = { events: 1, tickets: 30 };
const SELLERS = 3;
const BUYERS_EACH = 3;
const REQUESTS_EACH = 25;
const RESIZES = 40;
/** The most that a gate may lag behind, which is told of changes by somebody else. */
const TOLD_MS = 5000;

let provision: Provision | undefined;
before(async () => {
  const needs = storeCatalog.flatMap(({ needs: kinds }) => kinds);
  provision = await testServers(needs.filter((kind) => withoutServers([kind]) === false));
});
after(() => provision?.stop());

function sellerAt(place: StorePlace, self: number): StoreContext {
  return contextOf(place, SIZE, {
    self,
    connections: BUYERS_EACH,
    connectionWaitMs: 20_000,
    // Long enough for another to come in between.
    work: () => sleep(1),
    random: randomStream(`${self}`, 'resizes').next,
  });
}

/** Who holds what, in one order. */
function holdingsIn(list: readonly Return[]): string[] {
  return list.map(({ ticket, quantity, client }) => `${ticket}/${quantity}/${client}`).toSorted();
}

/** What those who buy, give back and resize were told, all of them together. */
class Told {
  readonly held: Return[] = [];
  changed = 0;
  withdrawn = 0;
  #id = 0;

  nextId(): number {
    return this.#id++;
  }
}

async function buy(seller: StoreReserver, told: Told, client: number, random: Random) {
  const mine: Return[] = [];
  for (let i = 0; i < REQUESTS_EACH; i++) {
    const quantity = 1 + Math.floor(random.next() * 3);
    const id = told.nextId();
    const back = random.next() < 0.45 ? mine.pop() : undefined;
    if (back) {
      const answer = await seller.cancel({ ...back, id });
      // Whoever came too often without getting through holds what he held.
      if (answer === back.quantity) told.held.splice(told.held.indexOf(back), 1);
      continue;
    }
    const ticket = await seller.reserve({ id, event: 0, quantity, client });
    if (ticket < 0) continue;
    const grant = { id, event: 0, ticket, quantity, client };
    mine.push(grant);
    told.held.push(grant);
  }
}

async function resizeOften(seller: StoreReserver, told: Told, random: Random): Promise<void> {
  for (let i = 0; i < RESIZES; i++) {
    const by = (random.next() < 0.5 ? 1 : -1) * (1 + Math.floor(random.next() * 6));
    const answer = await seller.resize({ id: told.nextId(), event: 0, by });
    if (answer < 0) continue;
    told.changed += by;
    if (by < 0) told.withdrawn++;
  }
}

/** Has three sellers sell to nine buyers, and a fourth resize; what they were told. */
async function sellWhileResizing(strategy: StoreStrategy, place: StorePlace): Promise<Told> {
  const told = new Told();
  const handles: StoreReserver[] = [];
  for (let self = 0; self <= SELLERS; self++) {
    handles.push(await strategy.open(sellerAt(place, self)));
  }
  const resizer = handles[SELLERS] as StoreReserver;
  const work = [resizeOften(resizer, told, randomStream('1', 'resizer'))];
  for (let client = 0; client < SELLERS * BUYERS_EACH; client++) {
    const seller = handles[client % SELLERS] as StoreReserver;
    work.push(buy(seller, told, client, randomStream(`${client}`, 'buyer')));
  }
  await Promise.all(work);
  await Promise.all(handles.map((handle) => handle.close()));
  return told;
}

/** What a new handle says can be had, once it agrees, or when there was time enough to. */
async function seenBy(strategy: StoreStrategy, place: StorePlace, remaining: number) {
  const handle = await strategy.open(sellerAt(place, 0));
  const seen = await settledAt(handle, remaining);
  await handle.close();
  return seen;
}

/** What can be had, once that is `remaining`, or when there was time enough for a gate that lags behind to be told. */
async function settledAt(handle: StoreReserver, remaining: number): Promise<number> {
  const limit = AbortSignal.timeout(TOLD_MS);
  let seen = await handle.available(0);
  while (seen !== remaining && !limit.aborted) {
    await sleep(20);
    seen = await handle.available(0);
  }
  return seen;
}

/**
 * Asks, each time as another request, until there is a ticket, or there was time enough. The first answer need not be
 * one: where the gate lags behind, a relay that builds it when `available` has just been read from PostgreSQL makes it
 * as it was before the tickets came, and tells it of them after that.
 */
async function grantedSoon(ask: (id: number) => Promise<number>): Promise<number> {
  const limit = AbortSignal.timeout(TOLD_MS);
  let id = 10;
  let answer = await ask(id);
  while (answer === SOLD_OUT && !limit.aborted) {
    await sleep(20);
    id += 1;
    answer = await ask(id);
  }
  return answer;
}

const safe = storeCatalog.filter(({ breaks }) => breaks === undefined);

for (const strategy of safe) {
  test(
    `${strategy.name}: what is sold and what is left are what was there, with all that was added and withdrawn`,
    {
      skip: withoutServers(strategy.needs),
    },
    () =>
      withStore(strategy, SIZE, provision?.urls ?? {}, async (place) => {
        const told = await sellWhileResizing(strategy, place);
        assert.ok(told.withdrawn > 0 && told.held.length > 0);
        const { remaining, grants } = await strategy.readBack(place, SIZE);
        const [left = Number.NaN] = remaining;
        assert.ok(left >= 0, `${left} are left`);
        assert.deepEqual(holdingsIn(grants), holdingsIn(told.held));
        const held = grants.reduce((sum, { quantity }) => sum + quantity, 0);
        assert.equal(held + left, SIZE.tickets + told.changed);
        assert.equal(await seenBy(strategy, place, left), left, 'what a new handle sees');
      }),
  );
}

describe('a gate that is lost between a resize and a sale', () => {
  for (const strategy of storeCatalog.filter(({ family }) => family === 'hybrid')) {
    const skip = withoutServers(strategy.needs);

    test(`${strategy.name}: lets buyers in after tickets were added to none`, { skip }, () =>
      withStore(strategy, SIZE, provision?.urls ?? {}, async (place) => {
        const seller = await strategy.open(sellerAt(place, 0));
        const ask = (id: number, quantity: number) =>
          seller.reserve({ id, event: 0, quantity, client: 0 });
        assert.ok((await ask(1, SIZE.tickets)) >= 0);
        assert.equal(await ask(2, 1), SOLD_OUT);
        await ON_KEYS.remove(place);
        assert.equal(await seller.resize({ id: 3, event: 0, by: 4 }), 4);
        await ON_KEYS.remove(place);
        assert.ok((await grantedSoon((id) => ask(id, 4))) >= 0);
        assert.equal(await ask(9, 1), SOLD_OUT);
        await seller.close();
      }),
    );

    test(`${strategy.name}: lets nobody have what was withdrawn`, { skip }, () =>
      withStore(strategy, SIZE, provision?.urls ?? {}, async (place) => {
        const seller = await strategy.open(sellerAt(place, 0));
        const ask = (id: number, quantity: number) =>
          seller.reserve({ id, event: 0, quantity, client: 0 });
        assert.ok((await ask(1, 1)) >= 0);
        await ON_KEYS.remove(place);
        assert.equal(await seller.resize({ id: 2, event: 0, by: 2 - SIZE.tickets }), 1);
        await ON_KEYS.remove(place);
        assert.equal(await ask(3, 2), SOLD_OUT);
        assert.ok((await grantedSoon((id) => ask(id, 1))) >= 0);
        assert.equal(await ask(9, 1), SOLD_OUT);
        await seller.close();
      }),
    );
  }
});
