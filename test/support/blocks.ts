import type { BlockComparison, BlockRun } from '../../src/sim/block-comparison.ts';
import { summarizeBlocks } from '../../src/sim/summarize-blocks.ts';

/** A made-up run of a block in which nothing happened but what was meant to. */
export function blockRun(
  block: number,
  strategy: string,
  changes: Partial<BlockRun> = {},
): BlockRun {
  return {
    block,
    counted: true,
    place: 1,
    strategy,
    control: false,
    seed: `42.${block}`,
    digest: '0123456789abcdef'.repeat(4),
    verdict: 'exact',
    brokenPromises: [],
    oversold: 0,
    valid: true,
    reasons: [],
    metrics: metricsAt(1),
    timeToSellOutMs: 0.5,
    ...changes,
  };
}

/** The figures of a run so many times as fast as another. */
export function metricsAt(speed: number): BlockRun['metrics'] {
  return {
    completedPerSecond: 1_000_000 * speed,
    grantedPerSecond: 200_000 * speed,
    responseP50Ns: 800 / speed,
    responseP99Ns: 22_000 / speed,
  };
}

export interface MadeUpBlocks {
  readonly blocks?: number;
  /** How fast each strategy is in each block; the first is the baseline. */
  readonly speeds: Readonly<Record<string, (block: number) => number>>;
  /** How fast the baseline's second run is. */
  readonly control?: (block: number) => number;
  readonly model?: 'open' | 'saturating' | 'closed';
  /** Changes what was run. */
  readonly change?: (run: BlockRun) => BlockRun;
}

/** A made-up comparison; its first block is discarded. */
export function comparisonOf({
  blocks = 8,
  speeds,
  control = () => 1,
  model = 'saturating',
  change = (run) => run,
}: MadeUpBlocks): BlockComparison {
  const strategies = Object.keys(speeds);
  const [baseline = ''] = strategies;
  const runs = Array.from({ length: blocks + 1 }, (_, index) => {
    const block = index + 1;
    const counted = block > 1;
    const own = Object.entries(speeds).map(([strategy, speed], place) => {
      const metrics = metricsAt(speed(block));
      return blockRun(block, strategy, { metrics, counted, place: place + 1 });
    });
    const metrics = metricsAt(control(block));
    const place = strategies.length + 1;
    return [...own, blockRun(block, baseline, { metrics, counted, place, control: true })];
  });
  return summarizeBlocks({
    strategies,
    baseline,
    seed: '42',
    model,
    runs: runs.flat().map(change),
  });
}
