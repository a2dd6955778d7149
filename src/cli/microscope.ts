import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { renderMagnification } from '../report/magnification.ts';
import { FIELDS, type Field, type FieldValues } from '../sim/fields.ts';
import type { Magnification } from '../sim/magnification.ts';
import { type MagnifyOptions, MICROSCOPE_DEFAULTS, magnify } from '../sim/microscope.ts';
import { defaultThreads } from '../sim/scenario.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import {
  type Arguments,
  formatOf,
  isSet,
  outputOptions,
  text,
  textOf,
  wholeNumber,
} from './options.ts';
import { requireWritable, styleFor, withoutPrinting, writeResult } from './output.ts';
import { magnifyProgress } from './progress.ts';

/** More tickets than this are not the last ones. */
const MAX_TICKETS = 1000;
const MAX_ROUNDS = 10_000_000;
const MAX_SECONDS = 86_400;

const { sizes, rounds, seed, timeLimitMs } = MICROSCOPE_DEFAULTS;

const OPTIONS: Readonly<Record<string, Options>> = {
  strategy: text('how stock is kept consistent; see sim strategies', 'Sales:'),
  threads: text(
    'threads that race for the tickets [as many as the machine runs at once]',
    'Sales:',
  ),
  tickets: text(`how many tickets a sale has, one after the other [${sizes.join(',')}]`, 'Sales:'),
  rounds: text(`sales of each size [${rounds}]`, 'Sales:'),
  cancels: {
    type: 'boolean',
    description: 'let tickets come back while others are sold',
    group: 'Sales:',
  },
  'work-inside': text(
    'simulated work between reading and writing the stock, e.g. 20us [0]',
    'Sales:',
  ),
  seed: text(`of small delays, so that threads meet differently in each sale [${seed}]`, 'Sales:'),
  'time-limit': text(`seconds for all sales [${timeLimitMs / 1000}]`, 'Sales:'),
  ...outputOptions(),
};

export const microscopeCommand: Command = {
  options: OPTIONS,
  examples: [
    [
      'sim microscope --strategy check-then-act',
      'the control: how often the last tickets go twice',
    ],
    ['sim microscope --strategy compare-and-swap --rounds 20000', 'how rare it is at most'],
    ['sim microscope --strategy event-lock --tickets 1,3 --cancels', 'with tickets coming back'],
    ['sim microscope --strategy ./my-strategy.js --work-inside 20us', 'yours, with slow work'],
  ],
  epilogue:
    'Exit status: 0 done, 1 a promise was broken or the run failed, 2 bad usage, 130 interrupted,\n143 terminated.',
  execute: lookOnce,
};

async function lookOnce(argv: Arguments): Promise<number> {
  const strategy = textOf(argv, 'strategy');
  if (strategy === undefined) {
    throw new InputError('--strategy is needed; sim strategies lists them');
  }
  const format = formatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const terms = termsOf(argv);
  await withoutPrinting(() => loadStrategy(strategy));
  const progress = magnifyProgress(isSet(argv, 'quiet'));
  const interrupt = onInterrupt();
  const { signal } = interrupt;
  const found = await magnify({ strategy, ...terms, signal, onProgress: progress.show });
  progress.clear();
  writeResult(renderMagnification(format, found, styleFor(out)), out);
  return interrupt.code() ?? exitCodeOf(found);
}

function exitCodeOf({ verdict, brokenPromises }: Magnification): number {
  return verdict === 'incomplete' || brokenPromises.length > 0 ? EXIT.broken : EXIT.done;
}

type Terms = Omit<MagnifyOptions, 'strategy' | 'signal' | 'onProgress'>;

function termsOf(argv: Arguments): Terms {
  const number = (flag: string, byDefault: number, max: number): number => {
    const given = textOf(argv, flag);
    return given === undefined ? byDefault : wholeNumber(flag, given, 1, max);
  };
  return {
    threads: threadsOf(argv),
    sizes: sizesOf(argv),
    rounds: number('rounds', rounds, MAX_ROUNDS),
    cancels: isSet(argv, 'cancels'),
    workInsideNs: fieldOf(argv, 'workInsideNs', 'work-inside') ?? 0,
    seed: fieldOf(argv, 'seed', 'seed') ?? seed,
    timeLimitMs: number('time-limit', timeLimitMs / 1000, MAX_SECONDS) * 1000,
  };
}

function threadsOf(argv: Arguments): number {
  const threads = fieldOf(argv, 'threads', 'threads') ?? defaultThreads();
  if (threads > 1) return threads;
  throw new InputError(`--threads must be at least 2, since one has nobody to race with; got "1"`);
}

function sizesOf(argv: Arguments): readonly number[] {
  const given = textOf(argv, 'tickets');
  if (given === undefined) return sizes;
  const list = given.split(',').map((each) => wholeNumber('tickets', each.trim(), 1, MAX_TICKETS));
  const twice = list.find((size, index) => list.indexOf(size) !== index);
  if (twice === undefined) return list;
  throw new InputError(`--tickets names ${twice} twice; name it once`);
}

/** An option that means what it means in a scenario. */
function fieldOf<Key extends keyof FieldValues>(
  argv: Arguments,
  key: Key,
  flag: string,
): FieldValues[Key] | undefined {
  const given = textOf(argv, flag);
  if (given === undefined) return undefined;
  const { parse, allowed } = FIELDS.find((field) => field.key === key) as Field as Field<Key>;
  const value = parse(given);
  if (value !== undefined) return value;
  throw new InputError(`--${flag} must be ${allowed}; got "${given}"`);
}
