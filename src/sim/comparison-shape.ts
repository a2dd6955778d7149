// What a comparison or a sweep read from a file must have; see result-shape.ts.
import type { Verdict } from '../audit/audit.ts';
import {
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
import type { Spread } from '../stats/spread.ts';
import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetric,
  BlockMetrics,
  BlockRun,
  Ratio,
} from './block-comparison.ts';
import { type Comparison, SCHEMA_VERSION } from './result.ts';
import { ENVIRONMENT, PROMISE_LIST, RUN, SCENARIO, THRESHOLD, VERDICT } from './result-shape.ts';
import type { Knee, Saturation, Sweep, SweepCurve, SweepPoint, UslFit } from './sweep-result.ts';

const VERDICT_COUNTS: Shape<Readonly<Partial<Record<Verdict, number>>>> = object<
  Readonly<Partial<Record<Verdict, number>>>
>({
  exact: optional(number),
  oversold: optional(number),
  undersold: optional(number),
  inconsistent: optional(number),
  indeterminate: optional(number),
  incomplete: optional(number),
});

function metrics<Value>(shape: Shape<Value>): Shape<BlockMetrics<Value>> {
  return object<BlockMetrics<Value>>({
    completedPerSecond: shape,
    grantedPerSecond: shape,
    responseP50Ns: shape,
    responseP99Ns: shape,
  });
}

const RATIO: Shape<Ratio> = object<Ratio>({
  ratio: number,
  low: number,
  high: number,
  blocks: number,
  verdict: oneOf<Ratio['verdict']>({ better: 0, worse: 0, tie: 0 }),
});

const BLOCKED_STRATEGY: Shape<BlockedStrategy> = object<BlockedStrategy>({
  strategy: text,
  control: flag,
  verdicts: VERDICT_COUNTS,
  oversold: number,
  voidBlocks: number,
  means: metrics(nullable(number)),
  ratios: metrics(nullable(RATIO)),
});

const BLOCK_RUN: Shape<BlockRun> = object<BlockRun>({
  block: number,
  counted: flag,
  place: number,
  strategy: text,
  control: flag,
  seed: text,
  digest: text,
  verdict: VERDICT,
  brokenPromises: PROMISE_LIST,
  oversold: number,
  valid: flag,
  reasons: listOf(text),
  metrics: metrics(nullable(number)),
  timeToSellOutMs: nullable(number),
  thresholds: optional(listOf(THRESHOLD)),
});

const BLOCKS: Shape<BlockComparison> = object<BlockComparison>({
  blocks: number,
  discardedBlocks: number,
  baseline: text,
  seed: text,
  resamples: number,
  confidence: number,
  rankedBy: oneOf<BlockMetric>({
    completedPerSecond: 0,
    grantedPerSecond: 0,
    responseP50Ns: 0,
    responseP99Ns: 0,
  }),
  strategies: listOf(BLOCKED_STRATEGY),
  runs: listOf(BLOCK_RUN),
});

export const COMPARISON: Shape<Comparison> = object<Comparison>({
  schemaVersion: exactly(SCHEMA_VERSION),
  results: listOf(RUN),
  blocks: optional(BLOCKS),
});

const SPREAD: Shape<Spread | null> = nullable(
  object<Spread>({ median: number, low: number, high: number }),
);

const POINT: Shape<SweepPoint> = object<SweepPoint>({
  value: text,
  x: nullable(number),
  runs: number,
  voidRuns: number,
  reasons: listOf(text),
  oversubscribed: flag,
  verdicts: VERDICT_COUNTS,
  oversold: number,
  brokenPromises: PROMISE_LIST,
  completedPerSecond: SPREAD,
  grantedPerSecond: SPREAD,
  offeredPerSecond: SPREAD,
  responseP50Ns: SPREAD,
  responseP99Ns: SPREAD,
  command: text,
});

const CURVE: Shape<SweepCurve> = object<SweepCurve>({
  strategy: text,
  points: listOf(POINT),
  usl: nullable(
    object<UslFit>({
      lambda: number,
      sigma: number,
      kappa: number,
      rSquared: number,
      peak: nullable(number),
      says: text,
    }),
  ),
  knee: nullable(object<Knee>({ x: number, responseP99Ns: number, says: text })),
  saturation: nullable(object<Saturation>({ x: number, says: text })),
  notes: listOf(text),
});

export const SWEEP: Shape<Sweep> = object<Sweep>({
  schemaVersion: exactly(SCHEMA_VERSION),
  kind: exactly('sweep'),
  command: text,
  over: text,
  values: listOf(text),
  repeats: number,
  seeds: listOf(text),
  curves: listOf(CURVE),
  scenario: SCENARIO,
  interrupted: flag,
  environment: ENVIRONMENT,
});
