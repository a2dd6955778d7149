import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditSale } from '../../src/audit/audit.ts';
import { collectSales } from '../../src/audit/sales.ts';
import { SHORTEST_NS } from '../../src/stats/series.ts';
import { mergeSeries } from '../../src/stats/time-series.ts';
import { CONTENDED, DROPPED, FAILED, type Reserver, SOLD_OUT } from '../../src/store/strategy.ts';
import type { Measures } from '../../src/workers/measures.ts';
import { OUTCOMES } from '../../src/workers/outcome.ts';
import type { Recorder } from '../../src/workers/recorder.ts';
import { ALL_PROMISES } from '../support/books.ts';
import { Booth, browse, cancel, type PlainReserver, reserve } from '../support/booth.ts';

function first<Item>(items: readonly Item[]): Item {
  return items[0] as Item;
}

/** The outcomes that came up, and how often. */
function outcomesOf(recorder: Recorder): Record<string, number> {
  const counts = OUTCOMES.map((outcome) => [outcome, recorder.outcome(outcome)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** A reserver whose every reserve gives `answer`. */
function answering(answer: unknown): Reserver {
  return {
    reserve: () => answer as number,
    cancel: (_event, _ticket, quantity) => quantity,
    available: () => 0,
    close() {},
  };
}

test('every request is counted once, by what became of it: 8 requests, 5 tickets', () => {
  const booth = new Booth({ tickets: 5 });
  booth.serve([
    reserve(1, { quantity: 3 }),
    reserve(2, { quantity: 3 }),
    reserve(2, { quantity: 2 }),
    browse(3),
    cancel(2),
    cancel(4),
    reserve(5, { quantity: 1 }),
    reserve(5, { quantity: 2 }),
  ]);
  const recorder = first(booth.recorders);
  assert.deepEqual(outcomesOf(recorder), { reserved: 3, soldOut: 2, cancelled: 2, browsed: 1 });
  assert.equal(recorder.completed, 8);
  assert.equal(recorder.grantedTickets, 6);
  assert.equal(recorder.returnedTickets, 2);
  assert.equal(booth.sale.tally.held(0), 4);
  const { responseTimes, serviceTimes, queueDelays } = recorder.measures as Measures;
  assert.deepEqual(
    responseTimes.map(({ count }) => count),
    OUTCOMES.map((outcome) => recorder.outcome(outcome)),
  );
  assert.deepEqual([serviceTimes.count, queueDelays.count], [8, 8]);
  assert.deepEqual([...recorder.askedByClient], [0, 1, 2, 0, 0, 2, 0, 0, 0, 0]);
  assert.deepEqual([...recorder.grantedByClient], [0, 1, 1, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual([...recorder.refusedEvents], [1, 0]);
});

for (const [refusal, outcome] of [
  [SOLD_OUT, 'soldOut'],
  [CONTENDED, 'contended'],
  [DROPPED, 'dropped'],
  [FAILED, 'failed'],
] as const) {
  test(`the refusal ${refusal} counts as ${outcome}; only sold out is held against a strategy`, () => {
    const booth = new Booth({ tickets: 5 });
    booth.reserver = answering(refusal);
    booth.serve([reserve(1)]);
    assert.deepEqual(outcomesOf(first(booth.recorders)), { [outcome]: 1 });
    assert.equal(first(booth.recorders).refusedEvents[0], refusal === SOLD_OUT ? 1 : 0);
    assert.equal(first(booth.suspects).length, refusal === SOLD_OUT ? 1 : 0);
  });
}

for (const nonsense of [1.5, -99, Number.NaN, Number.POSITIVE_INFINITY, undefined, null, '7']) {
  test(`a strategy that answers ${nonsense} (${typeof nonsense}) is told so`, () => {
    const booth = new Booth();
    booth.reserver = answering(nonsense);
    assert.throws(
      () => booth.serve([reserve(1)]),
      ({ message }: Error) => /serial/.test(message) && message.includes(String(nonsense)),
    );
    assert.equal(first(booth.ledgers).grants, 0);
  });
}

// The ledger keeps serials in 32 bits: a larger one would come back as another.
for (const huge of [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
  test(`a serial of ${huge} is refused, or kept as it is`, () => {
    const booth = new Booth();
    booth.reserver = answering(huge);
    try {
      booth.serve([reserve(1)]);
    } catch (error) {
      assert.match((error as Error).message, new RegExp(`${huge}`));
      return;
    }
    assert.equal(first(booth.ledgers).grant(0).ticket, huge);
  });
}

test('in the open model times count from the intended start, on time and late: 3 requests', () => {
  const booth = new Booth({ model: 'open', cancels: false });
  booth.serve([
    reserve(1, { intendedNs: 100 }),
    reserve(2, { intendedNs: 105 }),
    reserve(3, { intendedNs: 500 }),
  ]);
  const ledger = first(booth.ledgers);
  const times = [0, 1, 2].map((i) => {
    const { intendedNs, startNs, endNs } = ledger.grant(i);
    return [intendedNs, startNs, endNs];
  });
  assert.deepEqual(times, [
    [100, 100, 110],
    [105, 110, 120],
    [500, 500, 510],
  ]);
  const measures = first(booth.recorders).measures as Measures;
  const { serviceTimes, queueDelays } = measures;
  const responseTimes = measures.responseTimesOf('reserved');
  assert.deepEqual([responseTimes.sum, responseTimes.max], [10 + 15 + 10, 15]);
  assert.deepEqual([queueDelays.sum, queueDelays.max], [5, 5]);
  assert.deepEqual([serviceTimes.sum, serviceTimes.max], [30, 10]);
  assert.equal(first(booth.recorders).lastEndNs, 510);
});

test('a generator that stood still is late for all that was due until then: 4 of 6 requests', () => {
  const booth = new Booth({ model: 'open', cancels: false });
  const asked = [100, 200, 300, 400, 500, 2000].map((intendedNs, client) =>
    reserve(client, { intendedNs }),
  );
  // Nothing comes before 450, and then everything at once: this seller waits but once.
  booth.serveLate(asked, (place) => {
    if (place === 0) booth.clock.nowNs = 450;
  });
  const { generatorLags } = first(booth.recorders).measures as Measures;
  assert.deepEqual([generatorLags.count, generatorLags.max], [4, 350]);
  assert.equal(generatorLags.sum, 350 + 250 + 150 + 50);
});

test('what is sold again before its return has ended is no oversell in the series: 1 ticket', () => {
  const booth = new Booth({ tickets: 1 });
  const plain = booth.reserver as PlainReserver;
  booth.serve([reserve(1)]);
  // The answer to the cancel takes until an interval later, and the ticket is sold meanwhile.
  booth.reserver = {
    reserve: (...asked) => plain.reserve(...asked),
    available: (event) => plain.available(event),
    close() {},
    cancel(...asked) {
      const answer = plain.cancel(...asked);
      booth.reserver = plain;
      booth.serve([reserve(2)]);
      booth.clock.nowNs += 2 * SHORTEST_NS;
      return answer;
    },
  };
  booth.serve([cancel(1)]);
  const { series } = first(booth.recorders).measures as Measures;
  const { stockLeft } = mergeSeries([series], 1, booth.clock.nowNs);
  assert.deepEqual(stockLeft, [0, 0, 0]);
});

test('saturating, a request is due when its thread is free for it: 2 requests', () => {
  const booth = new Booth({ model: 'saturating' });
  booth.clock.nowNs = 1000;
  booth.serve([reserve(1, { intendedNs: 7 }), reserve(2)]);
  const ledger = first(booth.ledgers);
  assert.deepEqual([ledger.grant(0).intendedNs, ledger.grant(0).startNs], [1000, 1000]);
  assert.deepEqual([ledger.grant(1).intendedNs, ledger.grant(1).startNs], [1010, 1010]);
});

test("in the closed model a request is due at the end of its client's one before: 2 clients", () => {
  const booth = new Booth({ model: 'closed' });
  booth.serve([reserve(1), browse(2), reserve(1), reserve(2)]);
  const ledger = first(booth.ledgers);
  const times = [0, 1, 2].map((i) => [ledger.grant(i).intendedNs, ledger.grant(i).startNs]);
  // Served at 0, 10, 20, 30: client 1 was ready at 10, client 2 at 20.
  assert.deepEqual(times, [
    [0, 0],
    [10, 20],
    [20, 30],
  ]);
});

test('simulated work outside counts as service: 7 ns of each request', () => {
  const booth = new Booth({ workOutsideNs: 7 });
  // Whoever looks at this clock makes it go on.
  booth.clock.now = () => booth.clock.nowNs++;
  booth.serve([reserve(1)]);
  const { startNs, endNs } = first(booth.ledgers).grant(0);
  assert.ok(endNs - startNs >= 7 + 10);
});

test('a cancel gives back exactly what its client was granted last, then what it was before', () => {
  const booth = new Booth();
  booth.serve([
    reserve(1, { quantity: 2 }),
    reserve(2, { quantity: 1 }),
    reserve(1, { quantity: 3 }),
    cancel(1),
    cancel(1),
    cancel(1),
  ]);
  assert.deepEqual((booth.reserver as PlainReserver).calls.slice(3), [
    'cancel 3 from 3 of 0 for 1',
    'cancel 2 from 0 of 0 for 1',
  ]);
  assert.equal(booth.sale.tally.held(0), 1);
});

test('a cancel after a cancel and a new grant takes the new one first, and none twice', () => {
  const booth = new Booth();
  booth.serve([reserve(1), reserve(1), cancel(1), reserve(1), cancel(1), cancel(1), cancel(1)]);
  assert.deepEqual(
    (booth.reserver as PlainReserver).calls.filter((call) => call[0] === 'c'),
    ['cancel 1 from 1 of 0 for 1', 'cancel 1 from 2 of 0 for 1', 'cancel 1 from 0 of 0 for 1'],
  );
});

test('a client gives back through one worker what another granted, in its own event', () => {
  const booth = new Booth({ threads: 2 });
  booth.serve([reserve(1, { event: 1, quantity: 2 }), reserve(1, { quantity: 3 })], 0);
  booth.serve([cancel(1), reserve(1), cancel(1), cancel(1)], 1);
  assert.deepEqual((booth.reserver as PlainReserver).calls.slice(2), [
    'cancel 3 from 2 of 0 for 1',
    'reserve 1 of 0 for 1',
    'cancel 1 from 5 of 0 for 1',
    'cancel 2 from 0 of 1 for 1',
  ]);
  const referred = [0, 1, 2].map((i) => booth.ledgers[1]?.cancellation(i));
  assert.deepEqual(
    referred.map((each) => [each?.worker, each?.grant, each?.honoured]),
    [
      [0, 1, true],
      [1, 0, true],
      [0, 0, true],
    ],
  );
  assert.deepEqual([booth.sale.tally.held(0), booth.sale.tally.held(1)], [0, 0]);
});

test('a cancel that answers nonsense is named: 1 of 2 tickets, -99, nothing, undefined', () => {
  for (const answer of [1, -99, 0, Number.NaN, undefined]) {
    const booth = new Booth();
    booth.reserver.cancel = () => answer as number;
    assert.throws(() => booth.serve([reserve(1, { quantity: 2 }), cancel(1)]), {
      message: `cancel must return the 2 tickets it took back, or FAILED; got ${answer}`,
    });
  }
});

test('a receipt that is not honoured counts as failed, and stays in the books', () => {
  const booth = new Booth();
  booth.reserver.cancel = () => FAILED;
  booth.serve([reserve(1, { quantity: 2 }), cancel(1)]);
  const recorder = first(booth.recorders);
  assert.deepEqual(outcomesOf(recorder), { reserved: 1, failed: 1 });
  assert.equal(recorder.returnedTickets, 0);
  assert.equal(booth.sale.tally.held(0), 2);
  assert.equal(first(booth.ledgers).cancellation(0).honoured, false);
});

test('only a refusal that came while enough seemed free is a suspect: 3 of 4 are none', () => {
  const booth = new Booth({ tickets: 3 });
  booth.serve([reserve(1, { quantity: 2 }), reserve(2, { quantity: 2 }), reserve(2)]);
  booth.reserver = answering(SOLD_OUT);
  booth.serve([reserve(3)]);
  booth.clock.nowNs = 1000;
  booth.serve([cancel(2), reserve(3, { quantity: 1 })]);
  assert.equal(first(booth.suspects).length, 1);
  assert.deepEqual(first(booth.suspects).suspect(0), {
    event: 0,
    quantity: 1,
    startNs: 1000,
    endNs: 1000,
  });
});

test('a run that is stopped while a request waits leaves its client free, and serves no more', () => {
  const booth = new Booth({ model: 'open' });
  booth.stopped = true;
  booth.serve([reserve(3, { intendedNs: 1e9 }), reserve(3, { intendedNs: 1e9 })]);
  assert.equal(first(booth.recorders).completed, 0);
  // Entering a busy client would wait, which here throws.
  booth.clients(0).enter(3);
  assert.equal(first(booth.recorders).askedByClient[3], 0);
  assert.equal(booth.sale.crew.passes(0) % 2, 0, 'the thread still seems to serve');
});

for (const model of ['open', 'saturating', 'closed'] as const) {
  test(`who waits for the client's request in another thread starts after it: ${model} model`, () => {
    const booth = new Booth({ model, threads: 2 });
    const other = booth.clients(1);
    other.enter(3);
    booth.words.turn = () => {
      booth.clock.nowNs = 500;
      other.setReadyNs(3, 500);
      other.leave(3);
    };
    booth.serve([reserve(3)]);
    const { startNs, endNs } = first(booth.ledgers).grant(0);
    assert.deepEqual([startNs, endNs], [500, 510]);
  });
}

test('a ticket is never given back before it was granted, whoever waited: no oversell is hidden', () => {
  const booth = new Booth({ tickets: 1, threads: 2 });
  const other = booth.clients(1);
  // Worker 1 is being granted the only ticket for client 3, from 0 to 500, when its cancel comes.
  other.enter(3);
  booth.words.turn = () => {
    booth.clock.nowNs = 500;
    const grant = { event: 0, client: 3, ticket: 0, quantity: 1, intendedNs: 0, startNs: 0 };
    const nothing = { worker: -1, grant: -1 };
    const index = booth.recorders[1]?.granted({ ...grant, endNs: 500 }, nothing) ?? -1;
    booth.sale.tally.add(0, 1);
    other.hold(3, { worker: 1, grant: index });
    other.leave(3);
  };
  booth.serve([cancel(3)]);
  const { endNs: grantedNs } = booth.ledgers[1]?.grant(0) ?? assert.fail('nothing granted');
  assert.ok(first(booth.ledgers).cancellation(0).startNs >= grantedNs);
});

test('what the loop records of a plain sale is found exact by the audit: 2 workers', () => {
  const booth = new Booth({ tickets: 4, threads: 2 });
  booth.serve([reserve(1, { quantity: 2 }), reserve(2, { quantity: 2 }), reserve(3)], 0);
  booth.serve([cancel(1), reserve(3, { quantity: 2 }), reserve(4), cancel(2)], 1);
  const { audit } = auditSale(
    {
      events: 2,
      ticketsPerEvent: 4,
      sales: collectSales(booth.ledgers),
      suspects: booth.suspects.flatMap((log) => [...log]),
      settledFalseSoldOut: 0,
      lastCustomer: [],
      refusedEvents: Uint8Array.of(1, 0),
      asked: new Int32Array(10),
      granted: new Int32Array(10),
      longestWaitNs: 0,
      leastWorstWaitNs: 0,
      elapsedNs: 0,
      complete: true,
      workerDied: false,
    },
    ALL_PROMISES,
  );
  assert.deepEqual([audit.verdict, audit.unsold], ['exact', 2]);
});

test('who waits for the time of a request does not keep its client from others meanwhile', () => {
  const booth = new Booth({ model: 'open' });
  let free = false;
  booth.whilePausing = () => {
    // Entering a busy client would wait, which here throws.
    const clients = booth.clients(0);
    clients.enter(3);
    clients.leave(3);
    free = true;
  };
  booth.serve([reserve(3, { intendedNs: 1e9 })]);
  assert.ok(free, 'the request did not wait for its time');
});

test('a request begins no earlier than its client was free, though the clock was read before that', () => {
  const booth = new Booth();
  booth.clients(0).setReadyNs(3, 700);
  booth.serve([reserve(3)]);
  assert.equal(first(booth.ledgers).grant(0).startNs, 700);
});
