import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRIC_NAMES, METRICS, metricNamed } from '../../src/sim/metrics.ts';
import { isBroken, type RunResult } from '../../src/sim/result.ts';
import { evaluateThresholds, heldTo, parseThreshold } from '../../src/sim/threshold.ts';
import type { ThresholdOutcome } from '../../src/sim/threshold-outcome.ts';
import { OUTCOMES } from '../../src/workers/outcome.ts';
import fc from '../support/fast-check.ts';
import { incompleteResult, oversoldResult, resultOf } from '../support/results.ts';

const VOID = { health: { valid: false, reasons: ['the generator could not keep up'] } };

function evaluate(result: RunResult, threshold: string): ThresholdOutcome {
  const [outcome] = evaluateThresholds(result, [parseThreshold(threshold)]);
  return outcome as ThresholdOutcome;
}

test('each operator compares as it says, at, below and above the limit', () => {
  const kept = [
    'oversold==3',
    'oversold!=2',
    'oversold<=3',
    'oversold>=3',
    'oversold<4',
    'oversold>2',
  ];
  const broken = [
    'oversold==2',
    'oversold!=3',
    'oversold<=2',
    'oversold>=4',
    'oversold<3',
    'oversold>3',
  ];
  for (const each of kept) assert.equal(evaluate(oversoldResult(3), each).ok, true, each);
  for (const each of broken) assert.equal(evaluate(oversoldResult(3), each).ok, false, each);
});

test('every metric is read from where its name says, in its unit', () => {
  const byOutcome = Object.fromEntries(
    OUTCOMES.map((outcome, i) => [
      outcome,
      {
        count: 1,
        mean: 100 + i,
        p50: 200 + i,
        p90: 300 + i,
        p99: 400 + i,
        p999: 500 + i,
        max: 600 + i,
      },
    ]),
  );
  const outcomeTimes = OUTCOMES.flatMap((outcome, i) =>
    ['mean', 'p50', 'p90', 'p99', 'p999', 'max'].map(
      (name, place) => `${outcome}.${name}=${100 * (place + 1) + i}`,
    ),
  );
  const times = { count: 9, mean: 10, p50: 11, p90: 12, p99: 13, p999: 14, max: 15 };
  const result = resultOf('rw-lock', {
    outcomes: {
      reserved: 1,
      soldOut: 2,
      contended: 3,
      dropped: 4,
      failed: 5,
      cancelled: 6,
      browsed: 7,
      indeterminate: 17,
    },
    tickets: { granted: 8, returned: 9 },
    audit: {
      oversold: 21,
      duplicateTickets: 22,
      lostReceipts: 23,
      unsold: 24,
      falseSoldOut: 25,
      brokenPromises: ['noOversell', 'noStarvation'],
    },
    throughput: {
      completedPerSecond: 31,
      grantedPerSecond: 32,
      offeredPerSecond: 33,
      timeToSellOutMs: 3.4,
    },
    responseTimeNs: times,
    serviceTimeNs: { ...times, mean: 20, max: 19 },
    queueDelayNs: { ...times, mean: 51, p50: 52, p90: 53, p99: 54, p999: 55, max: 56 },
    responseTimeByOutcomeNs: byOutcome,
    contention: { retries: 41, waits: 42 },
    fairness: { jainIndex: 0.5, inversions: 43, mostOvertaken: 44, longestWaitNs: 45 },
  });
  const expected = `
    oversold=21 duplicateTickets=22 lostReceipts=23 unsold=24 falseSoldOut=25 brokenPromises=2 void=0
    requests=1000 reserved=1 soldOut=2 contended=3 dropped=4 failed=5 cancelled=6 browsed=7 indeterminate=17
    granted=8 returned=9 mean=10 p50=11 p90=12 p99=13 p999=14 max=15
    service.mean=20 service.p50=11 service.p90=12 service.p99=13 service.p999=14 service.max=19
    queue.mean=51 queue.p50=52 queue.p90=53 queue.p99=54 queue.p999=55 queue.max=56
    ${outcomeTimes.join(' ')}
    throughput=31 goodput=32 offered=33 sellOut=3400000
    retries=41 waits=42 jainIndex=0.5 inversions=43 mostOvertaken=44 longestWait=45`;
  const read = METRICS.map(({ name, read: readFrom }) => `${name}=${readFrom(result)}`);
  assert.deepEqual(read, expected.trim().split(/\s+/));
});

test('the names of the JSON mean the same metrics', () => {
  const same: Record<string, string> = {
    completedPerSecond: 'throughput',
    grantedPerSecond: 'goodput',
    offeredPerSecond: 'offered',
    timeToSellOutMs: 'sellOut',
    longestWaitNs: 'longestWait',
    'responseTimeNs.p99': 'p99',
    'response.p999': 'p999',
    'serviceTimeNs.max': 'service.max',
    'queueDelayNs.p50': 'queue.p50',
    'responseTimeByOutcomeNs.soldOut.p99': 'soldOut.p99',
  };
  for (const [name, metric] of Object.entries(same)) assert.equal(metricNamed(name)?.name, metric);
  for (const name of METRIC_NAMES) assert.ok(metricNamed(name), name);
  for (const name of ['constructor', '__proto__', 'p95', 'response.', 'service.', '.p99', 'P99']) {
    assert.equal(metricNamed(name), undefined, name);
  }
});

test('times need a unit and are exact to the nanosecond; blanks do not matter', () => {
  const result = resultOf('rw-lock', { responseTimeNs: { p99: 5_000_000 } });
  for (const limit of ['5ms', '5000us', '5000µs', '5000000ns', '0.005s']) {
    assert.equal(evaluate(result, `p99==${limit}`).ok, true, limit);
    assert.equal(evaluate(result, ` p99 <\t${limit} `).ok, false, limit);
  }
  assert.equal(evaluate(result, 'p99 < 5.000001ms').ok, true);
  assert.equal(evaluate(result, 'p99>0').ok, true);
  assert.equal(evaluate(result, ' p99 < 5 ms').threshold, 'p99<5ms');
});

test('counts may be written as 1e3', () => {
  assert.equal(evaluate(resultOf('rw-lock'), 'requests==1e3').ok, true);
  assert.equal(evaluate(resultOf('rw-lock'), 'throughput>=1.5e6').ok, true);
});

test('what cannot be read as a threshold is refused in one line that names it', () => {
  const cases: readonly (readonly [given: string, says: RegExp])[] = [
    ['', /must be a metric, an operator and a limit, such as .*; got ""$/],
    ['oversold', /must be a metric, an operator and a limit/],
    ['==0', /must be a metric, an operator and a limit/],
    ['p99<', /must be a metric, an operator and a limit/],
    ['oversold=0', /must compare by one of == != <= >= < >; got "=" in "oversold=0"$/],
    ['oversold=<0', /; got "=<"/],
    ['overslod==0', /knows no metric "overslod"; did you mean "oversold"\?/],
    ['zebra==0', /knows no metric "zebra" \(sim run --help lists them\)$/],
    ['p99<5', /p99 to a time with a unit \(ns, us, µs, ms, s, m, h\), such as 5ms; got "5" in/],
    ['p99<5 parsecs', /a time with a unit .*; got "5parsecs"/],
    ['sellOut<1000', /sellOut to a time with a unit/],
    ['jainIndex>2', /jainIndex to a number from 0 to 1, such as 0.95; got "2"/],
    ['oversold==5ms', /oversold to a number that is not negative, .* without a unit; got "5ms"/],
    ['oversold>-1', /got "-1"/],
    ['oversold<1e999', /got "1e999"/],
    ['oversold<0x10', /got "0x10"/],
    ['oversold<1,000', /got "1,000"/],
    ['1<oversold<3', /knows no metric "1"/],
    ['oversold<3<4', /got "3<4"/],
  ];
  for (const [given, says] of cases) {
    const expected = { name: 'InputError', message: says };
    assert.throws(() => parseThreshold(given), expected, given);
    assert.throws(() => parseThreshold(given), /^[^\n]*$/, given);
  }
});

test('any metric, operator and number that is written as it is allowed is read: 1,000 thresholds', () => {
  const operators: Record<string, (a: number, b: number) => boolean> = {
    '==': (a, b) => a === b,
    '!=': (a, b) => a !== b,
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  const result = resultOf('rw-lock');
  fc.assert(
    fc.property(
      fc.constantFrom(...METRICS),
      fc.constantFrom(...Object.entries(operators)),
      fc.nat({ max: 3_000_000 }),
      ({ name, unit, read, absent }, [operator, compare], whole) => {
        const limit = unit === 'ratio' ? whole / 3_000_000 : whole;
        const text = `${name}${operator}${limit}${unit === 'ns' ? 'ns' : ''}`;
        const value = read(result);
        const reason = value === null ? absent : null;
        const ok = value !== null && compare(value, limit);
        assert.deepEqual(evaluateThresholds(result, [parseThreshold(text)]), [
          { threshold: text, metric: name, value, unit, ok, reason },
        ]);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a time of what never happened breaks every threshold: no proof is not a proof', () => {
  const never = resultOf('rw-lock', { throughput: { timeToSellOutMs: null } });
  const idle = resultOf('rw-lock', { responseTimeNs: { count: 0, p99: 0 } });
  for (const operator of ['<', '>', '!=', '<=']) {
    const { value, ok, reason } = evaluate(never, `sellOut${operator}1h`);
    assert.deepEqual({ value, ok, reason }, { value: null, ok: false, reason: 'never sold out' });
    assert.deepEqual(evaluate(idle, `p99${operator}1h`).reason, 'no request was timed');
    const { reason: none } = evaluate(idle, `cancelled.p99${operator}1h`);
    assert.equal(none, 'no request ended cancelled');
    assert.equal(evaluate(idle, `p99${operator}1h`).ok, false);
  }
});

test('the figures of a void run keep no threshold, its counts do', () => {
  const result = resultOf('rw-lock', VOID);
  const reason = 'void: the generator could not keep up';
  for (const each of ['p99<1h', 'throughput>0', 'sellOut<1h', 'retries>=0', 'jainIndex>0']) {
    assert.deepEqual(
      { ok: evaluate(result, each).ok, reason: evaluate(result, each).reason },
      { ok: false, reason },
    );
  }
  for (const each of ['oversold==0', 'falseSoldOut==0', 'unsold==0', 'reserved==100', 'void==1']) {
    assert.equal(evaluate(result, each).ok, true, each);
  }
  assert.equal(evaluate(result, 'void==0').ok, false);
});

test('false sold-outs of which some were not checked keep no threshold', () => {
  const reasons = ['falseSoldOut is a lower bound: 7 refusals were not checked'];
  const result = resultOf('rw-lock', { health: { valid: false, reasons } });
  assert.deepEqual(evaluate(result, 'falseSoldOut==0').reason, 'it is a lower bound');
  assert.equal(evaluate(result, 'falseSoldOut==0').ok, false);
  assert.equal(evaluate(result, 'oversold==0').ok, true);
  // One of them may have broken a promise.
  assert.equal(evaluate(result, 'brokenPromises==0').ok, false);
  assert.match(evaluate(result, 'brokenPromises==0').reason ?? '', /not checked/);
});

test('a run that was cut short keeps no threshold at all', () => {
  const result = incompleteResult('rw-lock', 'interrupted');
  for (const { name, unit } of METRICS) {
    const { ok, reason } = evaluate(result, `${name}>=0${unit === 'ns' ? 'ns' : ''}`);
    assert.deepEqual({ ok, reason }, { ok: false, reason: 'cut short: interrupted' }, name);
  }
});

test('a result has thresholds only where there were any, and a broken one is never forgiven', () => {
  const control = oversoldResult(3);
  assert.equal(heldTo(control, []), control);
  assert.equal('thresholds' in control, false);
  assert.equal(isBroken(control, ['noOversell']), false);
  assert.equal(isBroken(heldTo(control, [parseThreshold('oversold==0')]), ['noOversell']), true);
  assert.equal(isBroken(heldTo(control, [parseThreshold('oversold>0')]), ['noOversell']), false);
  assert.equal(isBroken(heldTo(resultOf('rw-lock'), [parseThreshold('p99<1us')])), true);
});
