import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  busyFor,
  calendarOrigin,
  currentEpoch,
  steadyCalendar,
  systemClock,
  timeOfDayMs,
} from '../../src/base/clock.ts';

test('threads share the epoch: a time read in a worker lies between two readings here', async () => {
  const epoch = currentEpoch();
  const clock = systemClock(epoch);
  const before = clock.now();
  const worker = new Worker(new URL('../support/clock-thread.js', import.meta.url), {
    workerData: epoch,
  });
  const [inWorker] = (await once(worker, 'message')) as [number];
  const after = clock.now();
  assert.ok(before <= inWorker, `worker read ${inWorker}, before it was ${before}`);
  assert.ok(inWorker <= after, `worker read ${inWorker}, after it was ${after}`);
  await worker.terminate();
});

test('the clock counts from its epoch and never goes back: 10,000 readings', () => {
  const clock = systemClock(currentEpoch());
  let last = 0;
  for (let i = 0; i < 10_000; i++) {
    const now = clock.now();
    assert.ok(now >= last, `${now} after ${last}`);
    assert.ok(Number.isSafeInteger(now), `${now} is not whole`);
    last = now;
  }
});

test('a clock from an earlier epoch is ahead by the difference: 1 s', () => {
  const epoch = currentEpoch();
  const late = systemClock(epoch).now();
  const early = systemClock(epoch - 1_000_000_000n).now();
  assert.ok(early >= late + 1e9, `${early} is not 1 s ahead of ${late}`);
});

test('busy work lasts its time and no turn longer: 35 ns on a clock of 10 ns ticks', () => {
  let now = 0;
  const clock = {
    now: () => {
      const reading = now;
      now += 10;
      return reading;
    },
  };
  busyFor(clock, 35);
  // Begun at 0; the readings 10, 20 and 30 are too early, 40 ends it.
  assert.equal(now, 50);
});

test('a clock that is set moves no calendar: an hour ahead, and a day back', (t) => {
  const origin = calendarOrigin();
  const calendar = steadyCalendar(origin);
  const { now } = Date;
  for (const jumpMs of [3_600_000, -86_400_000]) {
    t.mock.method(Date, 'now', () => now() + jumpMs);
    assert.ok(Math.abs(timeOfDayMs() - origin.timeOfDayMs) > 3_000_000, 'the clock was set');
    const before = calendar.nowMs();
    const passed = before - origin.timeOfDayMs;
    assert.ok(passed >= 0 && passed < 3_000_000, `${passed} ms have passed`);
    assert.ok(calendar.nowMs() >= before);
    t.mock.restoreAll();
  }
});
