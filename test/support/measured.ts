// Made-up results that were measured several times: blocks and sweeps.
import type { BlockRun } from '../../src/sim/block-comparison.ts';
import type { Comparison, RunResult } from '../../src/sim/result.ts';
import type { Sweep, SweepPoint } from '../../src/sim/sweep-result.ts';
import { resultOf } from './results.ts';

/** One block of a strategy: requests per second, and what is otherwise. */
export type MadeBlock = Partial<BlockRun> & { readonly perSecond: number };

/** A comparison in blocks of these figures of one strategy, beside its A/A control. */
export function blocksOf(
  strategy: string,
  blocks: readonly MadeBlock[],
  first: RunResult = resultOf(strategy),
): Comparison {
  const runs = blocks.flatMap(({ perSecond, ...changes }, index): BlockRun[] => {
    const run: BlockRun = {
      block: index + 1,
      counted: true,
      place: 1,
      strategy,
      control: false,
      seed: `42.${index + 1}`,
      digest: `${index + 1}`.padStart(64, '0'),
      verdict: 'exact',
      brokenPromises: [],
      oversold: 0,
      valid: true,
      reasons: [],
      metrics: {
        completedPerSecond: perSecond,
        grantedPerSecond: perSecond / 10,
        responseP50Ns: 1e9 / perSecond,
        responseP99Ns: 9e9 / perSecond,
      },
      timeToSellOutMs: 1,
      ...changes,
    };
    // The control is of no concern: its figures would spoil every mean that takes them in.
    const control = { ...run, place: 2, control: true, metrics: { ...run.metrics } };
    return [run, { ...control, metrics: { ...control.metrics, completedPerSecond: 1 } }];
  });
  const none = {
    completedPerSecond: null,
    grantedPerSecond: null,
    responseP50Ns: null,
    responseP99Ns: null,
  };
  const summary = { strategy, verdicts: {}, oversold: 0, voidBlocks: 0, means: none, ratios: none };
  return {
    schemaVersion: 1,
    results: [first],
    blocks: {
      blocks: blocks.length,
      discardedBlocks: 0,
      baseline: strategy,
      seed: '42',
      resamples: 10_000,
      confidence: 0.95,
      rankedBy: 'completedPerSecond',
      strategies: [
        { ...summary, control: false },
        { ...summary, control: true },
      ],
      runs,
    },
  };
}

/** A sweep over threads of one strategy: at each value the figures of its repeats. */
export function sweepOf(strategy: string, at: Readonly<Record<string, readonly number[]>>): Sweep {
  const { scenario, environment } = resultOf(strategy);
  return {
    schemaVersion: 1,
    kind: 'sweep',
    command: `sim sweep --strategies ${strategy} --threads ${Object.keys(at).join(',')}`,
    over: 'threads',
    values: Object.keys(at),
    repeats: 3,
    seeds: ['42', '43', '44'],
    curves: [
      {
        strategy,
        points: Object.entries(at).map(([value, figures]) => pointOf(value, figures)),
        usl: { lambda: 1, sigma: 0, kappa: 0, rSquared: 1, peak: null, says: 'linear' },
        knee: null,
        saturation: null,
        notes: [],
      },
    ],
    scenario,
    interrupted: false,
    environment,
  };
}

function pointOf(value: string, figures: readonly number[]): SweepPoint {
  const spread = (scale: number): SweepPoint['responseP50Ns'] => {
    const sorted = figures.map((each) => each * scale).toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const [low] = sorted;
    const high = sorted.at(-1);
    if (median === undefined || low === undefined || high === undefined) return null;
    return { median, low, high };
  };
  return {
    value,
    x: Number(value),
    runs: Math.max(1, figures.length),
    voidRuns: figures.length === 0 ? 1 : 0,
    reasons: figures.length === 0 ? ['the generator could not keep up'] : [],
    oversubscribed: false,
    verdicts: { exact: Math.max(1, figures.length) },
    oversold: 0,
    brokenPromises: [],
    completedPerSecond: spread(1),
    grantedPerSecond: spread(0.1),
    offeredPerSecond: spread(1),
    responseP50Ns: spread(1e-3),
    responseP99Ns: spread(1e-2),
    command: `sim run --strategy x --threads ${value}`,
  };
}
