import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { SEARCH_DEFAULTS } from '../explore/defaults.ts';
import { LOCKS } from '../explore/locks.ts';
import type { Faults } from '../explore/moves.ts';
import type { SearchChoice, SearchOptions } from '../explore/search-schedules.ts';
import { SALE_DEFAULTS, SALE_FIELDS, SALE_PRESETS } from '../explore/terms.ts';
import { EXPLORATION_FORMATS } from '../report/exploration.ts';
import { quote } from '../sim/command-line.ts';
import { type Arguments, chosen, text, textOf, wholeNumber } from './options.ts';

const SEARCHES: readonly SearchChoice[] = [
  'auto',
  'breadth-first',
  'source-dpor',
  'preemption-bound',
  'pct',
];

/** Most deaths, time-outs, or wake-ups without a reason, in a schedule. */
const MAX_FAULTS = 4;
const MIB = 2 ** 20;

/** What the flags stand for where they are not given, in their own units. */
const DEFAULTS = {
  'max-states': SEARCH_DEFAULTS.maxStates,
  memory: SEARCH_DEFAULTS.maxBytes / MIB,
  'time-limit': SEARCH_DEFAULTS.timeLimitMs / 1000,
  preemptions: SEARCH_DEFAULTS.preemptions,
  samples: SEARCH_DEFAULTS.samples,
} as const;

export const EXPLORE_OPTIONS: Readonly<Record<string, Options>> = {
  strategy: text('a strategy, by its name or its file', 'Sale:'),
  lock: text(
    `a lock on its own, which clients take --operations times, --browses of them to read: ${LOCKS.map(({ name }) => name).join(', ')}`,
    'Sale:',
  ),
  scenario: text(`a preset (${SALE_PRESETS.map(({ name }) => name).join(', ')})`, 'Sale:'),
  ...Object.fromEntries(
    SALE_FIELDS.map(({ name, description }) => [
      name,
      text(`${description} [${SALE_DEFAULTS[name]}]`, 'Sale:'),
    ]),
  ),
  crashes: fault('let so many clients die, between any two steps'),
  spurious: fault('let so many sleepers wake without being woken'),
  'time-outs': fault('let so many sleeps end because their time is up, though nobody died'),
  schedule: text('run this one schedule, such as 0101', 'Search:'),
  search: text(`${SEARCHES.join(', ')}: one search, or one after the other [auto]`, 'Search:'),
  'max-states': text(`states to remember [${DEFAULTS['max-states']}]`, 'Search:'),
  memory: text(`MiB for them [${DEFAULTS.memory}]`, 'Search:'),
  'time-limit': text(`seconds for all searches [${DEFAULTS['time-limit']}]`, 'Search:'),
  preemptions: text(`bound for preemption-bound [${DEFAULTS.preemptions}]`, 'Search:'),
  samples: text(`schedules for pct [${DEFAULTS.samples}]`, 'Search:'),
  seed: text('of the random schedules [42]', 'Search:'),
  format: text(`how to print the result: ${EXPLORATION_FORMATS.join(', ')} [table]`, 'Output:'),
  out: text('write the result to this file instead of stdout', 'Output:'),
  quiet: { type: 'boolean', description: 'no progress on stderr', group: 'Output:' },
};

/** An option whose number may be left out. */
function fault(description: string): Options {
  return {
    type: 'string',
    description: `${description} [1 if no number is given]`,
    group: 'Sale:',
  };
}

export function presetEpilogue(): string {
  const width = Math.max(...SALE_PRESETS.map(({ name }) => name.length)) + 2;
  const lines = SALE_PRESETS.map(({ name, sentence }) => `  ${name.padEnd(width)}${sentence}`);
  return `Presets:\n${lines.join('\n')}\n\nExit status: 0 no violation, 1 a rule is broken, 2 bad usage, 130 interrupted, 143 terminated.`;
}

export function faultsOf(argv: Arguments): Faults {
  return {
    crashes: faultCount(argv, 'crashes'),
    spurious: faultCount(argv, 'spurious'),
    timeOuts: faultCount(argv, 'time-outs'),
  };
}

function faultCount(argv: Arguments, flag: string): number {
  const given = textOf(argv, flag);
  if (given === undefined) return 0;
  return given === '' ? 1 : wholeNumber(flag, given, 0, MAX_FAULTS);
}

export function searchOptions(
  argv: Arguments,
): Omit<SearchOptions, 'faults' | 'signal' | 'onProgress'> {
  const number = (flag: keyof typeof DEFAULTS, min: number, max: number): number => {
    const given = textOf(argv, flag);
    return given === undefined ? DEFAULTS[flag] : wholeNumber(flag, given, min, max);
  };
  return {
    search: chosen(argv, 'search', SEARCHES, SEARCH_DEFAULTS.search),
    maxStates: number('max-states', 1, 500_000_000),
    maxBytes: number('memory', 1, 1 << 20) * MIB,
    timeLimitMs: number('time-limit', 1, 86_400) * 1000,
    preemptions: number('preemptions', 0, 20),
    samples: number('samples', 1, 1_000_000_000),
    seed: textOf(argv, 'seed') ?? SEARCH_DEFAULTS.seed,
  };
}

/** The terms of the sale that flags give, by name. */
export function givenTerms(argv: Arguments): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { name } of SALE_FIELDS) {
    const value = textOf(argv, name);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

/** What says something about a sale, and nothing about a lock on its own. */
const SALE_ONLY = ['strategy', 'scenario', 'tickets', 'quantity', 'cancels', 'events'];
const SEARCH_FLAGS = ['search', ...Object.keys(DEFAULTS), 'seed'];

/**
 * Refuses flags that would be ignored beside others.
 * @throws InputError when there are any
 */
export function requireFitting(argv: Arguments): void {
  const stray = (others: readonly string[]): string | undefined =>
    others.find((flag) => textOf(argv, flag) !== undefined);
  if (textOf(argv, 'lock') !== undefined) {
    const flag = stray(SALE_ONLY);
    if (flag !== undefined) {
      throw new InputError(`--lock is explored without a sale: --${flag} cannot go with it`);
    }
  }
  const schedule = textOf(argv, 'schedule');
  if (schedule === undefined) return;
  const flag = stray(SEARCH_FLAGS);
  if (flag !== undefined) {
    throw new InputError(`--schedule runs one schedule: --${flag} cannot go with it`);
  }
  const { crashes, spurious, timeOuts } = faultsOf(argv);
  if (schedule.includes('x') && crashes === 0) {
    throw new InputError(`--schedule ${schedule} lets a client die (x): add --crashes`);
  }
  if (schedule.includes('w') && spurious === 0) {
    throw new InputError(`--schedule ${schedule} wakes a client for no reason (w): add --spurious`);
  }
  if (schedule.includes('t') && crashes + timeOuts === 0) {
    throw new InputError(
      `--schedule ${schedule} lets a client's time be up (t): add --time-outs or --crashes`,
    );
  }
}

/** The command that explores the same again; with a schedule, the one that runs it alone. */
export function commandOf(argv: Arguments, failing: string | undefined): string {
  const schedule = failing ?? textOf(argv, 'schedule');
  const subject = ['strategy', 'lock', 'scenario', ...SALE_FIELDS.map(({ name }) => name)];
  const flags = [...subject, 'crashes', 'spurious', 'time-outs'];
  // What breaks down before the first step has no schedule, and is found at once.
  if (schedule === undefined) flags.push(...SEARCH_FLAGS);
  const parts = ['sim explore'];
  for (const flag of flags) {
    const value = textOf(argv, flag);
    if (value !== undefined) parts.push(value === '' ? `--${flag}` : `--${flag} ${quote(value)}`);
  }
  return schedule ? `${parts.join(' ')} --schedule ${schedule}` : parts.join(' ');
}
