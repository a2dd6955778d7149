import { InputError } from '../base/errors.ts';
import { RESULT_FORMATS } from '../report/formats.ts';
import { renderComparisonAs } from '../report/render.ts';
import { BLOCK_LIMITS, type BlockOptions, runsOf } from '../sim/blocks.ts';
import { compare } from '../sim/compare.ts';
import { presetNamed } from '../sim/presets.ts';
import { type Comparison, isBroken } from '../sim/result.ts';
import { catalog } from '../store/catalog.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import type { StrategyFacts } from '../store/strategy.ts';
import type { Command } from './command.ts';
import {
  type Arguments,
  liveOptions,
  outputOptions,
  presetLines,
  scenarioOptions,
  text,
  textOf,
  wholeNumber,
} from './options.ts';
import { withoutPrinting } from './output.ts';
import { openSession } from './session.ts';
import { STORE_SCENARIO, storeOptions } from './stores.ts';
import { referencesIn, requireDistinctNames } from './strategy-list.ts';
import { thresholdLines, thresholdOptions } from './thresholds.ts';

/** What is compared on when nothing is said. */
const DEFAULT_SCENARIO = 'onsale';

export const compareCommand: Command = {
  options: {
    strategies: text(
      'names or families (memory, file, postgres, redis, hybrid), separated by commas [memory; on seed3, its four]',
      'Scenario:',
    ),
    strategy: text('one more to compare them with, such as a file of your own', 'Scenario:'),
    ...scenarioOptions(),
    blocks: text(
      'repeat all in so many blocks, each in random order on a stream of its own; intervals need 6 that are not void',
      'Blocks:',
    ),
    discard: text('blocks to run before those, and discard as warm-up [1]', 'Blocks:'),
    baseline: text(
      'what the others are compared with [the first that promises not to oversell]',
      'Blocks:',
    ),
    ...storeOptions(),
    ...thresholdOptions(),
    ...liveOptions(),
    ...outputOptions(RESULT_FORMATS),
  },
  examples: [
    ['sim compare', `every strategy on the preset "${DEFAULT_SCENARIO}"`],
    ['sim compare --scenario hot-event --threads 4', 'one event that all want'],
    [
      'sim compare --strategies compare-and-swap,event-lock --work-inside 20us',
      'two, with slow work',
    ],
    ['sim compare --strategy ./my-strategy.js', 'all of them, and yours'],
    [
      'sim compare --scenario hot-event --blocks 20',
      'ratios with intervals: who is faster, who ties',
    ],
    ['sim compare --scenario seed3', 'a published load test: memory, PostgreSQL, batches, Redis'],
    ['sim compare --strategies event-lock,postgres,redis', 'families beside each other'],
    ['sim compare --format markdown --out report.md', 'a table for a document'],
    ['sim compare --format html --out report.html', 'a page with charts, in one file'],
  ],
  epilogue: `Presets (default ${DEFAULT_SCENARIO}; with a store, ${STORE_SCENARIO}):\n${presetLines()}\n\n${thresholdLines()}\n\nExit status: 0 done, 1 a strategy that is no control broke a promise or failed, or any broke a\nthreshold, 2 bad usage, 130 interrupted, 143 terminated.`,
  execute: compareAll,
};

async function compareAll(argv: Arguments): Promise<number> {
  const references = referencesOf(argv);
  const strategies = await withoutPrinting(() => Promise.all(references.map(loadAnyStrategy)));
  requireDistinctNames(strategies, references);
  const blocks = blocksOf(argv);
  const names = strategies.map(({ name }) => name);
  const runs = blocks ? runsOf(blocks, names.length) : names.length;
  const plan = { command: 'sim compare', strategies: names, runs };
  const { options, format, style, finish } = await openSession(
    argv,
    plan,
    strategies,
    DEFAULT_SCENARIO,
  );
  const comparison = await compare({ strategies: references, blocks, ...options });
  const broken = breaksAny(comparison, strategies);
  return finish(renderComparisonAs(format, comparison, style), broken);
}

/** Whether any run broke a threshold, or a promise that its strategy is not kept to break. */
function breaksAny({ results, blocks }: Comparison, strategies: readonly StrategyFacts[]): boolean {
  const runs = blocks ? blocks.runs.map((run) => ({ ...run, audit: run })) : results;
  return runs.some((each) => {
    const strategy = strategies.find(({ name }) => name === each.strategy);
    return isBroken(each, strategy?.breaks);
  });
}

function blocksOf(argv: Arguments): BlockOptions | undefined {
  const count = textOf(argv, 'blocks');
  const discard = textOf(argv, 'discard');
  const baseline = textOf(argv, 'baseline');
  if (count === undefined) {
    const stray = Object.entries({ discard, baseline }).find(([, given]) => given !== undefined);
    if (stray) throw new InputError(`--${stray[0]} goes with --blocks only; give --blocks 20`);
    return undefined;
  }
  return {
    count: wholeNumber('blocks', count, 2, BLOCK_LIMITS.count),
    discard:
      discard === undefined ? undefined : wholeNumber('discard', discard, 0, BLOCK_LIMITS.discard),
    baseline,
  };
}

/** Those that are named, else those of the preset. */
function referencesOf(argv: Arguments): string[] {
  const list = textOf(argv, 'strategies');
  const another = textOf(argv, 'strategy');
  const references = list === undefined ? usualOn(textOf(argv, 'scenario')) : referencesIn(list);
  if (another !== undefined && !references.includes(another)) references.push(another);
  return references;
}

function usualOn(scenario: string | undefined): string[] {
  return [...(presetNamed(scenario)?.strategies ?? catalog.map(({ name }) => name))];
}
