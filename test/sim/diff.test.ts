import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diffResults } from '../../src/sim/diff.ts';
import type { Difference, PairDifference } from '../../src/sim/difference.ts';
import type { Comparison, RunResult, StoreServer } from '../../src/sim/result.ts';
import type { Sweep } from '../../src/sim/sweep-result.ts';
import { heldTo, parseThreshold } from '../../src/sim/threshold.ts';
import fc from '../support/fast-check.ts';
import { blocksOf, type MadeBlock, sweepOf } from '../support/measured.ts';
import {
  incompleteResult,
  ON_POSTGRES,
  oversoldResult,
  resultOf,
  storedResult,
} from '../support/results.ts';

type Result = RunResult | Comparison | Sweep;

function diff(before: Result, after: Result, tolerance = 0.1): Difference {
  const [one, other] = [
    { path: 'a.json', result: before },
    { path: 'b.json', result: after },
  ];
  return diffResults(one, other, tolerance);
}

/** The only pair of a difference. */
function pairOf(before: Result, after: Result, tolerance?: number): PairDifference {
  const { pairs } = diff(before, after, tolerance);
  assert.equal(pairs.length, 1);
  return pairs[0] as PairDifference;
}

/** A run of so many requests per second. */
function runAt(completedPerSecond: number): RunResult {
  return resultOf('event-lock', { throughput: { completedPerSecond } });
}

/** A run at a rate, with what a schedule and what the strategy sets. */
function paced(p99: number, completedPerSecond: number): RunResult {
  return resultOf('event-lock', {
    scenario: { ratePerSecond: 5000 },
    throughput: { completedPerSecond },
    responseTimeNs: { p99 },
  });
}

/** A run that was held to a 99th percentile below a millisecond. */
function held(p99: number): RunResult {
  const result = resultOf('event-lock', { responseTimeNs: { p99 } });
  return heldTo(result, [parseThreshold('p99<1ms')]);
}

/** A run for a time, with the stream that it came to. */
function lasting(digest: string, time: string): RunResult {
  const result = resultOf('event-lock', {
    scenario: { durationNs: 1e9 },
    stream: { digest: digest.repeat(64) },
  });
  return { ...result, command: `sim run --strategy event-lock --duration ${time}` };
}

function comparisonOf(...names: string[]): Comparison {
  return { schemaVersion: 1, results: names.map((name) => resultOf(name)) };
}

/** Blocks around so many requests per second, within some percent. */
function blocksAround(perSecond: number, count = 10, changes: Partial<MadeBlock> = {}): Comparison {
  const blocks = Array.from({ length: count }, (_, index) => {
    return { perSecond: perSecond * (1 + (((index * 7) % 10) - 4.5) / 100), ...changes };
  });
  return blocksOf('event-lock', blocks);
}

describe('what is sold from stores, and for a time', () => {
  test('the same server, settings and connections can be compared', () => {
    assert.equal(pairOf(storedResult('pg-update'), storedResult('pg-update')).speed, 'tie');
  });

  test('another version, another setting and another number of connections cannot, and are named', () => {
    const [server] = ON_POSTGRES.servers as [StoreServer];
    const unsafe = { ...server, version: '16.1', settings: { ...server.settings, fsync: 'off' } };
    const changed = storedResult('pg-update', { store: { servers: [unsafe], connections: 7 } });
    const { speed, reasons } = pairOf(storedResult('pg-update'), changed);
    assert.equal(speed, 'not comparable');
    assert.deepEqual(reasons, [
      'another postgres: 15.18 (Debian 15.18-1) and 16.1',
      'another fsync of postgres: on and off',
      'another --connections: 20 and 7',
    ]);
  });

  test('runs for a time have streams of any length; another time is another scenario', () => {
    assert.equal(pairOf(lasting('a', '1s'), lasting('b', '1s')).speed, 'tie');
    assert.deepEqual(pairOf(lasting('a', '1s'), lasting('b', '2s')).reasons, [
      'another --duration: 1s and 2s',
    ]);
    // As many requests and as much time as there is are two things.
    const counted = resultOf('event-lock', { stream: { digest: 'b'.repeat(64) } });
    assert.match(String(pairOf(lasting('a', '1s'), counted).reasons), /^other requests: streams/);
  });
});

describe('single runs', () => {
  test('beyond the tolerance one is faster or slower, but only weakly so; within it is a tie', () => {
    const cases = [
      [1000, 1101, 'faster'],
      [1000, 1099, 'tie'],
      [1000, 1000, 'tie'],
      [1099, 1000, 'tie'],
      [1101, 1000, 'slower'],
    ] as const;
    for (const [before, after, speed] of cases) {
      const pair = pairOf(runAt(before), runAt(after));
      assert.equal(pair.speed, speed, `${before} to ${after}`);
      assert.deepEqual([pair.basis, pair.weak, pair.reasons], ['single runs', true, []]);
      const { low, high } = pair.metrics.completedPerSecond ?? {};
      assert.deepEqual([low, high], [null, null]);
    }
    assert.equal(pairOf(runAt(1000), runAt(1099), 0.05).speed, 'faster');
    assert.equal(pairOf(runAt(1000), runAt(1000), 0).speed, 'tie');
  });

  test('turned round, faster is slower and the ratio its reciprocal: 200 pairs of runs', () => {
    const OPPOSITE = { faster: 'slower', slower: 'faster', tie: 'tie' } as const;
    const rate = fc.integer({ min: 1, max: 5_000_000 });
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const [there, back] = [pairOf(runAt(one), runAt(other)), pairOf(runAt(other), runAt(one))];
        assert.equal(there.speed, OPPOSITE[back.speed as keyof typeof OPPOSITE]);
        const [a, b] = [there, back].map(({ metrics }) => metrics.completedPerSecond?.ratio ?? 0);
        assert.ok(Math.abs((a as number) * (b as number) - 1) < 1e-12);
      }),
      { numRuns: 200 },
    );
  });

  test('at a rate the 99th percentile decides, and less of it is faster', () => {
    const pair = pairOf(paced(20_000, 5000), paced(10_000, 9000));
    assert.deepEqual([pair.decidedBy, pair.speed], ['responseP99Ns', 'faster']);
    assert.equal(pair.metrics.responseP99Ns?.verdict, 'better');
    assert.equal(pairOf(paced(10_000, 5000), paced(20_000, 9000)).speed, 'slower');
  });

  test('what was never timed is not compared', () => {
    const none = resultOf('event-lock', {
      scenario: { ratePerSecond: 5000 },
      responseTimeNs: { count: 0, p50: 0, p99: 0 },
    });
    const pair = pairOf(none, none);
    assert.deepEqual(
      [pair.speed, pair.reasons],
      ['not comparable', ['no responseP99Ns in one of them']],
    );
    assert.equal(pair.metrics.responseP99Ns, null);
  });
});

describe('not comparable', () => {
  const good = resultOf('event-lock');
  const cases: readonly (readonly [what: string, after: RunResult, reasons: readonly string[]])[] =
    [
      [
        'threads',
        resultOf('event-lock', { scenario: { threads: 4 } }),
        ['another --threads: 2 and 4'],
      ],
      [
        'the model',
        resultOf('event-lock', { scenario: { ratePerSecond: null } }),
        ['another --rate: max and none'],
      ],
      [
        'several fields at once',
        resultOf('event-lock', { scenario: { clients: 7, workInsideNs: 2000, seed: '43' } }),
        [
          'another --clients: 100 and 7',
          'another --seed: 42 and 43',
          'another --work-inside: 0ns and 2000ns',
        ],
      ],
      [
        'the stream alone',
        resultOf('event-lock', { stream: { digest: 'f'.repeat(64) } }),
        ['other requests: streams 0123456789ab and ffffffffffff'],
      ],
      [
        'the machine',
        resultOf('event-lock', { environment: { cpu: 'Other CPU', cores: 8, node: 'v22.1.0' } }),
        [
          'another processor: Test CPU and Other CPU',
          'another number of cores: 2 and 8',
          'another version of Node: v20.19.0 and v22.1.0',
        ],
      ],
      [
        'a void run',
        resultOf('event-lock', { health: { valid: false, reasons: ['too late', 'too slow'] } }),
        ['the second is void: too late; too slow'],
      ],
      [
        'a run cut short',
        incompleteResult('event-lock', 'interrupted'),
        ['the second was cut short: interrupted'],
      ],
    ];
  for (const [what, after, reasons] of cases) {
    test(`${what}: every reason is told, and no figure`, () => {
      const pair = pairOf(good, after);
      assert.deepEqual([pair.speed, pair.reasons, pair.basis], ['not comparable', reasons, null]);
      assert.deepEqual(Object.values(pair.metrics), [null, null, null, null]);
    });
  }

  test('flags that only the command line tells of, but not one that only one of them has', () => {
    const [one, other] = ['reserve=100', "'reserve=9,browse=1'"].map((mix) => {
      const command = `sim run --strategy event-lock --mix ${mix} --quantity 1`;
      return { ...good, command };
    }) as [RunResult, RunResult];
    assert.deepEqual(pairOf(one, other).reasons, [
      "another --mix: reserve=100 and 'reserve=9,browse=1'",
    ]);
    const more = { ...one, command: `${one.command} --popularity uniform` };
    assert.deepEqual(pairOf(one, more).reasons, []);
  });

  test('another commit is what is compared, and no reason', () => {
    const after = resultOf('event-lock', { environment: { commit: 'def5678' } });
    assert.equal(pairOf(good, after).speed, 'tie');
  });

  test('one run against many', () => {
    const pair = pairOf(good, blocksAround(1000));
    assert.deepEqual(pair.reasons, ['one was measured once, the other several times']);
  });
});

describe('what was proven', () => {
  const exact = resultOf('event-lock');
  const bad = { ...oversoldResult(3), strategy: 'event-lock' };

  test('a new oversell is told on another machine, too, and breaks something', () => {
    const elsewhere = { ...bad, environment: { ...bad.environment, cores: 64 } };
    const { audit, speed } = pairOf(exact, elsewhere);
    assert.deepEqual(audit.changes, [
      'verdict oversold (was exact)',
      'now oversells 3',
      'now breaks noOversell',
    ]);
    assert.deepEqual([audit.broke, speed], [true, 'not comparable']);
    assert.deepEqual([audit.before, audit.after], [{ exact: 1 }, { oversold: 1 }]);
  });

  test('what was broken before breaks nothing anew, and what is mended is told', () => {
    const worse = { ...oversoldResult(5), strategy: 'event-lock' };
    assert.deepEqual(pairOf(bad, worse).audit.changes, ['oversells 5 (was 3)']);
    assert.equal(pairOf(bad, worse).audit.broke, false);
    assert.deepEqual(pairOf(bad, exact).audit.changes, [
      'verdict exact (was oversold)',
      'no longer oversells (was 3)',
      'no longer breaks noOversell',
    ]);
    assert.equal(pairOf(bad, exact).audit.broke, false);
  });

  test('a control that is caught only the second time breaks what it is kept to break', () => {
    const missed = resultOf('check-then-act');
    const { audit } = pairOf(missed, oversoldResult(3));
    assert.equal(audit.changes.length, 3);
    assert.equal(audit.broke, false);
  });

  test('a run that is now cut short, and a threshold that is now broken, break something', () => {
    assert.equal(pairOf(exact, incompleteResult('event-lock', 'died')).audit.broke, true);
    const { audit } = pairOf(held(1000), held(2_000_000));
    assert.deepEqual(audit.changes, ['threshold p99<1ms is now broken']);
    assert.equal(audit.broke, true);
    assert.equal(pairOf(held(2_000_000), held(2_000_000)).audit.broke, false);
    assert.deepEqual(pairOf(held(2_000_000), held(1000)).audit.changes, [
      'threshold p99<1ms is now kept',
    ]);
    // One that only the second was held to is no news of the first.
    assert.equal(pairOf(exact, held(2_000_000)).audit.broke, false);
  });

  test('every other count of the audit is told', () => {
    const after = resultOf('event-lock', { audit: { unsold: 5, falseSoldOut: 2 } });
    const { changes, broke } = pairOf(exact, after).audit;
    assert.deepEqual(changes, ['falseSoldOut 2 (was 0)', 'unsold 5 (was 0)']);
    assert.equal(broke, false);
  });

  test('blocks: verdicts are counted over all runs but those of the control', () => {
    const blocks = Array.from({ length: 6 }, (_, index): MadeBlock => {
      if (index !== 4) return { perSecond: 1000 };
      return { perSecond: 1000, verdict: 'oversold', oversold: 2, brokenPromises: ['noOversell'] };
    });
    const { audit } = pairOf(blocksAround(1000, 6), blocksOf('event-lock', blocks));
    assert.deepEqual(audit.after, { exact: 5, oversold: 1 });
    assert.deepEqual(audit.changes, [
      'verdict 5 exact, 1 oversold (was exact)',
      'now oversells 2',
      'now breaks noOversell',
    ]);
    assert.equal(audit.broke, true);
  });
});

describe('blocks', () => {
  test('blocks on the same streams are paired: what all streams share falls out', () => {
    // Streams differ by factors up to 2, which the second file is 5 % faster on, give or take 1 %.
    const streams = Array.from({ length: 12 }, (_, index) => 1000 * (1 + ((index * 5) % 12) / 11));
    const before = streams.map((perSecond) => ({ perSecond }));
    const after = streams.map((perSecond, index) => {
      return { perSecond: perSecond * (1.05 + ((index % 3) - 1) / 100) };
    });
    const pair = pairOf(blocksOf('event-lock', before), blocksOf('event-lock', after));
    assert.deepEqual([pair.basis, pair.speed, pair.weak], ['paired blocks', 'faster', false]);
    const { ratio = 0, low, high } = pair.metrics.completedPerSecond ?? {};
    assert.ok(Math.abs(ratio - 1.05) < 0.001, `${ratio}`);
    assert.ok((low ?? 0) > 1.04 && (high ?? 2) < 1.06, `${low} ${high}`);
    const others = after.map((each, index) => ({ ...each, digest: `${index}f` }));
    const unpaired = pairOf(blocksOf('event-lock', before), blocksOf('event-lock', others));
    assert.deepEqual([unpaired.basis, unpaired.speed], ['blocks', 'tie']);
  });

  test('unpaired blocks that differ by more than they vary are told apart', () => {
    const pair = pairOf(blocksAround(1000), blocksAround(900, 14, { digest: 'other' }));
    assert.deepEqual([pair.basis, pair.speed], ['blocks', 'slower']);
    assert.equal(pair.metrics.responseP50Ns?.verdict, 'worse');
  });

  test('the tolerance is not for intervals, and a tie is one that contains 1', () => {
    assert.equal(pairOf(blocksAround(1000), blocksAround(1000), 0).speed, 'tie');
    assert.equal(pairOf(blocksAround(1000), blocksAround(1100), 0.5).speed, 'faster');
  });

  test('another seed is other streams of the same terms; other terms are not', () => {
    const other = resultOf('event-lock', {
      scenario: { seed: '43' },
      stream: { digest: 'e'.repeat(64) },
    });
    const blocks = Array.from({ length: 8 }, (_, index) => {
      return { perSecond: 1000 + index, digest: `${index}e` };
    });
    const pair = pairOf(blocksAround(1000), blocksOf('event-lock', blocks, other));
    assert.equal(pair.basis, 'blocks');
    const threads = resultOf('event-lock', { scenario: { threads: 3 } });
    assert.deepEqual(pairOf(blocksAround(1000), blocksOf('event-lock', blocks, threads)).reasons, [
      'another --threads: 2 and 3',
    ]);
  });

  test('a block in which nothing was completed is not left out: there is no ratio then', () => {
    const zero = Array.from({ length: 10 }, (_, index) => ({ perSecond: index === 3 ? 0 : 9000 }));
    const { speed, reasons } = pairOf(blocksAround(1000), blocksOf('event-lock', zero));
    assert.deepEqual(
      [speed, reasons],
      ['not comparable', ['completedPerSecond is 0 in one of the blocks']],
    );
  });

  test('void and discarded blocks are left out in pairs, and too few are no interval', () => {
    const void5 = Array.from({ length: 10 }, (_, index): MadeBlock => {
      if (index < 5) return { perSecond: 1, valid: index < 2, counted: index >= 2 };
      return { perSecond: 1000 + index };
    });
    const pair = pairOf(blocksAround(1000), blocksOf('event-lock', void5));
    assert.deepEqual(
      [pair.speed, pair.reasons],
      ['not comparable', ['an interval needs 6 pairs of blocks valid in both; there are 5']],
    );
    const six = void5.map((each, index) => (index === 4 ? { perSecond: 1004 } : each));
    assert.equal(pairOf(blocksAround(1000), blocksOf('event-lock', six)).speed, 'tie');
  });
});

describe('sweeps', () => {
  const before = sweepOf('event-lock', { '1': [100, 101, 102], '2': [180, 190, 200], '4': [] });

  test('are paired by value; ranges that overlap are a tie, those apart are not', () => {
    const after = sweepOf('event-lock', { '1': [150, 151, 152], '2': [170, 175, 181], '8': [3] });
    const { pairs, over, onlyBefore, onlyAfter } = diff(before, after);
    assert.deepEqual(
      pairs.map(({ value, speed, basis, weak }) => [value, speed, basis, weak]),
      [
        ['1', 'faster', 'repeats', true],
        ['2', 'tie', 'repeats', true],
      ],
    );
    assert.equal(over, 'threads');
    assert.deepEqual(
      [onlyBefore, onlyAfter],
      [['event-lock at --threads 4'], ['event-lock at --threads 8']],
    );
    const { low, high, ratio } = pairs[0]?.metrics.completedPerSecond ?? {};
    assert.deepEqual([low, high, ratio], [150 / 102, 152 / 100, 151 / 101]);
  });

  test('four repeats each that keep apart are no longer weak, unless within the tolerance', () => {
    const [slow, fast] = [
      sweepOf('event-lock', { '1': [100, 101, 102, 103] }),
      sweepOf('event-lock', { '1': [104, 105, 106, 107] }),
    ];
    assert.equal(pairOf(slow, fast).speed, 'tie');
    const pair = pairOf(slow, fast, 0.01);
    assert.deepEqual([pair.speed, pair.weak], ['faster', false]);
  });

  test('a point without a valid run is not compared', () => {
    const after = sweepOf('event-lock', { '4': [1, 2, 3] });
    assert.deepEqual(pairOf(before, after).reasons, [
      'the first has no valid run: the generator could not keep up',
    ]);
  });

  test('against another flag, or against no sweep, there is nothing to compare', () => {
    const other = { ...before, over: 'clients' };
    assert.throws(() => diff(before, other), {
      name: 'InputError',
      message:
        'a.json is a sweep over --threads and b.json is a sweep over --clients: they have nothing to compare',
    });
    assert.throws(() => diff(runAt(1), before), /a\.json is no sweep and b\.json is a sweep over/);
  });
});

test('strategies are paired by name in the order of the first, the others are told', () => {
  const found = diff(
    comparisonOf('rw-lock', 'batch', 'escrow'),
    comparisonOf('escrow', 'optimistic', 'rw-lock'),
  );
  assert.deepEqual(
    found.pairs.map(({ strategy }) => strategy),
    ['rw-lock', 'escrow'],
  );
  assert.deepEqual([found.onlyBefore, found.onlyAfter], [['batch'], ['optimistic']]);
  assert.equal(found.before.kind, 'comparison');
  assert.equal(found.command, "sim diff a.json b.json --tolerance '10%'");
  assert.equal(diff(comparisonOf(), comparisonOf('escrow')).before.environment, null);
});

test('a result is a tie with itself, and nothing changed: run, comparison, blocks and sweep', () => {
  const all = [
    resultOf('event-lock'),
    { schemaVersion: 1, results: [resultOf('batch'), oversoldResult(3)] } as const,
    blocksAround(1000),
    sweepOf('event-lock', { '1': [100, 101, 102], '2': [180, 190, 200] }),
  ];
  for (const result of all) {
    for (const { speed, audit } of diff(result, result).pairs) {
      assert.deepEqual([speed, audit.changes, audit.broke], ['tie', [], false]);
    }
  }
});
