import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { PRESETS } from '../../src/sim/presets.ts';
import { parseDurationNs } from '../../src/sim/quantities.ts';
import { resolveScenario, type Scenario } from '../../src/sim/scenario.ts';
import fc from '../support/fast-check.ts';

function resolve(fields: Readonly<Record<string, string>>, scenario?: string): Scenario {
  return resolveScenario({ fields, scenario });
}

function refusal(fields: Readonly<Record<string, string>>, scenario?: string): string {
  try {
    resolve(fields, scenario);
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }
  assert.fail(`${JSON.stringify(fields)} was accepted`);
}

test('nothing said: the closed model, a million requests, two threads or more', () => {
  const scenario = resolve({});
  assert.equal(scenario.model, 'closed');
  assert.equal(scenario.ratePerSecond, null);
  assert.equal(scenario.deadlineNs, null);
  assert.equal(scenario.stream.requests, 1_000_000);
  assert.equal(scenario.stream.demand.inTurn, true);
  assert.deepEqual(scenario.stream.arrivals, { kind: 'unpaced' });
  assert.equal(scenario.threads, Math.max(2, Math.min(8, availableParallelism())));
});

test('a rate in requests per second makes the open model: 5 s of them', () => {
  const scenario = resolve({ rate: '50000' });
  assert.equal(scenario.model, 'open');
  assert.equal(scenario.ratePerSecond, 50_000);
  assert.equal(scenario.stream.requests, 250_000);
  assert.equal(scenario.stream.demand.inTurn, false);
  assert.deepEqual(scenario.stream.arrivals, { kind: 'poisson', durationNs: 5e9 });
});

test('the rate max makes the saturating model: a million requests', () => {
  const scenario = resolve({ rate: 'max' });
  assert.equal(scenario.model, 'saturating');
  assert.equal(scenario.ratePerSecond, 'max');
  assert.equal(scenario.stream.requests, 1_000_000);
  assert.equal(scenario.deadlineNs, null);
});

for (const rate of [undefined, 'max']) {
  const model = rate === undefined ? 'closed' : 'saturating';
  const fields = rate === undefined ? {} : { rate };
  test(`a duration bounds the ${model} model by time, not by number: 2 s`, () => {
    const scenario = resolve({ ...fields, duration: '2s' });
    assert.equal(scenario.model, model);
    assert.equal(scenario.deadlineNs, 2e9);
  });

  test(`a number of requests bounds the ${model} model: 77 requests`, () => {
    const scenario = resolve({ ...fields, requests: '77' });
    assert.equal(scenario.deadlineNs, null);
    assert.equal(scenario.stream.requests, 77);
  });
}

test('the open model has exactly rate times duration requests, rounded', () => {
  const rates = fc.integer({ min: 1, max: 1_000_000 });
  const durations = fc.integer({ min: 1000, max: 100_000 });
  fc.assert(
    fc.property(rates, durations, (rate, ms) => {
      const { stream } = resolve({ rate: String(rate), duration: `${ms}ms` });
      assert.equal(stream.requests, Math.round((rate * ms) / 1000));
    }),
  );
});

test('the schedule keeps the rate when the number of requests is given: 300 at 100 per second', () => {
  const { stream } = resolve({ rate: '100', requests: '300' });
  assert.equal(stream.requests, 300);
  assert.deepEqual(stream.arrivals, { kind: 'poisson', durationNs: 3e9 });
});

test('the schedule keeps the rate when rate times duration is no whole number: 1.5 requests', () => {
  const { stream } = resolve({ rate: '3', duration: '500ms', arrivals: 'constant' });
  assert.equal(stream.requests, 2);
  assert.ok(stream.arrivals.kind === 'constant');
  assert.equal(Math.round(stream.arrivals.durationNs), Math.round((2 / 3) * 1e9));
});

test('a rate so low or high that its requests cannot be counted is refused', () => {
  assert.match(
    refusal({ rate: '0.1', duration: '1s' }),
    /from 1 to 2,000,000,000 requests; got 0$/,
  );
  assert.match(refusal({ rate: '1e8', duration: '1h' }), /; got 360000000000$/);
  assert.match(refusal({ rate: '1e-3', requests: '100' }), /not take longer than 24h; got 27.8h$/);
});

test('the burst of an on-sale keeps its share', () => {
  const { stream } = resolve({ rate: '100', requests: '100', arrivals: 'onsale:0.3' });
  assert.deepEqual(stream.arrivals, { kind: 'onsale', durationNs: 1e9, burst: { share: 0.3 } });
});

test('a duration and a number of requests exclude each other', () => {
  assert.equal(
    refusal({ duration: '1s', requests: '10' }),
    '--duration and --requests exclude each other; give one',
  );
});

test('arrivals need a rate in requests per second, whoever gives the rate', () => {
  assert.match(
    refusal({ arrivals: 'constant' }),
    /^--arrivals needs a rate in requests per second/,
  );
  assert.match(
    refusal({ arrivals: 'constant' }, 'hot-event'),
    /^--arrivals needs a rate in requests per second/,
  );
  assert.equal(resolve({ arrivals: 'constant', rate: '1000' }, 'hot-event').model, 'open');
});

test('a flag wins over a preset, a preset over the defaults', () => {
  const scenario = resolve({ events: '7' }, 'hot-event');
  assert.equal(scenario.events, 7);
  assert.equal(scenario.clients, 10_000);
  assert.equal(scenario.seed, '42');
});

test("a duration by flag takes the place of a preset's number of requests", () => {
  const scenario = resolve({ duration: '1s' }, 'onsale');
  assert.equal(scenario.stream.requests, 100_000);
  assert.equal(scenario.fields['requests'], undefined);
});

test('the seed of the scenario is the seed of its stream', () => {
  const scenario = resolve({ seed: 'abc' });
  assert.equal(scenario.seed, 'abc');
  assert.equal(scenario.stream.seed, 'abc');
});

test('an unknown preset is told with the nearest', () => {
  assert.match(
    refusal({}, 'onsail'),
    /^--scenario must be a file or one of onsale, .*"onsail"; did you mean "onsale"\?$/,
  );
});

for (const { name, fields } of PRESETS) {
  test(`the preset ${name} resolves to what it says`, () => {
    const scenario = resolve({}, name);
    assert.equal(scenario.clients, Number(fields['clients']));
    assert.equal(scenario.events, Number(fields['events']));
    assert.equal(scenario.ticketsPerEvent, Number(fields['tickets']));
    assert.equal(scenario.preset, name);
    const { rate, requests, duration } = fields;
    if (requests !== undefined) assert.equal(scenario.stream.requests, Number(requests));
    assert.equal(scenario.deadlineNs, duration === undefined ? null : parseDurationNs(duration));
    const timed = rate === 'max' ? 'saturating' : 'open';
    assert.equal(scenario.model, rate === undefined ? 'closed' : timed);
  });

  test(`the fields of the preset ${name} make the same scenario again`, () => {
    const scenario = resolve({}, name);
    const { arrivals, ...others } = scenario.fields;
    const again = scenario.model === 'open' && arrivals ? { ...others, arrivals } : others;
    assert.deepEqual(resolve(again).stream, scenario.stream);
  });
}
