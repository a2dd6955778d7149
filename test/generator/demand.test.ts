import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Demand, demandSource } from '../../src/generator/demand.ts';
import {
  emptyRequest,
  KIND,
  MAX_CLIENTS,
  MAX_EVENTS,
  MAX_QUANTITY,
  type Request,
} from '../../src/generator/request.ts';
import fc from '../support/fast-check.ts';
import { countsOf, even, fits, shares } from '../support/statistics.ts';

const DEMAND: Demand = {
  clients: 1000,
  inTurn: false,
  events: 8,
  popularity: 1,
  quantities: new Map([
    [1, 50],
    [2, 30],
    [4, 20],
  ]),
  mix: { reserve: 80, cancel: 10, browse: 10 },
};

const RESERVES = { reserve: 1, cancel: 0, browse: 0 };

function take(change: Partial<Demand>, count = 5000, seed = '42'): Request[] {
  const ask = demandSource({ ...DEMAND, ...change }, seed);
  return Array.from({ length: count }, () => {
    const request = emptyRequest();
    ask(request);
    return request;
  });
}

function column(requests: readonly Request[], name: keyof Request): number[] {
  return requests.map((request) => request[name]);
}

function assertSame(a: readonly Request[], b: readonly Request[], names: (keyof Request)[]): void {
  for (const name of names) assert.deepEqual(column(a, name), column(b, name), name);
}

test('another popularity changes the events and nothing else: 5,000 requests', () => {
  const [uniform, zipf] = [take({ popularity: 0 }), take({ popularity: 2 })];
  assertSame(uniform, zipf, ['client', 'quantity', 'kind']);
  assert.notDeepEqual(column(uniform, 'event'), column(zipf, 'event'));
});

test('another number of events changes the events and nothing else: 1 and 8 events', () => {
  assertSame(take({ events: 1 }), take({ events: 8 }), ['client', 'quantity', 'kind']);
});

test('other quantities change nothing else: 5,000 requests', () => {
  const single = take({ quantities: new Map([[3, 1]]) });
  assertSame(take({}), single, ['client', 'event', 'kind']);
});

test('more clients change the clients and nothing else: 1,000 and 5,000 clients', () => {
  const [few, many] = [take({}), take({ clients: 5000 })];
  assertSame(few, many, ['event', 'quantity', 'kind']);
  assert.notDeepEqual(column(few, 'client'), column(many, 'client'));
});

test('the closed model changes the clients and nothing else: 5,000 requests', () => {
  assertSame(take({}), take({ inTurn: true }), ['event', 'quantity', 'kind']);
});

test('another mix leaves what is reserved by whom unchanged: 5,000 requests', () => {
  const all = take({ mix: { reserve: 1, cancel: 0, browse: 0 } });
  for (const mix of [
    { reserve: 9, cancel: 0, browse: 1 },
    { reserve: 1, cancel: 1, browse: 1 },
  ]) {
    const mixed = take({ mix });
    const kept = mixed.filter(({ kind }) => kind === KIND.reserve);
    assert.ok(kept.length > 1000 && kept.length < 5000);
    const were = all.filter((_, i) => mixed[i]?.kind === KIND.reserve);
    assertSame(kept, were, ['client', 'event', 'quantity']);
  }
});

test('seeds give different requests, the same seed the same: 100 requests', () => {
  assert.deepEqual(take({}, 100, '1'), take({}, 100, '1'));
  assert.notDeepEqual(take({}, 100, '1'), take({}, 100, '2'));
});

test('cancels come from one of the last 1,024 that reserved, with event 0 and quantity 0', () => {
  const requests = take({ clients: 1_000_000, mix: { reserve: 1, cancel: 1, browse: 1 } }, 20_000);
  const asked: number[] = [];
  const spans: number[] = [];
  for (const { kind, client, event, quantity } of requests) {
    if (kind === KIND.reserve) asked.push(client);
    if (kind !== KIND.cancel) continue;
    assert.deepEqual([event, quantity], [0, 0]);
    if (asked.length === 0) continue;
    const at = asked.lastIndexOf(client);
    assert.ok(at >= 0, `client ${client} cancels and never asked`);
    spans.push(asked.length - at);
  }
  assert.ok(Math.max(...spans) <= 1024);
  // Not only the last few: the whole window is used.
  assert.ok(Math.max(...spans) > 1000 && Math.min(...spans) < 25);
});

test('cancels spread evenly over the window of recent clients: 60,000 requests', () => {
  const requests = take(
    { clients: MAX_CLIENTS, mix: { reserve: 1, cancel: 1, browse: 0 } },
    60_000,
  );
  const asked: number[] = [];
  const eighths: number[] = [];
  for (const { kind, client } of requests) {
    if (kind === KIND.reserve) asked.push(client);
    else if (asked.length >= 1024) {
      eighths.push(Math.floor((asked.length - 1 - asked.lastIndexOf(client)) / 128));
    }
  }
  assert.ok(fits(countsOf(eighths, 8), even(8)));
});

test('the closed model takes clients in turn, cancels too: 3 clients, 3,000 requests', () => {
  const requests = take({ clients: 3, inTurn: true }, 3000);
  assert.ok(requests.some(({ kind }) => kind === KIND.cancel));
  assert.ok(requests.every(({ client }, i) => client === i % 3));
});

test('in turn, every client asks for one event after the other: whatever the clients, events and model', () => {
  const size = fc.record({
    clients: fc.integer({ min: 1, max: 50 }),
    events: fc.integer({ min: 1, max: 9 }),
    inTurn: fc.boolean(),
  });
  fc.assert(
    fc.property(size, fc.string(), (demand, seed) => {
      const mix = { reserve: 1, cancel: 0, browse: 1 };
      const next = new Map<number, number>();
      for (const { client, event } of take({ ...demand, popularity: 'in-turn', mix }, 300, seed)) {
        const expected = next.get(client) ?? 0;
        assert.equal(event, expected, `client ${client}`);
        next.set(client, (expected + 1) % demand.events);
      }
    }),
  );
});

test('in turn in the closed model, request k is for event floor(k / clients): 80 clients, 4 events', () => {
  const requests = take(
    { clients: 80, events: 4, inTurn: true, popularity: 'in-turn', mix: RESERVES },
    2000,
  );
  assert.deepEqual(
    column(requests, 'event'),
    requests.map((_, k) => Math.floor(k / 80) % 4),
  );
});

test('in turn changes the events and nothing else: 5,000 requests', () => {
  const [drawn, inTurn] = [take({}), take({ popularity: 'in-turn' })];
  assertSame(drawn, inTurn, ['client', 'quantity', 'kind']);
  assert.notDeepEqual(column(drawn, 'event'), column(inTurn, 'event'));
});

test('browses name an event and no quantity: 5,000 requests', () => {
  const browses = take({}).filter(({ kind }) => kind === KIND.browse);
  assert.ok(browses.every(({ quantity }) => quantity === 0));
  assert.ok(new Set(column(browses, 'event')).size > 1);
});

test('clients, events, quantities and kinds fit their weights: 100,000 requests', () => {
  const requests = take({ clients: 100 }, 100_000);
  const reserves = requests.filter(({ kind }) => kind === KIND.reserve);
  const named = requests.filter(({ kind }) => kind !== KIND.cancel);
  const byRank = Array.from({ length: 8 }, (_, i) => 1 / (i + 1));
  assert.ok(fits(countsOf(column(reserves, 'client'), 100), even(100)));
  assert.ok(fits(countsOf(column(named, 'event'), 8), shares(byRank)));
  assert.ok(fits(countsOf(column(reserves, 'quantity'), 5), [0, 0.5, 0.3, 0, 0.2]));
  assert.ok(fits(countsOf(column(requests, 'kind'), 3), [0.8, 0.1, 0.1]));
});

test('client, event, quantity and kind do not depend on each other: 100,000 requests', () => {
  // Streams of one seed might follow each other: then some of the 12 combinations would be rare.
  const quantities = new Map([
    [1, 1],
    [2, 1],
  ]);
  const mix = { reserve: 1, cancel: 0, browse: 1 };
  const requests = take({ clients: 2, events: 2, popularity: 0, quantities, mix }, 100_000);
  const cells = requests.map(({ client, event, quantity, kind }) => {
    return client + 2 * event + 4 * (kind === KIND.browse ? 2 : quantity - 1);
  });
  const expected = Array.from({ length: 12 }, (_, cell) => (cell < 8 ? 1 / 16 : 1 / 8));
  assert.ok(fits(countsOf(cells, 12), expected));
});

test('every request stays within the demand, at the limits of the record too', () => {
  const anyDemand = fc.record({
    clients: fc.constantFrom(1, 2, 1000, MAX_CLIENTS),
    inTurn: fc.boolean(),
    events: fc.constantFrom(1, 2, 7, 1000),
    popularity: fc.constantFrom(0, 0.5, 1, 10),
    quantities: fc.constantFrom(
      new Map([[MAX_QUANTITY, 1]]),
      new Map([
        [1, 0],
        [2, 1],
        [9, 3],
      ]),
    ),
    mix: fc.constantFrom(
      { reserve: 1, cancel: 0, browse: 0 },
      { reserve: 0, cancel: 1, browse: 0 },
      { reserve: 0, cancel: 1, browse: 1 },
      { reserve: 1, cancel: 1e-9, browse: 1e9 },
    ),
  });
  fc.assert(
    fc.property(anyDemand, fc.string(), (demand, seed) => {
      const names = ['reserve', 'cancel', 'browse'] as const;
      for (const { client, event, quantity, kind } of take(demand, 200, seed)) {
        assert.ok(Number.isInteger(client) && client >= 0 && client < demand.clients);
        assert.ok(Number.isInteger(event) && event >= 0 && event < demand.events);
        assert.ok(demand.mix[names[kind] as 'reserve'] > 0);
        const allowed =
          kind === KIND.reserve ? (demand.quantities.get(quantity) ?? 0) > 0 : quantity === 0;
        assert.ok(allowed, `quantity ${quantity} of kind ${kind}`);
      }
    }),
  );
});

test('all clients and events can be reached: 2^31 - 1 clients, 1,048,576 events', () => {
  const requests = take({ clients: MAX_CLIENTS, events: MAX_EVENTS, popularity: 0 }, 20_000);
  const reserves = requests.filter(({ kind }) => kind === KIND.reserve);
  const eighth = (name: 'client' | 'event', limit: number) => {
    return countsOf(
      column(reserves, name).map((value) => Math.floor((8 * value) / limit)),
      8,
    );
  };
  assert.ok(fits(eighth('client', MAX_CLIENTS), even(8)));
  assert.ok(fits(eighth('event', MAX_EVENTS), even(8)));
});
