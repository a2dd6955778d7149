import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  BlockComparison,
  BlockedStrategy,
  BlockMetrics,
} from '../../src/sim/block-comparison.ts';
import { metricsOf } from '../../src/sim/summarize-blocks.ts';
import { comparisonOf, metricsAt } from '../support/blocks.ts';
import fc from '../support/fast-check.ts';
import { resultOf } from '../support/results.ts';

const BLOCKS = 8;
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) / expected - 1) < 1e-9, `${actual} for ${expected}`);

function find({ strategies }: BlockComparison, name: string, control = false): BlockedStrategy {
  return strategies.find(
    (each) => each.strategy === name && each.control === control,
  ) as BlockedStrategy;
}

test('what changes from block to block falls out of a ratio: any 8 levels, twice as fast', () => {
  const levels = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
    minLength: BLOCKS + 2,
    maxLength: BLOCKS + 2,
  });
  fc.assert(
    fc.property(levels, (level) => {
      const at = (block: number): number => level[block] as number;
      const { ratios } = find(
        comparisonOf({ speeds: { base: at, fast: (b) => 2 * at(b) } }),
        'fast',
      );
      near(ratios.completedPerSecond?.low, 2);
      near(ratios.completedPerSecond?.high, 2);
      near(ratios.responseP99Ns?.ratio, 0.5);
      assert.equal(ratios.completedPerSecond?.verdict, 'better');
      assert.equal(ratios.responseP99Ns?.verdict, 'better');
    }),
    { numRuns: 20 },
  );
});

test('a slower one is worse in every figure', () => {
  const { ratios } = find(comparisonOf({ speeds: { base: () => 3, slow: () => 1 } }), 'slow');
  for (const ratio of Object.values(ratios)) assert.equal(ratio?.verdict, 'worse');
});

const zigzag = (block: number): number => (block % 2 === 0 ? 1.5 : 0.8);

test('one that is now faster and now slower ties, whatever its mean', () => {
  const { ratios } = find(comparisonOf({ speeds: { base: () => 1, zigzag } }), 'zigzag');
  near(ratios.completedPerSecond?.ratio, Math.sqrt(1.5 * 0.8));
  for (const ratio of Object.values(ratios)) assert.equal(ratio?.verdict, 'tie');
});

test('the baseline is 1 and a tie to itself, and the control comes last', () => {
  const comparison = comparisonOf({
    speeds: { base: (block) => block, other: () => 1 },
    control: (block) => 1.1 * block,
  });
  const one = { ratio: 1, low: 1, high: 1, blocks: BLOCKS, verdict: 'tie' };
  assert.deepEqual(find(comparison, 'base').ratios.completedPerSecond, one);
  const last = comparison.strategies.at(-1);
  assert.deepEqual([last?.strategy, last?.control], ['base', true]);
  near(last?.ratios.completedPerSecond?.ratio, 1.1);
});

test('discarded blocks count in no figure, but their verdicts do', () => {
  const comparison = comparisonOf({
    speeds: { base: () => 1, other: (block) => (block === 1 ? 100 : 2) },
    change: (run) =>
      run.block === 1 && run.strategy === 'other'
        ? { ...run, verdict: 'oversold', oversold: 3 }
        : run,
  });
  const other = find(comparison, 'other');
  near(other.means.completedPerSecond as number, 2e6);
  assert.deepEqual(other.verdicts, { oversold: 1, exact: BLOCKS });
  assert.equal(other.oversold, 3);
  assert.deepEqual([comparison.blocks, comparison.discardedBlocks], [BLOCKS, 1]);
});

const GARBAGE = metricsAt(1e-6);

test('a void run is left out with its partner, whatever it measured: any runs void', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 2, max: 9 })),
      fc.uniqueArray(fc.integer({ min: 2, max: 9 })),
      (ofBase, ofOther) => {
        const isVoid = (block: number, strategy: string): boolean =>
          (strategy === 'base' ? ofBase : ofOther).includes(block);
        const comparison = comparisonOf({
          speeds: { base: () => 1, other: (block) => 1 + block / 10 },
          change: (run) =>
            isVoid(run.block, run.strategy)
              ? { ...run, valid: false, reasons: ['slow'], metrics: GARBAGE }
              : run,
        });
        const other = find(comparison, 'other');
        const pairs = [2, 3, 4, 5, 6, 7, 8, 9].filter(
          (block) => !ofBase.includes(block) && !ofOther.includes(block),
        );
        assert.equal(other.voidBlocks, ofOther.length);
        const { completedPerSecond: ratio } = other.ratios;
        if (pairs.length < 6) return assert.equal(ratio, null);
        assert.equal(ratio?.blocks, pairs.length);
        const logs = pairs.map((block) => Math.log(1 + block / 10));
        near(ratio?.ratio, Math.exp(logs.reduce((sum, each) => sum + each) / logs.length));
        return undefined;
      },
    ),
    { numRuns: 50 },
  );
});

const without = (figures: Partial<BlockMetrics<number | null>>) =>
  find(
    comparisonOf({
      speeds: { base: () => 1, other: () => 1 },
      change: (run) =>
        run.strategy === 'other' ? { ...run, metrics: { ...run.metrics, ...figures } } : run,
    }),
    'other',
  );

test('figures that no run has are null, those that are 0 have no ratio: nothing timed, nothing granted', () => {
  assert.equal(without({ responseP50Ns: null }).means.responseP50Ns, null);
  assert.equal(without({ responseP50Ns: null }).ratios.responseP50Ns, null);
  assert.equal(without({ grantedPerSecond: 0 }).means.grantedPerSecond, 0);
  assert.equal(without({ grantedPerSecond: 0 }).ratios.grantedPerSecond, null);
  assert.equal(without({ grantedPerSecond: 0 }).ratios.completedPerSecond?.verdict, 'tie');
});

test('too few blocks give means and no ratio: 5', () => {
  const other = find(
    comparisonOf({ blocks: 5, speeds: { base: () => 1, other: () => 2 } }),
    'other',
  );
  near(other.means.completedPerSecond as number, 2e6);
  assert.equal(other.ratios.completedPerSecond, null);
});

test('no block at all: nothing is known', () => {
  const { blocks, strategies } = comparisonOf({ blocks: -1, speeds: { base: () => 1 } });
  assert.equal(blocks, 0);
  for (const { means, ratios } of strategies) {
    assert.equal(means.completedPerSecond, null);
    assert.equal(ratios.completedPerSecond, null);
  }
});

const ranking = (model: 'open' | 'saturating' | 'closed'): string =>
  comparisonOf({ model, speeds: { base: () => 1 } }).rankedBy;

test('ranked by what the model leaves to the strategy', () => {
  assert.equal(ranking('open'), 'responseP99Ns');
  assert.equal(ranking('saturating'), 'completedPerSecond');
  assert.equal(ranking('closed'), 'completedPerSecond');
});

const made = (): BlockComparison =>
  comparisonOf({ speeds: { base: () => 1, other: (block) => 1 + Math.sin(block) / 3 } });

test('the same runs give the same intervals', () => {
  assert.deepEqual(made(), made());
});

test('the figures of a run are those of its result, times only where there are any', () => {
  const result = resultOf('event-lock');
  assert.deepEqual(metricsOf(result), {
    completedPerSecond: 1_500_000,
    grantedPerSecond: 200_000,
    responseP50Ns: 800,
    responseP99Ns: 22_000,
  });
  const { responseP50Ns, responseP99Ns } = metricsOf(
    resultOf('x', { responseTimeNs: { count: 0 } }),
  );
  assert.deepEqual([responseP50Ns, responseP99Ns], [null, null]);
});

test('a block in which nothing was granted is not left out: no ratio, and a mean of 0', () => {
  const speeds = { base: () => 1, idle: () => 2 };
  const comparison = comparisonOf({
    blocks: 12,
    speeds,
    change: (run) =>
      run.strategy === 'idle' && run.block % 2 === 0
        ? { ...run, metrics: { ...run.metrics, grantedPerSecond: 0 } }
        : run,
  });
  const { means, ratios } = find(comparison, 'idle');
  assert.deepEqual([means.grantedPerSecond, ratios.grantedPerSecond], [0, null]);
  near(ratios.completedPerSecond?.ratio, 2);
});
