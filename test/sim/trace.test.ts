import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { verifyTrace } from '../../src/generator/trace.ts';
import { compare, InputError, resolveScenario } from '../../src/index.ts';
import { coldRun } from '../support/cold-run.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'onsale-traces-'));
});
after(() => rmSync(folder, { recursive: true }));

async function save(name: string, fields: Readonly<Record<string, string>>) {
  const path = join(folder, name);
  const scenario = resolveScenario({ fields: { requests: '3001', ...fields } });
  const result = await coldRun({ strategy: 'event-lock', scenario, traceOut: path });
  return { path, scenario, result };
}

const MODELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  open: { rate: '20000', arrivals: 'onsale', quantity: '1:3,4:1' },
  saturating: { rate: 'max', events: '9', mix: 'reserve=80,browse=10,cancel=10' },
  closed: { clients: '30', mix: 'reserve=50,cancel=50' },
};

for (const [model, fields] of Object.entries(MODELS)) {
  test(`a saved stream is replayed as it was: ${model} model, 3,001 requests`, async () => {
    const { path, scenario, result } = await save(`${model}.trace`, fields);
    const replay = resolveScenario({ trace: path, fields: { threads: '3' } });
    assert.equal(replay.model, scenario.model);
    assert.equal(replay.clients, scenario.clients);
    assert.equal(replay.events, scenario.events);
    assert.equal(replay.seed, scenario.seed);
    assert.equal(replay.ratePerSecond, scenario.ratePerSecond);
    const again = await coldRun({ strategy: 'rw-lock', scenario: replay });
    assert.equal(again.stream.digest, result.stream.digest);
    assert.equal(again.stream.requests, 3001);
    assert.equal(again.outcomes.browsed, result.outcomes.browsed);
    assert.equal(again.throughput.offeredPerSecond > 0, true);
    if (model === 'open') {
      assert.equal(again.throughput.offeredPerSecond, result.throughput.offeredPerSecond);
    }
    assert.equal(again.audit.verdict, 'exact');
  });
}

test('a stream that a duration ended is replayed whole: 50 ms as fast as possible', async () => {
  const path = join(folder, 'duration.trace');
  const scenario = resolveScenario({ fields: { rate: 'max', duration: '50ms' } });
  const { stream } = await coldRun({ strategy: 'event-lock', scenario, traceOut: path });
  const replay = resolveScenario({ trace: path });
  assert.equal(replay.deadlineNs, null);
  assert.deepEqual((await coldRun({ strategy: 'rw-lock', scenario: replay })).stream, stream);
});

for (const seed of ['é', '東京', '🎟', '"\\', '東'.repeat(200), 'x'.repeat(200)]) {
  const shown =
    seed.length > 10 ? `${seed.length} times ${JSON.stringify(seed[0])}` : JSON.stringify(seed);
  test(`any seed survives in a trace: ${shown}`, async () => {
    const { path, result } = await save('seed.trace', { seed, requests: '100' });
    // Resolving verifies the whole file; what it is verified against is compared too.
    assert.equal(resolveScenario({ trace: path }).seed, seed);
    assert.equal(verifyTrace(path).digest, result.stream.digest);
  });
}

test('a comparison saves its stream once, and may replay it: 2 strategies', async () => {
  const path = join(folder, 'compared.trace');
  const scenario = resolveScenario({ fields: { requests: '500', rate: 'max' } });
  const { results } = await compare({
    strategies: ['event-lock', 'rw-lock'],
    scenario,
    traceOut: path,
  });
  const replay = resolveScenario({ trace: path });
  const again = await compare({ strategies: ['rw-lock', 'event-lock'], scenario: replay });
  assert.equal(again.results[1]?.stream.digest, results[0]?.stream.digest);
});

test('an interrupted run leaves no trace, and no half of one', async () => {
  const controller = new AbortController();
  const path = join(folder, 'interrupted.trace');
  const result = await coldRun({
    strategy: 'event-lock',
    scenario: resolveScenario({ fields: { rate: '1000', duration: '1h' } }),
    traceOut: path,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  assert.equal(result.audit.verdict, 'incomplete');
  assert.equal(existsSync(path), false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('interrupted')),
    [],
  );
});

const TAKEN = {
  clients: '5',
  rate: '5',
  duration: '5s',
  requests: '5',
  events: '5',
  quantity: '2',
  mix: 'reserve=1',
  arrivals: 'constant',
  popularity: 'uniform',
  seed: '5',
};

for (const [name, text] of Object.entries(TAKEN)) {
  test(`--${name} cannot go with a trace`, () => {
    assert.throws(
      () => resolveScenario({ trace: 'unread.trace', fields: { [name]: text } }),
      new InputError(`--trace brings its own stream; --${name} cannot go with it`),
    );
  });
}

test('how a trace is sold is still ours to say: tickets, threads and work', async () => {
  const { path } = await save('terms.trace', { requests: '100' });
  const fields = { tickets: '7', threads: '5', workInside: '1us', workOutside: '2us' };
  const scenario = resolveScenario({ trace: path, fields });
  assert.equal(scenario.ticketsPerEvent, 7);
  assert.equal(scenario.threads, 5);
  assert.equal(scenario.workInsideNs, 1000);
  assert.equal(scenario.workOutsideNs, 2000);
});

test('a preset with a trace gives the terms of the sale, and the trace the stream', async () => {
  const { path, scenario } = await save('preset.trace', { requests: '100', clients: '17' });
  const replay = resolveScenario({ trace: path, scenario: 'last-ticket' });
  assert.equal(replay.ticketsPerEvent, 16);
  assert.equal(replay.clients, 17);
  assert.equal(replay.events, scenario.events);
});

test('what is no trace is refused in one line: nothing there, a folder, another file', () => {
  for (const path of [join(folder, 'missing.trace'), folder, import.meta.filename]) {
    assert.throws(
      () => resolveScenario({ trace: path }),
      (error: unknown) => error instanceof InputError && !error.message.includes('\n'),
      path,
    );
  }
});
