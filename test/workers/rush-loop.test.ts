import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONTENDED, type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import type { Recorder } from '../../src/workers/recorder.ts';
import { type Asked, Booth, browse, reserve } from '../support/booth.ts';

const asked: fc.Arbitrary<Asked> = fc
  .oneof(
    { weight: 5, arbitrary: fc.tuple(fc.nat(9), fc.nat(1), fc.integer({ min: 1, max: 3 })) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(9), fc.nat(1), fc.constant(0)) },
  )
  .map(([client, event, quantity]) =>
    quantity > 0 ? reserve(client, { event, quantity }) : browse(client, { event }),
  );

/** Sells as its tickets last, and gives up now and then. Every call takes another time. */
function moody({ clock, reserver }: Booth): Reserver {
  let calls = 0;
  return {
    reserve(event, quantity, client) {
      clock.nowNs += 7 * (++calls % 50);
      return calls % 9 === 0 ? CONTENDED : reserver.reserve(event, quantity, client);
    },
    cancel: (event, ticket, quantity, client) => reserver.cancel(event, ticket, quantity, client),
    available: (event) => reserver.available(event),
    close() {},
  };
}

function openBooth(tickets: number): Booth {
  const booth = new Booth({ tickets, cancels: false });
  booth.reserver = moody(booth);
  return booth;
}

test('sellers in a rush write down what others write down, byte by byte: up to 200 requests', () => {
  fc.assert(
    fc.property(
      fc.array(asked, { maxLength: 200 }),
      fc.integer({ min: 1, max: 100 }),
      (all, tickets) => {
        const [slow, fast] = [openBooth(tickets), openBooth(tickets)];
        slow.serve(all);
        fast.serveInARush(all);
        assert.deepEqual(fast.written(), slow.written());
        assert.equal(fast.sale.tally.held(0), slow.sale.tally.held(0));
      },
    ),
  );
});

test('what was served before a strategy fails is counted: 70 of 100', () => {
  const booth = openBooth(10);
  let calls = 0;
  booth.reserver = {
    ...booth.reserver,
    reserve() {
      if (++calls > 70) throw new Error('no more');
      return SOLD_OUT;
    },
  };
  const requests = Array.from({ length: 100 }, () => reserve(1));
  assert.throws(() => booth.serveInARush(requests), /no more/);
  assert.equal((booth.recorders[0] as Recorder).outcome('soldOut'), 70);
});

for (const nonsense of [1.5, -99, Number.NaN, undefined, null, '7']) {
  test(`in a rush, too, a strategy that answers ${nonsense} (${typeof nonsense}) is told so`, () => {
    const booth = openBooth(10);
    booth.reserver = { ...booth.reserver, reserve: () => nonsense as number };
    assert.throws(() => booth.serveInARush([reserve(1)]), /reserve must return a/);
  });
}
