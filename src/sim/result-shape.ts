// What a result read from a file must have: every field of its type, as the compiler makes sure.
import type { Audit, Verdict } from '../audit/audit.ts';
import type { Fairness } from '../audit/fairness.ts';
import {
  either,
  exactly,
  flag,
  listOf,
  nullable,
  number,
  object,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
} from '../base/shape.ts';
import { decodeHdr } from '../stats/hdr.ts';
import type { DurationSummary } from '../stats/summary.ts';
import type { TimeSeries } from '../stats/time-series.ts';
import type { Kernel } from '../store/compiled-words.ts';
import { type Contention, PROMISES, type StrategyPromise } from '../store/strategy.ts';
import type { Outcome } from '../workers/outcome.ts';
import type { WarmUp } from '../workers/warm-up.ts';
import type { Environment } from './environment.ts';
import {
  type Health,
  type HealthCheck,
  type RunResult,
  SCHEMA_VERSION,
  type ScenarioSummary,
  type ServiceUse,
  type StoreServer,
  type StoreUse,
  type Throughput,
} from './result.ts';
import type { MetricUnit, ThresholdOutcome } from './threshold-outcome.ts';
import type { RunHistograms } from './times.ts';

export const VERDICT: Shape<Verdict> = oneOf<Verdict>({
  exact: 0,
  oversold: 0,
  undersold: 0,
  inconsistent: 0,
  indeterminate: 0,
  incomplete: 0,
});

const TIMES: Shape<DurationSummary> = object<DurationSummary>({
  count: number,
  mean: number,
  p50: number,
  p90: number,
  p99: number,
  p999: number,
  max: number,
});

export const SCENARIO: Shape<ScenarioSummary> = object<ScenarioSummary>({
  preset: optional(text),
  clients: number,
  ratePerSecond: nullable(either(exactly('max'), number)),
  events: number,
  ticketsPerEvent: number,
  seed: text,
  threads: number,
  workInsideNs: number,
  workOutsideNs: number,
  kernel: optional(oneOf<Kernel>({ js: 0, wasm: 0 })),
  durationNs: optional(number),
});

export const ENVIRONMENT: Shape<Environment> = object<Environment>({
  node: text,
  cpu: text,
  cores: number,
  commit: text,
});

export const THRESHOLD: Shape<ThresholdOutcome> = object<ThresholdOutcome>({
  threshold: text,
  metric: text,
  value: nullable(number),
  unit: oneOf<MetricUnit>({ count: 0, ns: 0, perSecond: 0, ratio: 0 }),
  ok: flag,
  reason: nullable(text),
});

/** What only outcomes have that occurred. */
function byOutcome<Value>(shape: Shape<Value>): Shape<Readonly<Partial<Record<Outcome, Value>>>> {
  return object<Readonly<Partial<Record<Outcome, Value>>>>({
    reserved: optional(shape),
    soldOut: optional(shape),
    contended: optional(shape),
    dropped: optional(shape),
    failed: optional(shape),
    cancelled: optional(shape),
    browsed: optional(shape),
    indeterminate: optional(shape),
  });
}

/** A text that can be decoded: pages are drawn from it. */
const HISTOGRAM: Shape<string> = (value, path) => {
  try {
    return text(value, path) ?? (decodeHdr(value as string) && undefined);
  } catch {
    return `${path} must be a histogram in HdrHistogram's encoding V2, compressed, in base64`;
  }
};

const COLUMNS: Shape<TimeSeries> = object<TimeSeries>({
  intervalMs: number,
  offered: listOf(number),
  completed: listOf(number),
  granted: listOf(number),
  refused: listOf(number),
  stockLeft: listOf(number),
  queue: listOf(number),
  p50Ns: listOf(nullable(number)),
  p99Ns: listOf(nullable(number)),
});

/** All columns are as long as the first. */
const SERIES: Shape<TimeSeries> = (value, path) => {
  const fault = COLUMNS(value, path);
  if (fault !== undefined) return fault;
  const { intervalMs, ...columns } = value as TimeSeries;
  if (intervalMs <= 0) return `${path}.intervalMs must be above 0; got ${intervalMs}`;
  const odd = Object.entries(columns).find(
    ([, column]) => Array.isArray(column) && column.length !== columns.offered.length,
  );
  return odd && `${path}.${odd[0]} must have as many entries as ${path}.offered`;
};

const CHECK: Shape<HealthCheck> = object<HealthCheck>({
  name: text,
  value: number,
  unit: oneOf<HealthCheck['unit']>({ ratio: 0, ns: 0 }),
  limit: nullable(number),
  ok: flag,
  says: text,
});

export const PROMISE_LIST: Shape<readonly StrategyPromise[]> = listOf(oneOf(PROMISES));

const SERVER: Shape<StoreServer> = object<StoreServer>({
  kind: oneOf<StoreServer['kind']>({ postgres: 0, redis: 0 }),
  version: text,
  settings: recordOf(text),
  private: flag,
});

const SERVICE: Shape<ServiceUse> = object<ServiceUse>({
  target: text,
  adapter: text,
  labLimitPerSecond: nullable(number),
  shortGrants: number,
  overGrants: number,
  reissued: number,
  duplicates: listOf(
    object<ServiceUse['duplicates'][number]>({
      ticket: text,
      event: text,
      clients: listOf(number),
    }),
  ),
  wrongEvents: listOf(
    object<ServiceUse['wrongEvents'][number]>({
      event: text,
      capacity: number,
      granted: number,
      available: nullable(number),
    }),
  ),
});

const STORE: Shape<StoreUse> = object<StoreUse>({
  family: oneOf<StoreUse['family']>({ file: 0, postgres: 0, redis: 0, hybrid: 0, http: 0 }),
  isolation: text,
  durability: text,
  servers: listOf(SERVER),
  connections: number,
  roundTrips: number,
  statements: number,
  inDoubt: object<StoreUse['inDoubt']>({
    reserves: number,
    cancels: number,
    served: nullable(number),
  }),
  readBack: nullable(
    object<NonNullable<StoreUse['readBack']>>({
      lost: number,
      phantoms: number,
      undead: number,
      surplus: number,
      missing: number,
    }),
  ),
  service: optional(SERVICE),
});

export const RUN: Shape<RunResult> = object<RunResult>({
  schemaVersion: exactly(SCHEMA_VERSION),
  strategy: text,
  command: text,
  scenario: SCENARIO,
  stream: object<RunResult['stream']>({ requests: number, digest: text }),
  outcomes: object<RunResult['outcomes']>({
    reserved: number,
    soldOut: number,
    contended: number,
    dropped: number,
    failed: number,
    cancelled: number,
    browsed: number,
    indeterminate: optional(number),
  }),
  tickets: object<RunResult['tickets']>({ capacity: number, granted: number, returned: number }),
  audit: object<Audit>({
    verdict: VERDICT,
    oversold: number,
    duplicateTickets: number,
    lostReceipts: number,
    unsold: number,
    falseSoldOut: number,
    brokenPromises: PROMISE_LIST,
  }),
  throughput: object<Throughput>({
    offeredPerSecond: number,
    completedPerSecond: number,
    grantedPerSecond: number,
    timeToSellOutMs: nullable(number),
  }),
  responseTimeNs: TIMES,
  responseTimeByOutcomeNs: byOutcome(TIMES),
  serviceTimeNs: TIMES,
  queueDelayNs: TIMES,
  histograms: object<RunHistograms>({
    responseTimeNs: byOutcome(HISTOGRAM),
    serviceTimeNs: HISTOGRAM,
    queueDelayNs: HISTOGRAM,
  }),
  series: SERIES,
  contention: object<Contention>({ retries: number, waits: number }),
  store: optional(STORE),
  fairness: object<Fairness>({
    jainIndex: number,
    inversions: number,
    mostOvertaken: number,
    longestWaitNs: number,
  }),
  warmUp: object<WarmUp>({ privateSales: number, requestsEach: number }),
  health: object<Health>({ valid: flag, reasons: listOf(text), checks: listOf(CHECK) }),
  thresholds: optional(listOf(THRESHOLD)),
  environment: ENVIRONMENT,
});
