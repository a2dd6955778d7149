import type { RunProgress, Sample, SessionState } from '../../src/sim/session-state.ts';
import fc from './fast-check.ts';

/** A look at a run in which nothing has happened but what is given. */
export function sampleOf(given: Partial<Sample> = {}): Sample {
  const quiet = { elapsedMs: 0, completed: 0, granted: 0, refused: 0, ticketsLeft: 100 };
  return { ...quiet, p50Ns: null, p99Ns: null, ...given };
}

export function progressOf(given: Partial<RunProgress> = {}): RunProgress {
  const run = { strategy: 'event-lock', expected: 1000, capacity: 100, sold: false };
  return { ...sampleOf(), ...run, ...given };
}

/** A comparison of three strategies in the middle of the second. */
export const HALFWAY: SessionState = {
  command: 'sim compare',
  runs: { done: 1, expected: 3 },
  strategies: [
    {
      strategy: 'check-then-act',
      runs: 1,
      verdicts: { oversold: 1 },
      oversold: 12,
      voidRuns: 0,
      last: {
        completedPerSecond: 461_234,
        grantedPerSecond: 9000,
        responseP50Ns: 900,
        responseP99Ns: 52_000,
      },
    },
    { strategy: 'event-lock', runs: 0, verdicts: {}, oversold: 0, voidRuns: 0 },
    { strategy: 'rw-lock', runs: 0, verdicts: {}, oversold: 0, voidRuns: 0 },
  ],
  current: {
    strategy: 'event-lock',
    expected: 1000,
    capacity: 100,
    sold: false,
    samples: [
      sampleOf({ elapsedMs: 200, completed: 400, granted: 30, refused: 5, ticketsLeft: 70 }),
      sampleOf({
        elapsedMs: 400,
        completed: 500,
        granted: 50,
        refused: 20,
        ticketsLeft: 50,
        p50Ns: 1200,
        p99Ns: 52_000_000,
      }),
    ],
  },
  end: null,
};

const anyCount: fc.Arbitrary<number> = fc.oneof(fc.nat(20), fc.nat(), fc.maxSafeNat());
const anyTime: fc.Arbitrary<number | null> = fc.option(fc.nat(), { nil: null });
const anyName: fc.Arbitrary<string> = fc.stringMatching(/^[a-z]{1,12}(-[a-z]{1,12}){0,3}$/);

const anySample: fc.Arbitrary<Sample> = fc.record({
  // To the nanosecond, as the clock has it.
  elapsedMs: fc.nat().map((elapsedNs) => elapsedNs / 1e6),
  completed: anyCount,
  granted: anyCount,
  refused: anyCount,
  ticketsLeft: anyCount,
  p50Ns: anyTime,
  p99Ns: anyTime,
});

/** Whatever may be shown, also what makes little sense. */
export const anySession: fc.Arbitrary<SessionState> = fc.record({
  command: fc.constantFrom('sim run', 'sim compare'),
  runs: fc.record({ done: anyCount, expected: anyCount }),
  strategies: fc.array(
    fc.record({
      strategy: anyName,
      runs: anyCount,
      verdicts: fc.dictionary(fc.constantFrom('exact', 'oversold', 'incomplete'), anyCount),
      oversold: anyCount,
      voidRuns: anyCount,
      last: fc.record({
        completedPerSecond: fc.double({ min: 0, max: 1e12, noNaN: true }),
        grantedPerSecond: fc.double({ min: 0, max: 1e12, noNaN: true }),
        responseP50Ns: anyTime,
        responseP99Ns: anyTime,
      }),
    }),
    { maxLength: 40 },
  ),
  current: fc.option(
    fc.record({
      strategy: anyName,
      part: fc.option(fc.constant('block 3 of 21'), { nil: undefined }),
      expected: fc.option(fc.integer({ min: 1 }), { nil: null }),
      capacity: fc.integer({ min: 1 }),
      sold: fc.boolean(),
      samples: fc.array(anySample, { minLength: 1, maxLength: 100 }),
    }),
    { nil: undefined },
  ),
  end: fc.constantFrom(null, 'done', 'broken', 'interrupted'),
});
