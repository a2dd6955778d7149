import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SessionProgress } from '../../src/sim/session-progress.ts';
import type { Sample } from '../../src/sim/session-state.ts';
import fc from '../support/fast-check.ts';
import { resultOf } from '../support/results.ts';
import { progressOf } from '../support/sessions.ts';

const LOOK_MS = 200;

function session(strategies: readonly string[] = ['event-lock']): SessionProgress {
  return new SessionProgress({ command: 'sim run', strategies, runs: strategies.length });
}

function samplesOf(of: SessionProgress): readonly Sample[] {
  return of.state.current?.samples ?? [];
}

/** Looks at a run so many times, at its usual pace; how many were told as one more sample. */
function look(at: SessionProgress, looks: number, from = 1): number {
  let additions = 0;
  for (let i = from; i < from + looks; i++) {
    const news = at.progress(progressOf({ elapsedMs: i * LOOK_MS, completed: i }));
    if (news === 'sample') additions++;
  }
  return additions;
}

test('a run of any length is kept in less than 600 evenly spaced samples and the last: up to 30 min', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9000 }), (looks) => {
      const at = session();
      look(at, looks);
      const samples = samplesOf(at);
      assert.ok(samples.length < 600, `${samples.length} samples`);
      assert.ok(samples.length >= Math.min(looks, 298), `${samples.length} samples`);
      assert.equal(samples.at(-1)?.completed, looks);
      const times = samples.map(({ elapsedMs }) => elapsedMs);
      const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
      const last = gaps.pop() ?? 0;
      assert.ok(new Set(gaps).size <= 1, `gaps of ${[...new Set(gaps)].join(', ')} ms`);
      assert.ok(gaps.length === 0 || last <= (gaps[0] as number));
    }),
    { numRuns: 50 },
  );
});

test('who adds each sample that is told to the state that was told has what is kept: 3,000 looks', () => {
  const at = session();
  let told: readonly Sample[] = [];
  for (let i = 1; i <= 3000; i++) {
    const news = at.progress(progressOf({ elapsedMs: i * LOOK_MS, completed: i }));
    const latest = samplesOf(at).at(-1) as Sample;
    told = news === 'state' ? samplesOf(at) : [...told, latest];
    assert.deepEqual(told, samplesOf(at), `look ${i}`);
  }
});

test('a run that was sold is told as a whole, and the next look begins another', () => {
  const at = session(['event-lock', 'rw-lock']);
  assert.equal(at.progress(progressOf({ elapsedMs: 200 })), 'state');
  assert.equal(at.progress(progressOf({ elapsedMs: 400 })), 'sample');
  assert.equal(at.progress(progressOf({ elapsedMs: 600, sold: true })), 'state');
  assert.equal(samplesOf(at).length, 3);
  assert.equal(at.progress(progressOf({ strategy: 'rw-lock', elapsedMs: 100 })), 'state');
  assert.equal(at.state.current?.strategy, 'rw-lock');
  assert.equal(samplesOf(at).length, 1);
});

test('the last look takes the place of those that it is not well after', () => {
  const at = session();
  look(at, 3);
  // The sale ended just after the second look; the third came when all was over.
  at.progress(progressOf({ elapsedMs: 410, completed: 9, sold: true }));
  assert.deepEqual(
    samplesOf(at).map(({ elapsedMs, completed }) => [elapsedMs, completed]),
    [
      [200, 1],
      [410, 9],
    ],
  );
});

test('while nothing has opened there is one sample, however long the warm-up', () => {
  const at = session();
  for (let i = 0; i < 50; i++) at.progress(progressOf());
  assert.equal(samplesOf(at).length, 1);
});

test('results are counted by strategy, with the figures of the last one', () => {
  const at = session(['event-lock', 'rw-lock']);
  const good = resultOf('rw-lock');
  at.result(good);
  at.result({
    ...good,
    audit: { ...good.audit, verdict: 'oversold', oversold: 7 },
    health: { ...good.health, valid: false },
    throughput: { ...good.throughput, completedPerSecond: 123 },
  });
  const [untried, tried] = at.state.strategies;
  assert.deepEqual(untried, {
    strategy: 'event-lock',
    runs: 0,
    verdicts: {},
    oversold: 0,
    voidRuns: 0,
  });
  assert.deepEqual(
    { ...tried, last: tried?.last?.completedPerSecond },
    {
      strategy: 'rw-lock',
      runs: 2,
      verdicts: { exact: 1, oversold: 1 },
      oversold: 7,
      voidRuns: 1,
      last: 123,
    },
  );
  assert.deepEqual(at.state.runs, { done: 2, expected: 2 });
});
