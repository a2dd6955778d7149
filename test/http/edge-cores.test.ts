import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientKey, rateLimit } from '../../src/http/edge/rate-limit.ts';
import { BoundedSemaphore } from '../../src/http/edge/semaphore.ts';
import { StallDetector } from '../../src/http/edge/stall.ts';
import { TokenBuckets } from '../../src/http/edge/token-bucket.ts';
import fc from '../support/fast-check.ts';

const STEPS = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('enter' as const) },
    { weight: 3, arbitrary: fc.constant('leave' as const) },
    fc.constant('withdraw' as const),
    fc.constant('pass time' as const),
  ),
  { maxLength: 60 },
);

test('a bounded semaphore admits in order, never too many, and loses no permit: 500 histories', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      STEPS,
      (permits, queue, steps) => {
        const semaphore = new BoundedSemaphore<number>({ permits, queue, queueTimeoutMs: 10 });
        let [inside, nowMs, next] = [0, 0, 0];
        let line: { id: number; untilMs: number }[] = [];
        for (const step of steps) {
          if (step === 'enter') {
            const id = next++;
            const expected =
              inside < permits ? 'admitted' : line.length < queue ? 'waiting' : 'refused';
            assert.equal(semaphore.full, expected === 'refused');
            assert.equal(semaphore.enter(id, nowMs), expected);
            if (expected === 'admitted') inside++;
            if (expected === 'waiting') line.push({ id, untilMs: nowMs + 10 });
          } else if (step === 'leave' && inside > 0) {
            const first = line.shift();
            assert.equal(semaphore.leave(), first?.id);
            if (first === undefined) inside--;
          } else if (step === 'withdraw') {
            const gone = line[Math.floor(line.length / 2)];
            line = line.filter((each) => each !== gone);
            if (gone !== undefined) assert.ok(semaphore.withdraw(gone.id));
            assert.ok(!semaphore.withdraw(-1));
          } else if (step === 'pass time') {
            nowMs += 4;
            const late = line.filter(({ untilMs }) => untilMs <= nowMs).map(({ id }) => id);
            line = line.filter(({ untilMs }) => untilMs > nowMs);
            assert.deepEqual(semaphore.expire(nowMs), late);
          }
          assert.equal(semaphore.free, permits - inside);
          assert.equal(semaphore.waiting, line.length);
          assert.equal(semaphore.nextExpiryMs, line[0]?.untilMs);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a token bucket gives a burst of one second, and then the rate: 10 a second', () => {
  const buckets = new TokenBuckets(10);
  for (let i = 0; i < 10; i++) assert.equal(buckets.take('a', 0), 0);
  assert.equal(buckets.take('a', 0), 100);
  assert.equal(buckets.take('b', 0), 0, 'another client has a bucket of its own');
  assert.equal(buckets.take('a', 50), 50);
  assert.equal(buckets.take('a', 100), 0);
  assert.equal(buckets.take('a', 100), 100);
  let granted = 0;
  for (let nowMs = 100; nowMs < 10_100; nowMs++) if (buckets.take('a', nowMs) === 0) granted++;
  assert.ok(granted >= 99 && granted <= 100, `${granted} in 10 s`);
  const laterMs = 3_600_000;
  for (let i = 0; i < 10; i++) assert.equal(buckets.take('a', laterMs), 0);
  assert.equal(buckets.take('a', laterMs), 100, 'an hour of silence earns no more than a burst');
});

test('a rate below one a second is a rate, too', () => {
  const buckets = new TokenBuckets(0.5);
  assert.equal(buckets.take('a', 0), 0);
  assert.equal(buckets.take('a', 0), 2000);
  assert.equal(buckets.take('a', 2000), 0);
});

test('buckets are shared: of 2 in one memory, 10 tokens of 1000 keys are given once', () => {
  const memory = TokenBuckets.allocate();
  const both = [new TokenBuckets(10, memory), new TokenBuckets(10, memory)];
  const granted = new Map<string, number>();
  for (let i = 0; i < 30_000; i++) {
    const key = `key ${i % 1000}`;
    const buckets = both[i % 7 < 3 ? 0 : 1];
    if (buckets?.take(key, 0) === 0) granted.set(key, (granted.get(key) ?? 0) + 1);
  }
  assert.deepEqual(new Set(granted.values()), new Set([10]));
  assert.equal(granted.size, 1000);
});

test('no rate means no limit', () => {
  assert.equal(
    rateLimit(0, () => 0),
    undefined,
  );
  const limit = rateLimit(1, () => 0);
  assert.equal(limit?.retryAfterSeconds('192.0.2.1'), 0);
  assert.equal(limit?.retryAfterSeconds('192.0.2.1'), 1);
  assert.equal(limit?.retryAfterSeconds('::ffff:192.0.2.1'), 1, 'the same client');
  assert.equal(limit?.retryAfterSeconds('192.0.2.2'), 0);
});

for (const [address, key] of [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:0db8:1::6', '2001:db8:1:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
] as const) {
  test(`${address} is counted as ${key}`, () => assert.equal(clientKey(address), key));
}

test('a stall is seen before the next look, and over after 5 looks in time', () => {
  const detector = new StallDetector(250, 0);
  detector.tick(20);
  assert.ok(!detector.isStalled(40));
  assert.ok(!detector.isStalled(290), 'as late as may be');
  assert.ok(detector.isStalled(291), 'nobody has looked yet');
  detector.tick(520);
  assert.equal(detector.recentDelayMs, 480);
  for (let look = 1; look <= 5; look++) {
    assert.ok(detector.isStalled(500 + look * 20), `after ${look - 1} looks in time`);
    detector.tick(520 + look * 20);
  }
  assert.ok(!detector.isStalled(620));
  detector.tick(1000);
  assert.ok(detector.isStalled(1000));
});

test('a stall before the server listened is forgotten', () => {
  const detector = new StallDetector(250, 0);
  detector.tick(1000);
  assert.ok(detector.isStalled(1000));
  detector.restart(1600);
  assert.ok(!detector.isStalled(1600));
  assert.equal(detector.recentDelayMs, 0);
  assert.ok(detector.isStalled(2000), 'a stall afterwards is none the less one');
});
