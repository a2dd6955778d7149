import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, randomStream } from '../../src/base/random.ts';
import {
  constantPacer,
  onsalePacer,
  type Pacer,
  poissonPacer,
  type Schedule,
  unpaced,
} from '../../src/generator/pacer.ts';
import fc from '../support/fast-check.ts';
import { follows } from '../support/statistics.ts';

/** Longest schedule of the properties: a day in nanoseconds. */
const DAY_NS = 86_400e9;
/** The largest number that a source with 53 bits gives. */
const ALMOST_ONE = 1 - 2 ** -53;

function take(pacer: Pacer, count: number): number[] {
  return Array.from({ length: count }, pacer);
}

function always(value: number): Random {
  return { next: () => value, nextDouble: () => value };
}

/** The share of arrivals until `t` (0 to 1) that the burst is documented to have. */
function onsaleCumulative(share: number): (t: number) => number {
  return (t) => (1 - share) * t + (share * (1 - Math.exp(-t / 0.1))) / (1 - Math.exp(-10));
}

/** Fails unless all of `times` lie in the schedule, in order, in whole nanoseconds. */
function assertScheduled(times: readonly number[], { durationNs }: Schedule): void {
  let last = 0;
  for (const time of times) {
    assert.ok(Number.isInteger(time), `${time} is not whole`);
    assert.ok(time >= last, `${time} comes after ${last}`);
    assert.ok(time <= durationNs, `${time} lies beyond ${durationNs}`);
    last = time;
  }
}

const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  requests: fc.integer({ min: 1, max: 500 }),
  durationNs: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: DAY_NS })),
});
const anyShare: fc.Arbitrary<number> = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1),
);
const anyRandom: fc.Arbitrary<Random> = fc.oneof(
  fc.string().map((seed) => randomStream(seed, 'arrivals')),
  fc.constantFrom(always(0), always(ALMOST_ONE)),
);

test('unpaced requests are all due at once: 100 requests', () => {
  assert.deepEqual(
    take(unpaced(), 100),
    Array.from({ length: 100 }, () => 0),
  );
});

test('constant arrivals come at i / rate: 5 in 1,000 ns', () => {
  assert.deepEqual(
    take(constantPacer({ requests: 5, durationNs: 1000 }), 5),
    [0, 200, 400, 600, 800],
  );
});

test('constant arrivals lose nothing to rounding: 7 in 10 ns, 500,000 in 10 s', () => {
  assert.deepEqual(take(constantPacer({ requests: 7, durationNs: 10 }), 7), [0, 1, 2, 4, 5, 7, 8]);
  const times = take(constantPacer({ requests: 500_000, durationNs: 10e9 }), 500_000);
  assert.ok(times.every((time, i) => time === i * 20_000));
});

test('constant arrivals are evenly spaced to the nanosecond, all before the end', () => {
  fc.assert(
    fc.property(anySchedule, (schedule) => {
      const times = take(constantPacer(schedule), schedule.requests);
      assertScheduled(times, schedule);
      const [durationNs, requests] = [BigInt(schedule.durationNs), BigInt(schedule.requests)];
      for (const [i, time] of times.entries()) {
        // Whole numbers of any size: durationNs * i may lie beyond 2^53, where a number is rounded.
        const due = Number((durationNs * BigInt(i)) / requests);
        assert.ok(Math.abs(time - due) <= 1, `request ${i} at ${time}, not ${due}`);
      }
      assert.ok((times.at(-1) as number) < schedule.durationNs);
    }),
  );
});

test('poisson arrivals are scheduled in order and within the duration, whatever the luck', () => {
  fc.assert(
    fc.property(anySchedule, anyRandom, (schedule, random) => {
      assertScheduled(take(poissonPacer(schedule, random), schedule.requests), schedule);
    }),
  );
});

test('onsale arrivals are scheduled in order and within the duration, whatever the luck', () => {
  fc.assert(
    fc.property(anySchedule, anyShare, anyRandom, (schedule, share, random) => {
      const times = take(onsalePacer(schedule, { share }, random), schedule.requests);
      assertScheduled(times, schedule);
    }),
  );
});

test('poisson arrivals are uniform moments, given their number: 20,000 in 1 s', () => {
  const schedule = { requests: 20_000, durationNs: 1e9 };
  const times = take(poissonPacer(schedule, randomStream('42', 'arrivals')), 20_000);
  assert.ok(follows(times, (time) => time / 1e9));
});

// Evenly spaced moments are uniform as well: only the gaps tell them from a Poisson process.
test('poisson gaps are exponential: 20,000 in 1 s', () => {
  const schedule = { requests: 20_000, durationNs: 1e9 };
  const times = take(poissonPacer(schedule, randomStream('42', 'arrivals')), 20_000);
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
  assert.ok(follows(gaps, (gap) => 1 - Math.exp(-gap / 50_000)));
});

test('poisson gaps do not depend on the gap before: 20,000 in 1 s', () => {
  const schedule = { requests: 20_000, durationNs: 1e9 };
  const times = take(poissonPacer(schedule, randomStream('42', 'arrivals')), 20_000);
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0) - 50_000);
  const products = gaps.slice(1).map((gap, i) => gap * (gaps[i] as number));
  const correlation = products.reduce((sum, each) => sum + each, 0) / 20_000 / 50_000 ** 2;
  // Its standard deviation is 1 / sqrt(20,000) = 0.007.
  assert.ok(Math.abs(correlation) < 0.025, `correlation ${correlation}`);
});

test('onsale arrivals follow the documented F(t): 20,000 each at shares 0, 0.3, 0.8, 1', () => {
  for (const share of [0, 0.3, 0.8, 1]) {
    const schedule = { requests: 20_000, durationNs: 60e9 };
    const random = randomStream('42', 'arrivals');
    const times = take(onsalePacer(schedule, { share }, random), 20_000);
    const cumulative = onsaleCumulative(share);
    assert.ok(
      follows(times, (time) => cumulative(time / 60e9)),
      `share ${share}`,
    );
  }
});

test('after a tenth of the sale 52.6 % have come at share 0.8, computed by hand: 100,000', () => {
  const random = randomStream('42', 'arrivals');
  const pacer = onsalePacer({ requests: 100_000, durationNs: 1e9 }, { share: 0.8 }, random);
  const early = take(pacer, 100_000).filter((time) => time <= 1e8).length;
  // 0.2 * 0.1 + 0.8 * 0.632149 = 0.525719; the standard deviation of the share is 0.0016.
  assert.ok(Math.abs(early / 100_000 - 0.525_719) < 0.005, `${early} came early`);
});

test('one onsale arrival lies where F reaches the number drawn, to 2 ns in 10 minutes', () => {
  const anyDuration = fc.integer({ min: 1000, max: 600e9 });
  const anyNumber = fc.double({ min: 0, max: ALMOST_ONE, noNaN: true });
  fc.assert(
    fc.property(anyDuration, anyShare, anyNumber, (durationNs, share, drawn) => {
      const time = onsalePacer({ requests: 1, durationNs }, { share }, always(drawn))();
      const cumulative = onsaleCumulative(share);
      const margin = 1e-15;
      assert.ok(cumulative((time - 2) / durationNs) <= drawn + margin, `${time} is too late`);
      assert.ok(cumulative((time + 2) / durationNs) >= drawn - margin, `${time} is too early`);
    }),
    { numRuns: 1000 },
  );
});

test('seeds give different arrivals, the same seed the same: 100 requests', () => {
  const schedule = { requests: 100, durationNs: 1e9 };
  const poisson = (seed: string) => take(poissonPacer(schedule, randomStream(seed, 'a')), 100);
  assert.deepEqual(poisson('1'), poisson('1'));
  assert.notDeepEqual(poisson('1'), poisson('2'));
});
