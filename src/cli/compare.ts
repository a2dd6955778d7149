import { InputError } from '../base/errors.ts';
import { RESULT_FORMATS, renderComparisonAs } from '../report/render.ts';
import { compare } from '../sim/compare.ts';
import { isBroken } from '../sim/result.ts';
import { catalog } from '../store/catalog.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import type { Command } from './command.ts';
import {
  type Arguments,
  liveOptions,
  outputOptions,
  presetLines,
  scenarioOptions,
  text,
  textOf,
} from './options.ts';
import { withoutPrinting } from './output.ts';
import { openSession } from './session.ts';
import { thresholdLines, thresholdOptions } from './thresholds.ts';

/** What is compared on when nothing is said. */
const DEFAULT_SCENARIO = 'onsale';

export const compareCommand: Command = {
  name: 'compare',
  summary: 'Sell the same stream with several strategies, and show them side by side',
  options: {
    strategies: text('names separated by commas [all in memory]', 'Scenario:'),
    strategy: text('one more to compare them with, such as a file of your own', 'Scenario:'),
    ...scenarioOptions(),
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
    ['sim compare --format markdown --out report.md', 'a table for a document'],
    ['sim compare --format html --out report.html', 'a page with charts, in one file'],
  ],
  epilogue: `Presets (default ${DEFAULT_SCENARIO}):\n${presetLines()}\n\n${thresholdLines()}\n\nExit status: 0 done, 1 a strategy that is no control broke a promise or failed, or any broke a\nthreshold, 2 bad usage, 130 interrupted, 143 terminated.`,
  execute: compareAll,
};

async function compareAll(argv: Arguments): Promise<number> {
  const references = referencesOf(textOf(argv, 'strategies'), textOf(argv, 'strategy'));
  const strategies = await withoutPrinting(() => Promise.all(references.map(loadStrategy)));
  requireDistinctNames(strategies, references);
  const names = strategies.map(({ name }) => name);
  const plan = { command: 'sim compare', strategies: names, runs: names.length };
  const { options, format, style, finish } = await openSession(argv, plan, DEFAULT_SCENARIO);
  const comparison = await compare({ strategies: references, ...options });
  const broken = comparison.results.some((result, index) =>
    isBroken(result, strategies[index]?.breaks),
  );
  return finish(renderComparisonAs(format, comparison, style), broken);
}

function requireDistinctNames(
  strategies: readonly Strategy[],
  references: readonly string[],
): void {
  strategies.forEach(({ name }, index) => {
    const first = strategies.findIndex((each) => each.name === name);
    if (first === index) return;
    throw new InputError(`${references[first]} and ${references[index]} are both named "${name}"`);
  });
}

function referencesOf(list: string | undefined, another: string | undefined): string[] {
  const references =
    list === undefined
      ? catalog.map(({ name }) => name)
      : list.split(',').map((reference) => reference.trim());
  references.forEach((reference, index) => {
    if (reference === '') throw new InputError(`there is no strategy ""; got "${list}"`);
    if (references.indexOf(reference) === index) return;
    throw new InputError(`--strategies names ${reference} twice; name it once`);
  });
  if (another !== undefined && !references.includes(another)) references.push(another);
  return references;
}
