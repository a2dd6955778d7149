import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  catalog,
  compare,
  InputError,
  type RunProgress,
  type RunResult,
  resolveScenario,
  type Scenario,
} from '../../src/index.ts';
import { PRESETS } from '../../src/sim/presets.ts';
import { coldRun } from '../support/cold-run.ts';
import { inOneOf } from '../support/in-one-of.ts';

const NAMES: readonly string[] = catalog.map(({ name }) => name);

function scenario(fields: Readonly<Record<string, string>>, preset?: string): Scenario {
  return resolveScenario({ scenario: preset, fields });
}

function assertAdditive({ outcomes, stream, responseTimeNs, serviceTimeNs }: RunResult): void {
  const { reserved, soldOut, contended, dropped, failed, cancelled, browsed } = outcomes;
  const all = reserved + soldOut + contended + dropped + failed + cancelled + browsed;
  assert.equal(all, stream.requests);
  assert.equal(responseTimeNs.count, stream.requests);
  assert.equal(serviceTimeNs.count, stream.requests);
}

const MODELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  open: { rate: '20000' },
  saturating: { rate: 'max' },
  closed: {},
};

for (const [model, fields] of Object.entries(MODELS)) {
  // All of them once; the others differ in how requests are released, which no strategy sees.
  const strategies = model === 'closed' ? NAMES : ['check-then-act', 'rw-lock'];
  test(`every request has one outcome: ${model} model, ${strategies.length} strategies, 1,003 requests`, async () => {
    const mix = 'reserve=70,browse=20,cancel=10';
    const { results } = await compare({
      warmsUp: false,
      strategies,
      scenario: scenario({ ...fields, requests: '1003', tickets: '50', clients: '40', mix }),
    });
    assert.deepEqual(
      results.map(({ strategy }) => strategy),
      strategies,
    );
    for (const result of results) {
      assertAdditive(result);
      assert.equal(result.stream.requests, 1003);
      assert.equal(new Set(results.map(({ stream }) => stream.digest)).size, 1);
      const { reserved, cancelled, browsed, soldOut } = result.outcomes;
      assert.ok(reserved > 0 && cancelled > 0 && browsed > 0 && soldOut > 0, 'not all occurred');
    }
  });
}

for (const { name } of PRESETS) {
  test(`every request has one outcome: preset ${name}, 2,000 requests`, async () => {
    const result = await coldRun({
      strategy: 'compare-and-swap',
      scenario: scenario({ requests: '2000' }, name),
    });
    assertAdditive(result);
    assert.equal(result.stream.requests, 2000);
    assert.equal(result.audit.verdict, 'exact');
  });
}

test('one stream whatever the threads: 1 and 4 threads, 1,000 requests', async () => {
  const digests = new Set<string>();
  for (const threads of ['1', '4']) {
    const fields = { requests: '1000', rate: 'max', seed: 'abc', threads };
    const result = await coldRun({ strategy: 'event-lock', scenario: scenario(fields) });
    assert.equal(result.scenario.threads, Number(threads));
    digests.add(result.stream.digest);
  }
  assert.equal(digests.size, 1);
});

test('another seed, another stream: 2 seeds, 1,000 requests', async () => {
  const digests = new Set<string>();
  for (const seed of ['1', '2']) {
    const fields = { requests: '1000', rate: 'max', seed };
    digests.add((await coldRun({ strategy: 'rw-lock', scenario: scenario(fields) })).stream.digest);
  }
  assert.equal(digests.size, 2);
});

test('what is sold adds up: 3 events of 10 tickets, 1 to 4 at a time', async () => {
  const fields = { requests: '3000', rate: 'max', events: '3', tickets: '10', quantity: '1..4' };
  const { tickets, audit, outcomes, throughput } = await coldRun({
    strategy: 'compare-and-swap',
    scenario: scenario(fields),
  });
  assert.deepEqual(tickets, { capacity: 30, granted: 30, returned: 0 });
  assert.equal(audit.verdict, 'exact');
  assert.ok(outcomes.reserved >= 9 && outcomes.reserved <= 30, `${outcomes.reserved} grants`);
  assert.ok(throughput.timeToSellOutMs !== null && throughput.timeToSellOutMs > 0);
});

test('tickets that come back are counted, and may be sold again: 1 event of 5 tickets', async () => {
  const mix = 'reserve=60,cancel=40';
  const fields = { requests: '4000', clients: '20', events: '1', tickets: '5', mix };
  const { tickets, audit, outcomes } = await coldRun({
    strategy: 'global-lock',
    scenario: scenario(fields),
  });
  assert.equal(audit.verdict, 'exact');
  assert.ok(tickets.returned > 0);
  assert.ok(tickets.granted - tickets.returned <= 5);
  assert.equal(tickets.granted, outcomes.reserved);
  assert.equal(outcomes.failed, 0);
});

test('a duration ends the stream: 100 ms as fast as possible', async () => {
  const { stream, audit, outcomes, throughput } = await coldRun({
    strategy: 'compare-and-swap',
    scenario: scenario({ rate: 'max', duration: '100ms' }),
  });
  assert.notEqual(audit.verdict, 'incomplete');
  assert.ok(stream.requests > 0);
  assert.equal(outcomes.reserved + outcomes.soldOut, stream.requests);
  assert.equal(throughput.offeredPerSecond, throughput.completedPerSecond);
});

test('an unknown strategy is refused before anything is started', async () => {
  await assert.rejects(coldRun({ strategy: 'none', scenario: scenario({}) }), InputError);
});

test('a comparison for a time gives each strategy as many requests as it answers: closed and saturating', async () => {
  for (const fields of [{ rate: 'max', duration: '500ms' }, { duration: '500ms' }]) {
    const { results } = await compare({
      warmsUp: false,
      strategies: ['compare-and-swap', 'global-lock'],
      scenario: scenario({ ...fields, clients: '80', tickets: '10' }),
    });
    for (const result of results) {
      assertAdditive(result);
      assert.equal(result.scenario.durationNs, 500e6);
      assert.equal(result.audit.verdict, 'exact');
      assert.ok(result.stream.requests > 0);
      // Sold out long before the time is over, and refused from then on.
      assert.notEqual(result.throughput.timeToSellOutMs, null);
    }
  }
});

test('the streams of a time begin the same: one saved by a run begins as one of as many requests does', async () => {
  const result = await coldRun({
    strategy: 'compare-and-swap',
    scenario: scenario({ duration: '50ms' }),
  });
  const again = await coldRun({
    strategy: 'global-lock',
    scenario: scenario({ requests: String(result.stream.requests) }),
  });
  assert.equal(again.stream.digest, result.stream.digest);
  assert.equal('durationNs' in again.scenario, false);
});

test('a comparison saves no stream that each strategy ends elsewhere', async () => {
  const comparison = compare({
    strategies: NAMES,
    scenario: scenario({ duration: '1s' }),
    traceOut: 'never-written.trace',
  });
  await assert.rejects(comparison, /--trace-out saves one stream.*give --requests/);
});

test('a comparison refuses an unknown strategy before it runs the others', async () => {
  const shown: RunProgress[] = [];
  const comparison = compare({
    warmsUp: false,
    strategies: ['rw-lock', 'none'],
    scenario: scenario({ requests: '1000' }),
    onProgress: (progress) => shown.push(progress),
  });
  await assert.rejects(comparison, InputError);
  assert.deepEqual(shown, []);
});

test('an abort ends a run with what was sold until then: 1,000 requests per second for an hour', async () => {
  const controller = new AbortController();
  const result = await coldRun({
    strategy: 'event-lock',
    scenario: scenario({ rate: '1000', duration: '1h', tickets: '1000000' }),
    signal: controller.signal,
    onProgress: ({ completed }) => {
      if (completed > 0) controller.abort();
    },
  });
  assert.equal(result.audit.verdict, 'incomplete');
  assert.deepEqual(result.health.reasons[0], 'interrupted');
  assert.equal(result.health.valid, false);
  assert.ok(result.outcomes.reserved > 0);
  assert.equal(result.tickets.granted, result.outcomes.reserved);
  assert.equal(result.responseTimeNs.count, result.outcomes.reserved);
});

test('a run that is aborted before it begins is incomplete', async () => {
  // A thread that takes more than a second to start is ended, and named, too.
  await inOneOf(5, async () => {
    const result = await coldRun({
      strategy: 'rw-lock',
      scenario: scenario({ requests: '100000000' }),
      signal: AbortSignal.abort(),
    });
    assert.equal(result.audit.verdict, 'incomplete');
    assert.deepEqual(result.health.reasons, ['interrupted']);
  });
});

test('an abort ends a comparison: the strategy at work is incomplete, the next is left out', async () => {
  const controller = new AbortController();
  const { results } = await compare({
    warmsUp: false,
    strategies: ['event-lock', 'rw-lock'],
    scenario: scenario({ rate: '1000', duration: '1h', tickets: '1000000' }),
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  assert.deepEqual(
    results.map(({ strategy, audit }) => [strategy, audit.verdict]),
    [['event-lock', 'incomplete']],
  );
});

test('an abort after the end changes nothing, and nobody listens any more', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners++;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners--;
    remove(...given);
  };
  const result = await coldRun({
    strategy: 'rw-lock',
    scenario: scenario({ requests: '100' }),
    signal,
  });
  controller.abort();
  assert.equal(result.audit.verdict, 'exact');
  assert.equal(listeners, 0);
});
