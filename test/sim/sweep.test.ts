import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sweep } from '../../src/index.ts';
import type { SweepProgress } from '../../src/sim/run-sweep.ts';
import { axisOf, SWEEPABLE, scenarioAt } from '../../src/sim/sweep-axis.ts';

const TINY = { requests: '300', tickets: '200', workInside: '0', workOutside: '0' };

function axis(fields: Readonly<Record<string, string>>) {
  return axisOf({ fields });
}

describe('which field is swept', () => {
  test('each that can be takes several values, and they become numbers', () => {
    const lists: Readonly<Record<string, readonly [string, readonly (number | null)[]]>> = {
      threads: ['4,1,2', [1, 2, 4]],
      rate: ['max,5000,1e3', [1000, 5000, null]],
      clients: ['10,20', [10, 20]],
      tickets: ['7,3', [3, 7]],
      events: ['1,2', [1, 2]],
      popularity: ['in-turn,zipf:1.5,uniform', [0, 1.5, null]],
      workInside: ['1us,0,2ms', [0, 1000, 2e6]],
      workOutside: ['1us,2ns', [2, 1000]],
    };
    for (const [name, [text, xs]] of Object.entries(lists)) {
      const { values, flag } = axis({ [name]: text });
      assert.deepEqual(
        values.map(({ x }) => x),
        xs,
        name,
      );
      assert.ok(SWEEPABLE.includes(flag), flag);
    }
    assert.equal(Object.keys(lists).length, SWEEPABLE.length);
  });

  test('the values stay as they were given, sorted', () => {
    const { values } = axis({ workInside: ' 2ms, 1us' });
    assert.deepEqual(
      values.map(({ value }) => value),
      ['1us', '2ms'],
    );
  });

  for (const [what, fields, message] of [
    ['none', {}, /needs several values for one of --threads, --rate, .*such as --threads 1,2,4,8$/],
    ['a range', { threads: '1-4' }, /such as --threads 1,2,4,8; got --threads 1-4$/],
    [
      'commas of one value',
      { quantity: '1:2,2:3' },
      /commas in --quantity are part of its one value/,
    ],
    ['two', { threads: '1,2', tickets: '1,2' }, /--tickets and --threads both have several values/],
    ['one that cannot be', { arrivals: 'poisson,constant' }, /--arrivals takes one value/],
    [
      'one that cannot be, beside one that can',
      { threads: '1,2', requests: '1,2' },
      /--requests takes one/,
    ],
    ['a value that is not allowed', { threads: '1,0' }, /--threads must be .*got "0"/],
    ['no value after a comma', { threads: '1,' }, /--threads must be .*got ""/],
    ['one value twice', { workInside: '1us,1000ns' }, /--work-inside names 1000ns twice/],
  ] as const) {
    test(`an error for ${what}`, () => {
      assert.throws(() => axis(fields), { name: 'InputError', message });
    });
  }
});

describe('what is sold by default', () => {
  test('as fast as possible; at rates by a schedule; over clients in a closed loop', () => {
    const models = ['threads', 'rate', 'clients'].map((name) => scenarioAt({}, name, '5').model);
    assert.deepEqual(models, ['saturating', 'open', 'closed']);
  });

  test('enough for everybody, so that requests cost the same to the end', () => {
    for (const [name, value] of [
      ['threads', '2'],
      ['events', '1'],
      ['clients', '9'],
      ['rate', '100000'],
    ] as const) {
      const { stream, ticketsPerEvent } = scenarioAt({}, name, value);
      assert.ok(ticketsPerEvent >= stream.requests, name);
    }
  });

  test('a scenario that is given is taken as it is, and single fields win', () => {
    const preset = scenarioAt({ scenario: 'hot-event' }, 'threads', '3');
    assert.deepEqual(
      [preset.ticketsPerEvent, preset.workOutsideNs, preset.threads],
      [100_000, 0, 3],
    );
    const fields = { tickets: '5', duration: '1s' };
    const own = scenarioAt({ fields }, 'rate', '1000');
    assert.deepEqual([own.ticketsPerEvent, own.stream.requests], [5, 1000]);
  });
});

describe('a small sweep: 2 strategies, 2 values, 2 repeats of 300 requests', () => {
  test('has a point for each, of the streams of two seeds', async () => {
    const seen = new Set<string>();
    const result = await sweep({
      strategies: ['compare-and-swap', 'event-lock'],
      request: { fields: { ...TINY, threads: '2,1', seed: 'x' } },
      repeats: 2,
      onProgress: ({ part }: SweepProgress) => seen.add(part),
    });
    assert.deepEqual(
      [result.over, result.values, result.seeds],
      ['threads', ['1', '2'], ['x/1', 'x/2']],
    );
    assert.deepEqual(
      result.curves.map(({ strategy, points }) => [strategy, points.map(({ runs }) => runs)]),
      [
        ['compare-and-swap', [2, 2]],
        ['event-lock', [2, 2]],
      ],
    );
    for (const { points } of result.curves) {
      for (const { verdicts, command } of points) {
        assert.deepEqual(verdicts, { exact: 2 });
        assert.match(command, /^sim run --strategy \S+ .*--seed x\/[12]/);
      }
    }
    assert.equal(
      result.command,
      'sim sweep --strategies compare-and-swap,event-lock --threads 1,2 --requests 300 --tickets 200 --seed x --work-inside 0 --work-outside 0 --repeats 2',
    );
    for (const point of seen) assert.match(point, /^threads [12]$/);
  });

  test('without a run, since it was ended before: no points, and it says so', async () => {
    const { curves, interrupted } = await sweep({
      strategies: ['compare-and-swap'],
      request: { fields: { ...TINY, threads: '1,2' } },
      repeats: 1,
      signal: AbortSignal.abort(),
    });
    assert.deepEqual([interrupted, curves[0]?.points], [true, []]);
  });

  test('goes over clients for a time, from memory and from a file: 2 clients and 8, 50 ms', async () => {
    const { curves, scenario } = await sweep({
      strategies: ['event-lock', 'file-log'],
      request: { fields: { clients: '2,8', duration: '50ms' } },
      repeats: 1,
    });
    assert.equal(scenario.durationNs, 50e6);
    for (const { points } of curves) {
      assert.deepEqual(
        points.map(({ x, verdicts }) => [x, verdicts]),
        [
          [2, { exact: 1 }],
          [8, { exact: 1 }],
        ],
      );
    }
  });

  test('sells for seconds by default where a store sells, unless a number of requests is given', async () => {
    const strategies = ['file-log'];
    const request = { fields: { clients: '2,8', requests: '300' } };
    const given = await sweep({ strategies, request, repeats: 1 });
    assert.equal(given.scenario.durationNs, undefined);
    const byDefault = await sweep({
      strategies,
      request: { fields: { clients: '2,8' } },
      repeats: 1,
      signal: AbortSignal.abort(),
    });
    assert.equal(byDefault.scenario.durationNs, 2e9);
  });

  test('is refused for a strategy that is not there', async () => {
    await assert.rejects(
      sweep({ strategies: ['nobody'], request: { fields: { threads: '1,2' } }, repeats: 1 }),
      /there is no strategy "nobody"/,
    );
  });
});
