import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeHealth, type Measured } from '../../src/sim/health.ts';

const NONE = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
const CALM = { lostShare: 0.01, turnsPerMs: 10_000 };

/** 100,000 requests a second, of 1 ms each: a hundred at once. */
const SOUND: Measured = {
  completed: 100_000,
  completedPerSecond: 100_000,
  meanResponseNs: 1e6,
  meanServiceNs: 20_000,
  scheduled: true,
  sellers: 8,
  inSystem: 101,
  generatorLagNs: { ...NONE, count: 100, max: 5000 },
  pacingErrorNs: { ...NONE, count: 50_000, p99: 999_999 },
  byTimers: false,
  threads: 9,
  cores: 2,
  timerNs: 100,
  before: CALM,
  after: { lostShare: 0.1, turnsPerMs: 7001 },
  labLimitPerSecond: null,
  offeredPerSecond: 100_000,
};
const UNEVENTFUL = { interrupted: false, unauditedGrants: 0, failures: [], uncheckedRefusals: 0 };

function judge(changes: Partial<Measured>): ReturnType<typeof judgeHealth> {
  return judgeHealth({ ...UNEVENTFUL, measured: { ...SOUND, ...changes } });
}

test('a run within every limit is valid, however many threads share the processors', () => {
  const { valid, reasons, checks } = judge({});
  assert.deepEqual([valid, reasons], [true, []]);
  assert.deepEqual(
    checks.map(({ name }) => name),
    [
      'littles-law',
      'pacing-error',
      'generator-lag',
      'idle-sellers',
      'oversubscription',
      'timer-resolution',
      'stolen-time',
      'slowdown',
    ],
  );
  assert.ok(checks.every(({ says }) => says !== ''));
});

for (const [name, changes, said] of [
  ['littles-law', { inSystem: 126 }, /^Little's law is off by 21 %: 126 requests .* and 100 by/],
  ['littles-law', { inSystem: 70 }, /^Little's law is off by 30 %/],
  ['pacing-error', { pacingErrorNs: { ...NONE, count: 100, p99: 1_000_001 } }, /1,000 us late/],
  [
    'generator-lag',
    { generatorLagNs: { ...NONE, count: 101, max: 7e6 } },
    /could not keep up: 101 of 100,000 requests came late, by up to 7,000 us/,
  ],
  ['timer-resolution', { timerNs: 1001 }, /differ by 1,001 ns/],
  [
    'lab-limit',
    { labLimitPerSecond: 99_999 },
    /100,000 requests\/s were offered, and this lab makes 100,000 at most/,
  ],
  [
    'stolen-time',
    { before: { ...CALM, lostShare: 0.11 } },
    /away for 11 % of the time .*: something else ran/,
  ],
  ['slowdown', { after: { ...CALM, turnsPerMs: 6900 } }, /31 % slower/],
] as const) {
  test(`a run that breaks a limit is void, and says which: ${name}, ${JSON.stringify(changes)}`, () => {
    const { valid, reasons, checks } = judge(changes);
    assert.equal(valid, false);
    assert.equal(reasons.length, 1, reasons.join('; '));
    assert.match(reasons[0] as string, said);
    assert.deepEqual(
      checks.filter(({ ok }) => !ok).map((check) => check.name),
      [name],
    );
  });
}

test('one late start among a few that were waited for voids nothing', () => {
  const pacingErrorNs = { ...NONE, count: 99, p99: 5e6 };
  assert.equal(judge({ pacingErrorNs }).valid, true);
});

test("Little's law says nothing of a run that was too short, or in which hardly anybody waits", () => {
  assert.equal(judge({ inSystem: null }).valid, true);
  assert.equal(judge({ inSystem: 3, meanResponseNs: 1000 }).valid, true);
});

test('what failed comes first, and a run that was cut short is not measured', () => {
  const { reasons, checks } = judgeHealth({
    interrupted: true,
    unauditedGrants: 1200,
    failures: ['worker 1: out of paper'],
    uncheckedRefusals: 3,
    measured: undefined,
  });
  assert.deepEqual(checks, []);
  assert.deepEqual(reasons, [
    'interrupted',
    'worker 1: out of paper',
    'not audited: the audit of 1,200 grants was cut short',
    'falseSoldOut is a lower bound: 3 refusals were not checked',
  ]);
});

test('what the generator withholds is told of a run without a schedule, which never is late', () => {
  const lag = { ...NONE, count: 50_000, max: 7e6 };
  const { valid, checks } = judge({ scheduled: false, sellers: 4, generatorLagNs: lag });
  const [late, idle] = ['generator-lag', 'idle-sellers'].map((name) =>
    checks.find((check) => check.name === name),
  );
  assert.equal(valid, true);
  assert.deepEqual([late?.value, late?.limit], [0, null]);
  // 100,000 a second of 20 us each keep two of four threads busy.
  assert.equal(idle?.value, 0.5);
  assert.match(idle?.says ?? '', /idle for 50 % of the time, waiting for the generator/);
});

for (const [before, after] of [
  [0, 0],
  [0, 9000],
  [9000, 0],
] as const) {
  test(`a probe that never ran tells no speed, and no figure that JSON lacks: ${before}, ${after}`, () => {
    const probes = [before, after].map((turnsPerMs) => ({ ...CALM, turnsPerMs }));
    const { checks } = judge({ before: probes[0] as typeof CALM, after: probes[1] as typeof CALM });
    const slowdown = checks.find(({ name }) => name === 'slowdown');
    assert.deepEqual([slowdown?.value, slowdown?.limit, slowdown?.ok], [0, null, true]);
  });
}

test('sellers that wait by timers may be late by ten times as much: 5 ms, and 11', () => {
  const verdicts = [5e6, 1.1e7].map(
    (p99) => judge({ byTimers: true, pacingErrorNs: { ...NONE, count: 500, p99 } }).valid,
  );
  assert.deepEqual(verdicts, [true, false]);
});
