import { randomStream } from '../../src/base/random.ts';
import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetrics,
  BlockRun,
  Ratio,
} from '../../src/sim/block-comparison.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import type { Sweep, SweepCurve, SweepPoint } from '../../src/sim/sweep-result.ts';
import type { Spread } from '../../src/stats/spread.ts';

const BLOCKS = 6;

/** A made-up comparison in blocks of results of one block each; the first is the baseline. */
export function blocksOf(results: readonly RunResult[]): Comparison & { blocks: BlockComparison } {
  const [baseline] = results as readonly [RunResult];
  const factors = results.map((_, index) => 1 + (index % 5) * 0.3 - (index % 2) * 0.25);
  const strategies = [
    ...results.map(({ strategy }, index) => blocked(strategy, false, factors[index] as number)),
    blocked(baseline.strategy, true, 1),
  ];
  const runs = Array.from({ length: BLOCKS }, (_, block) =>
    strategies.map(({ strategy, control, means }, place) =>
      runOf(strategy, control, means, block, place),
    ),
  );
  return {
    schemaVersion: 1,
    results,
    blocks: {
      blocks: BLOCKS - 1,
      discardedBlocks: 1,
      baseline: baseline.strategy,
      seed: '42',
      resamples: 10_000,
      confidence: 0.95,
      rankedBy: 'completedPerSecond',
      strategies,
      runs: runs.flat(),
    },
  };
}

function metrics<T>(rate: T, time: T): BlockMetrics<T> {
  return {
    completedPerSecond: rate,
    grantedPerSecond: rate,
    responseP50Ns: time,
    responseP99Ns: time,
  };
}

function blocked(strategy: string, control: boolean, factor: number): BlockedStrategy {
  const { next } = randomStream(strategy, String(control));
  const ratioOf = (ratio: number, isBetter: boolean): Ratio => {
    const [low, high] = [ratio * (0.93 - 0.05 * next()), ratio * (1.06 + 0.06 * next())];
    const covers = low <= 1 && high >= 1;
    return {
      ratio,
      low,
      high,
      blocks: BLOCKS - 1,
      verdict: covers ? 'tie' : isBetter ? 'better' : 'worse',
    };
  };
  return {
    strategy,
    control,
    verdicts: { exact: BLOCKS - 1 },
    oversold: 0,
    voidBlocks: control ? 1 : 0,
    means: { ...metrics(1.2e6 * factor, 20_000 / factor), responseP99Ns: 400_000 / factor },
    ratios: metrics(ratioOf(factor, factor > 1), ratioOf(1 / factor, factor > 1)),
  };
}

function runOf(
  strategy: string,
  control: boolean,
  means: BlockMetrics<number | null>,
  block: number,
  place: number,
): BlockRun {
  const valid = !(control && block === 2);
  return {
    block,
    counted: block > 0,
    place,
    strategy,
    control,
    seed: `42/${block}`,
    digest: block.toString(16).repeat(64),
    verdict: 'exact',
    brokenPromises: [],
    oversold: 0,
    valid,
    reasons: valid ? [] : ['the generator fell behind by 31ms'],
    metrics: means,
    timeToSellOutMs: 500,
  };
}

/** A made-up sweep of two strategies: over threads with fits, over the rate with knees. */
export function sweepOf(over: 'threads' | 'rate', { scenario, environment }: RunResult): Sweep {
  const values = over === 'threads' ? ['1', '2', '4', '8'] : ['10000', '20000', '40000', '80000'];
  return {
    schemaVersion: 1,
    kind: 'sweep',
    command: `sim sweep --${over} ${values.join(',')} --strategies compare-and-swap,event-lock`,
    over,
    values,
    repeats: 3,
    seeds: ['42.1', '42.2', '42.3'],
    interrupted: false,
    curves: ['compare-and-swap', 'event-lock'].map((strategy, index) =>
      curveOf(strategy, over, values, index),
    ),
    scenario,
    environment,
  };
}

function curveOf(
  strategy: string,
  over: string,
  values: readonly string[],
  index: number,
): SweepCurve {
  const [sigma, kappa, lambda] = [0.08 + 0.2 * index, 0.01, 900_000];
  const points = values.map((value, place): SweepPoint => {
    const n = over === 'threads' ? Number(value) : 2;
    const rate = (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    const isVoid = place === values.length - 1 && index === 1;
    return {
      value,
      x: Number(value),
      runs: 3,
      voidRuns: isVoid ? 3 : 0,
      reasons: isVoid ? ['8 threads on 2 cores'] : [],
      verdicts: { exact: 3 },
      oversold: 0,
      oversubscribed: over === 'threads' && n > 2,
      brokenPromises: [],
      command: `sim run --strategy ${strategy} --${over} ${value}`,
      completedPerSecond: isVoid ? null : around(rate),
      grantedPerSecond: isVoid ? null : around(rate / 3),
      offeredPerSecond: isVoid ? null : around(rate),
      responseP50Ns: isVoid ? null : around(1500 * 2 ** place),
      responseP99Ns: isVoid ? null : around(20_000 * 3 ** place),
    };
  });
  const says = `contention ${sigma.toFixed(2)}, coherency ${kappa}: more than 9 threads make it slower`;
  return {
    strategy,
    points,
    saturation: null,
    notes: [],
    usl: over === 'threads' ? { lambda, sigma, kappa, rSquared: 0.994, peak: 9.6, says } : null,
    knee:
      over === 'rate'
        ? {
            x: 40_000,
            responseP99Ns: 180_000,
            says: 'beyond 40,000/s the p99 grows faster than the rate',
          }
        : null,
  };
}

function around(median: number): Spread {
  return { median, low: median * 0.92, high: median * 1.05 };
}
