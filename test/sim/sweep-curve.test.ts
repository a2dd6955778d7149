import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { curveOf } from '../../src/sim/sweep-curve.ts';
import { isBrokenCurve } from '../../src/sim/sweep-result.ts';
import { throughputAt } from '../../src/stats/usl.ts';
import fc from '../support/fast-check.ts';
import { type MadeUp, measured, ratesCurve, termsOver, threadsCurve } from '../support/sweeps.ts';

function curve(over: string, xs: readonly number[], runs: readonly MadeUp[]) {
  return curveOf('made-up', runs.map(measured), termsOver(over, xs));
}

describe('points', () => {
  test('have the median, the lowest and the highest of their runs: 3 repeats', () => {
    const { points } = curve(
      'clients',
      [10, 20],
      [
        { at: 1, completed: 5 },
        { at: 0, completed: 300 },
        { at: 0, completed: 100, p99: 7000 },
        { at: 0, completed: 200 },
      ],
    );
    assert.deepEqual(
      points.map(({ value, x, runs }) => [value, x, runs]),
      [
        ['10', 10, 3],
        ['20', 20, 1],
      ],
    );
    assert.deepEqual(points[0]?.completedPerSecond, { median: 200, low: 100, high: 300 });
    assert.deepEqual(points[0]?.responseP99Ns, { median: 5000, low: 5000, high: 7000 });
    assert.deepEqual(points[0]?.responseP50Ns, { median: 1000, low: 1000, high: 1400 });
    assert.deepEqual(points[0]?.grantedPerSecond, { median: 100, low: 50, high: 150 });
  });

  test('of runs without a figure are shown, with a reason and no figures', () => {
    const { points } = curve(
      'clients',
      [10],
      [
        { at: 0, reason: 'too late' },
        { at: 0, reason: 'too late' },
      ],
    );
    const [point] = points;
    assert.deepEqual([point?.runs, point?.voidRuns, point?.reasons], [2, 2, ['too late']]);
    assert.deepEqual([point?.completedPerSecond, point?.responseP99Ns], [null, null]);
  });

  test('void runs change no figure, whatever they measured: up to 5 of them', () => {
    const voids = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 5 });
    const valid = [1000, 1100, 1200].map((completed): MadeUp => ({ at: 0, completed }));
    const without = curve('clients', [10], valid).points[0];
    fc.assert(
      fc.property(voids, (figures) => {
        const spoilt = figures.map((each): MadeUp => {
          return { at: 0, completed: each, p99: each, reason: 'interrupted' };
        });
        const point = curve('clients', [10], [...spoilt, ...valid]).points[0];
        assert.deepEqual(point?.completedPerSecond, without?.completedPerSecond);
        assert.deepEqual(point?.responseP99Ns, without?.responseP99Ns);
        assert.deepEqual([point?.runs, point?.voidRuns], [3 + figures.length, figures.length]);
      }),
    );
  });

  test('what an audit proves counts also in a void run', () => {
    const { points } = curve(
      'clients',
      [10],
      [
        { at: 0 },
        { at: 0, audit: { verdict: 'oversold', oversold: 3, brokenPromises: ['noOversell'] } },
        {
          at: 0,
          audit: { verdict: 'oversold', oversold: 9, brokenPromises: ['noOversell'] },
          reason: 'late',
        },
      ],
    );
    assert.deepEqual(points[0]?.verdicts, { exact: 1, oversold: 2 });
    assert.deepEqual([points[0]?.oversold, points[0]?.brokenPromises], [9, ['noOversell']]);
  });

  test('without any run are left out', () => {
    assert.deepEqual(
      curve('clients', [10, 20, 30], [{ at: 1 }]).points.map(({ value }) => value),
      ['20'],
    );
  });

  test('with more threads than cores say so', () => {
    const { points } = threadsCurve('made-up', { 2: 1, 4: 1, 5: 1 });
    assert.deepEqual(
      points.map(({ oversubscribed }) => oversubscribed),
      [false, false, true],
    );
  });
});

describe('a broken curve', () => {
  const broken = curve(
    'clients',
    [10, 20],
    [
      { at: 0 },
      { at: 1, audit: { verdict: 'oversold', oversold: 1, brokenPromises: ['noOversell'] } },
    ],
  );

  test('is one that broke a promise at any point, unless it is kept to break it', () => {
    assert.equal(isBrokenCurve(broken), true);
    assert.equal(isBrokenCurve(broken, ['noOversell']), false);
    assert.equal(isBrokenCurve(curve('clients', [10], [{ at: 0 }])), false);
  });

  test('is one that failed, whatever it was expected to break', () => {
    const failed = curve(
      'clients',
      [10],
      [{ at: 0, audit: { verdict: 'incomplete' }, reason: 'thread 1 died' }],
    );
    assert.equal(isBrokenCurve(failed, ['noOversell']), true);
  });
});

describe('the scalability law', () => {
  const law = { lambda: 1000, sigma: 0.1, kappa: 0.1 };
  const byThreads = Object.fromEntries([1, 2, 3, 4, 6].map((n) => [n, throughputAt(law, n)]));

  test('is fitted to the medians over threads, and says what is beyond the cores', () => {
    const { usl, notes, knee } = threadsCurve('made-up', byThreads);
    assert.ok(usl && Math.abs((usl.peak ?? 0) - 3) < 0.001, JSON.stringify(usl));
    assert.match(usl.says, /lambda 1,000\/s of one thread, sigma 0\.1, kappa 0\.1, R2 1\.000/);
    assert.match(
      usl.says,
      /highest with 3 threads; 1 of 5 points have more threads than the 4 cores/,
    );
    assert.deepEqual([knee, notes], [null, []]);
  });

  test('with its peak beyond what was measured claims no throughput there', () => {
    const flat = { lambda: 1000, sigma: 0.01, kappa: 0.0001 };
    const entries = [1, 2, 3, 4].map((n) => [n, throughputAt(flat, n)]);
    const { usl } = threadsCurve('made-up', Object.fromEntries(entries));
    assert.match(
      usl?.says ?? '',
      /still grows at 4 threads; by the law up to \d\d+, where nothing/,
    );
    assert.doesNotMatch(usl?.says ?? '', /is highest/);
  });

  test('that explains little says so', () => {
    const { usl } = threadsCurve('made-up', { 1: 100, 2: 300, 3: 50, 4: 400 });
    assert.ok(usl && usl.rSquared < 0.8);
    assert.match(usl.says, /explains \d+ % of the differences only/);
  });

  test('takes 4 points with valid runs: else a note says how many there are', () => {
    const { usl, notes } = curve(
      'threads',
      [1, 2, 3, 4],
      [{ at: 0 }, { at: 1 }, { at: 2 }, { at: 3, reason: 'late' }],
    );
    assert.equal(usl, null);
    assert.match(notes[0] ?? '', /takes 4 numbers of threads with valid runs, and there are 3/);
  });

  test('is not fitted where a schedule sets the throughput', () => {
    const runs = [1, 2, 3, 4].map((threads, at) => measured({ at, threads, completed: 500 }));
    const terms = { ...termsOver('threads', [1, 2, 3, 4]), scheduled: true };
    const { usl, notes } = curveOf('made-up', runs, terms);
    assert.equal(usl, null);
    assert.match(notes[0] ?? '', /requests come by a schedule/);
  });

  test('is not looked for over anything else', () => {
    const { usl, notes } = curve('clients', [1, 2], [{ at: 0 }, { at: 1 }]);
    assert.deepEqual([usl, notes], [null, []]);
  });
});

describe('over rates', () => {
  test('the knee is found by p99, and said with what comes after it', () => {
    const { knee, usl } = ratesCurve('made-up', { 100: 1000, 200: 1100, 400: 1500, 800: 90_000 });
    assert.deepEqual([knee?.x, knee?.responseP99Ns, usl], [400, 1500, null]);
    assert.equal(
      knee?.says,
      'knee at 400/s: from there to 800/s, 2 times the rate, p99 grows 60 times',
    );
  });

  test('a knee at the lowest rate may be below it', () => {
    const { knee } = ratesCurve('made-up', { 100: 1000, 200: 90_000, 400: 99_000 });
    assert.match(knee?.says ?? '', /^knee at the lowest rate or below/);
  });

  test('flat times have no knee, and a note says so; two rates are too few', () => {
    const flat = ratesCurve('made-up', { 100: 1000, 200: 1000, 400: 1000 });
    assert.equal(flat.knee, null);
    assert.match(flat.notes[0] ?? '', /^no knee: /);
    const few = ratesCurve('made-up', { 100: 1000, 200: 90_000 });
    assert.match(few.notes[0] ?? '', /takes 3 rates with valid runs, and there are 2/);
  });

  test('saturation is the first rate of which less than 95 % was completed', () => {
    const { saturation, notes } = curve(
      'rate',
      [100, 200, 400, 800],
      [
        { at: 0, offered: 100, completed: 99 },
        { at: 1, offered: 200, completed: 190 },
        { at: 2, offered: 400, completed: 379 },
        { at: 3, offered: 800, completed: 380 },
      ],
    );
    assert.equal(saturation?.x, 400);
    assert.equal(saturation.says, 'saturated at 400/s: 379/s completed');
    assert.ok(notes.every((note) => !note.startsWith('not saturated')));
  });

  test('where all was completed a note says so; "max" is no rate to compare with', () => {
    const runs = [
      { at: 0, offered: 100, completed: 100 },
      { at: 1, offered: 900, completed: 900 },
    ].map(measured);
    const { saturation, notes, points } = curveOf('made-up', runs, termsOver('rate', [100, null]));
    assert.equal(saturation, null);
    assert.ok(notes.some((note) => note.startsWith('not saturated')));
    assert.deepEqual([points[1]?.value, points[1]?.x], ['max', null]);
  });
});
