import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { FORMATS, type Format, RESULT_FORMATS, type ResultFormat } from '../report/formats.ts';
import { FIELDS, flagOf } from '../sim/fields.ts';
import { DEFAULTS, PRESETS } from '../sim/presets.ts';
import type { ScenarioRequest } from '../sim/scenario.ts';

/** What yargs parsed: every option is a text, since we read numbers ourselves. */
export type Arguments = Readonly<Record<string, unknown>>;

/** What holds for fields that have no fixed default. */
const WITHOUT: Readonly<Record<string, string>> = {
  duration: '5s at a rate',
  requests: '1000000 without a rate or a duration',
  threads: 'as many as the machine runs at once, from 2 to 8',
};

/** The options that describe a scenario. */
export function scenarioOptions(): Record<string, Options> {
  const fields = FIELDS.map((field): [string, Options] => {
    const byDefault = DEFAULTS[field.name] ?? WITHOUT[field.name];
    const suffix = byDefault === undefined ? '' : ` [${byDefault}]`;
    return [flagOf(field), text(`${field.description}${suffix}`, 'Scenario:')];
  });
  return {
    scenario: text(
      `a preset (${PRESETS.map(({ name }) => name).join(', ')}) or a JSON file of the fields below`,
      'Scenario:',
    ),
    ...Object.fromEntries(fields),
    trace: text('replay a stream saved by --trace-out', 'Scenario:'),
    'trace-out': text('save the stream to this file', 'Scenario:'),
  };
}

/** The options that say what to do with the result. */
export function outputOptions(formats: readonly string[] = FORMATS): Record<string, Options> {
  return {
    format: text(`how to print the result: ${formats.join(', ')} [table]`, 'Output:'),
    out: text('write the result to this file instead of stdout', 'Output:'),
    quiet: { type: 'boolean', description: 'no progress on stderr', group: 'Output:' },
  };
}

/** The option that shows a sale to browsers. */
export function liveOptions(): Record<string, Options> {
  return {
    live: text(
      'show browsers on this machine how it goes, at this port (0: a free one)',
      'Output:',
    ),
  };
}

export function text(description: string, group: string): Options {
  return { type: 'string', requiresArg: true, description, group };
}

/** One option's text. */
export function textOf(argv: Arguments, flag: string): string | undefined {
  const value = single(argv, flag);
  return typeof value === 'string' ? value : undefined;
}

/** The texts of an option that may be given more than once. */
export function textsOf(argv: Arguments, flag: string): readonly string[] {
  return [argv[flag] ?? []].flat().filter((value) => typeof value === 'string');
}

/** Whether an option without a value is given. */
export function isSet(argv: Arguments, flag: string): boolean {
  return single(argv, flag) === true;
}

function single(argv: Arguments, flag: string): unknown {
  const value = argv[flag];
  if (Array.isArray(value)) throw new InputError(`--${flag} is given twice; give it once`);
  return value;
}

export function scenarioRequest(argv: Arguments, presetByDefault?: string): ScenarioRequest {
  const fields: Record<string, string> = {};
  for (const field of FIELDS) {
    const value = textOf(argv, flagOf(field));
    if (value !== undefined) fields[field.name] = value;
  }
  const trace = textOf(argv, 'trace');
  const scenario = textOf(argv, 'scenario') ?? (trace === undefined ? presetByDefault : undefined);
  return { scenario, trace, fields };
}

export function formatOf(argv: Arguments): Format {
  return chosen(argv, 'format', FORMATS, 'table');
}

/** The format of what was sold, which can be a page. */
export function resultFormatOf(argv: Arguments): ResultFormat {
  return chosen(argv, 'format', RESULT_FORMATS, 'table');
}

/** An option that is one of a few words. */
export function chosen<Choice extends string>(
  argv: Arguments,
  flag: string,
  choices: readonly Choice[],
  byDefault: Choice,
): Choice {
  const value = textOf(argv, flag) ?? byDefault;
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  const isPage = flag === 'format' && value === 'html';
  const hint = isPage ? '; only results of sales are made into pages' : nearest(value, choices);
  throw new InputError(`--${flag} must be one of ${choices.join(', ')}; got "${value}"${hint}`);
}

/**
 * The number that an option's text stands for.
 * @throws InputError when it is none, or not within the bounds
 */
export function wholeNumber(flag: string, given: string, min: number, max: number): number {
  const value = /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new InputError(`--${flag} must be a whole number from ${min} to ${max}; got "${given}"`);
}

/** The presets, a sentence each. */
export function presetLines(): string {
  const width = Math.max(...PRESETS.map(({ name }) => name.length)) + 2;
  return PRESETS.map(({ name, sentence }) => `  ${name.padEnd(width)}${sentence}`).join('\n');
}
