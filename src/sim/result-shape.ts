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
  type Shape,
  text,
} from '../base/shape.ts';
import { type Contention, PROMISES } from '../store/strategy.ts';
import type { Environment } from './environment.ts';
import {
  type Comparison,
  type Health,
  type MetricUnit,
  type RunResult,
  SCHEMA_VERSION,
  type ScenarioSummary,
  type ThresholdOutcome,
  type Throughput,
} from './result.ts';
import { CHECK, TIMES, WARM_UP } from './times-shape.ts';

const VERDICT: Shape<Verdict> = oneOf<Verdict>({
  exact: 0,
  oversold: 0,
  undersold: 0,
  inconsistent: 0,
  incomplete: 0,
});

const SCENARIO: Shape<ScenarioSummary> = object<ScenarioSummary>({
  clients: number,
  ratePerSecond: nullable(either(exactly('max'), number)),
  events: number,
  ticketsPerEvent: number,
  seed: text,
  threads: number,
  workInsideNs: number,
  workOutsideNs: number,
});

const ENVIRONMENT: Shape<Environment> = object<Environment>({
  node: text,
  cpu: text,
  cores: number,
  commit: text,
});

const THRESHOLD: Shape<ThresholdOutcome> = object<ThresholdOutcome>({
  threshold: text,
  metric: text,
  value: nullable(number),
  unit: oneOf<MetricUnit>({ count: 0, ns: 0, perSecond: 0, ratio: 0 }),
  ok: flag,
  reason: nullable(text),
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
  }),
  tickets: object<RunResult['tickets']>({ capacity: number, granted: number, returned: number }),
  audit: object<Audit>({
    verdict: VERDICT,
    oversold: number,
    duplicateTickets: number,
    lostReceipts: number,
    unsold: number,
    falseSoldOut: number,
    brokenPromises: listOf(oneOf(PROMISES)),
  }),
  throughput: object<Throughput>({
    offeredPerSecond: number,
    completedPerSecond: number,
    grantedPerSecond: number,
    timeToSellOutMs: nullable(number),
  }),
  ...TIMES,
  warmUp: WARM_UP,
  contention: object<Contention>({ retries: number, waits: number }),
  fairness: object<Fairness>({
    jainIndex: number,
    inversions: number,
    mostOvertaken: number,
    longestWaitNs: number,
  }),
  health: object<Health>({ valid: flag, reasons: listOf(text), checks: listOf(CHECK) }),
  thresholds: optional(listOf(THRESHOLD)),
  environment: ENVIRONMENT,
});

export const COMPARISON: Shape<Comparison> = object<Comparison>({
  schemaVersion: exactly(SCHEMA_VERSION),
  results: listOf(RUN),
});
