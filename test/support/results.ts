import type { RunResult } from '../../src/sim/result.ts';
import { encodeHdr } from '../../src/stats/hdr.ts';
import { Histogram } from '../../src/stats/histogram.ts';

const TIMES = {
  count: 1000,
  mean: 900,
  p50: 800,
  p90: 1500,
  p99: 22_000,
  p999: 310_000,
  max: 2_000_000,
};

const CHECKS: RunResult['health']['checks'] = [
  {
    name: 'littles-law',
    value: 0.01,
    unit: 'ratio',
    limit: 0.1,
    ok: true,
    says: "Little's law is off by 1 %",
  },
];

/** 1,000 times of 800 ns to 2 ms, as HdrHistogram encodes them. */
function encodedTimes(): string {
  const histogram = Histogram.allocate();
  histogram.recordCount(800, 500);
  histogram.recordCount(1500, 400);
  histogram.recordCount(22_000, 99);
  histogram.recordCount(2_000_000, 1);
  return encodeHdr(histogram);
}

const HISTOGRAMS: RunResult['histograms'] = {
  responseTimeNs: { reserved: encodedTimes(), soldOut: encodedTimes() },
  serviceTimeNs: encodedTimes(),
  queueDelayNs: encodedTimes(),
};

const SERIES: RunResult['series'] = {
  intervalMs: 100,
  offered: [600, 400, 0],
  completed: [500, 400, 100],
  granted: [90, 10, 0],
  refused: [410, 390, 100],
  stockLeft: [10, 0, 0],
  queue: [100, 100, 0],
  p50Ns: [700, 800, null],
  p99Ns: [20_000, 22_000, null],
};

/** A run in which nothing happened but what was meant to. */
const GOOD: RunResult = {
  schemaVersion: 1,
  strategy: 'compare-and-swap',
  command: 'sim run --strategy compare-and-swap --seed 42',
  scenario: {
    clients: 100,
    ratePerSecond: 'max',
    events: 2,
    ticketsPerEvent: 50,
    seed: '42',
    threads: 2,
    workInsideNs: 0,
    workOutsideNs: 0,
  },
  stream: { requests: 1000, digest: '0123456789abcdef'.repeat(4) },
  outcomes: {
    reserved: 100,
    soldOut: 900,
    contended: 0,
    dropped: 0,
    failed: 0,
    cancelled: 0,
    browsed: 0,
  },
  tickets: { capacity: 100, granted: 100, returned: 0 },
  audit: {
    verdict: 'exact',
    oversold: 0,
    duplicateTickets: 0,
    lostReceipts: 0,
    unsold: 0,
    falseSoldOut: 0,
    brokenPromises: [],
  },
  throughput: {
    offeredPerSecond: 1_500_000,
    completedPerSecond: 1_500_000,
    grantedPerSecond: 200_000,
    timeToSellOutMs: 0.5,
  },
  responseTimeNs: TIMES,
  responseTimeByOutcomeNs: { reserved: TIMES, soldOut: TIMES },
  serviceTimeNs: TIMES,
  queueDelayNs: TIMES,
  histograms: HISTOGRAMS,
  series: SERIES,
  contention: { retries: 7, waits: 0 },
  fairness: { jainIndex: 0.5, inversions: 3, mostOvertaken: 2, longestWaitNs: 9000 },
  warmUp: { privateSales: 5, requestsEach: 20_000 },
  health: { valid: true, reasons: [], checks: CHECKS },
  environment: { node: 'v20.19.0', cpu: 'Test CPU', cores: 2, commit: 'abc1234' },
};

/** What a sale on PostgreSQL says of it: 100 grants, two round trips each. */
export const ON_POSTGRES: NonNullable<RunResult['store']> = {
  family: 'postgres',
  isolation: 'read committed',
  durability: 'committed before it is acknowledged',
  servers: [
    {
      kind: 'postgres',
      version: '15.18 (Debian 15.18-1)',
      settings: { fsync: 'on', synchronous_commit: 'on' },
      private: true,
    },
  ],
  connections: 20,
  roundTrips: 200,
  statements: 230,
  inDoubt: { reserves: 0, cancels: 0, served: 0 },
  readBack: { lost: 0, phantoms: 0, undead: 0, surplus: 0, missing: 0 },
};

/** A made-up result of a strategy that sells from PostgreSQL. */
export function storedResult(strategy: string, changes: Changes = {}): RunResult {
  const result = resultOf(strategy, { outcomes: { indeterminate: 0 }, ...changes });
  return { ...result, store: { ...ON_POSTGRES, ...changes.store } };
}

type Part = Exclude<keyof RunResult, 'schemaVersion' | 'strategy' | 'command' | 'thresholds'>;
type Changes = { readonly [Key in Part]?: Partial<RunResult[Key]> };

/** A made-up result: a good run of `strategy`, with some things otherwise. */
export function resultOf(strategy: string, changes: Changes = {}): RunResult {
  const parts = Object.entries(changes) as [Part, object][];
  const changed = parts.map(([part, change]) => [part, { ...GOOD[part], ...change }] as const);
  return { ...GOOD, strategy, ...Object.fromEntries(changed) };
}

/** A run of the control, caught. */
export function oversoldResult(oversold: number): RunResult {
  return resultOf('check-then-act', {
    outcomes: { reserved: 100 + oversold, soldOut: 900 - oversold },
    tickets: { granted: 100 + oversold },
    audit: { verdict: 'oversold', oversold, brokenPromises: ['noOversell'] },
  });
}

/** A run that was cut short. */
export function incompleteResult(strategy: string, reason: string): RunResult {
  return resultOf(strategy, {
    stream: { digest: '' },
    audit: { verdict: 'incomplete' },
    health: { valid: false, reasons: [reason] },
  });
}
