import { InputError } from '../src/base/errors.ts';
import { nearest } from '../src/base/nearest.ts';
import { describeFlags, type Flags, readFlags } from './flags.ts';
import { LOADS, type Load } from './loads.ts';

/** What is asked of a comparison with another commit. */
export interface CompareOptions {
  readonly base: string;
  readonly loads: readonly Load[];
  readonly rounds: number;
  readonly smoke: boolean;
  readonly json: string | undefined;
  readonly out: string | undefined;
}

const ROUNDS = 10;
const ROUNDS_MAX = 1000;

const FLAGS: Flags = {
  rounds: 'N',
  smoke: undefined,
  json: 'FILE',
  out: 'FILE.md',
  help: undefined,
};

/**
 * @returns undefined where help is asked for
 * @throws InputError when there is no commit to compare with, or a scenario or flag is none
 */
export function parseCompare(args: readonly string[]): CompareOptions | undefined {
  const { words, flags } = readFlags(args, FLAGS);
  if (flags.has('help')) return undefined;
  const [base, ...names] = words;
  if (base === undefined) {
    throw new InputError(
      'a commit to compare with is needed: npm run bench:compare main; got none',
    );
  }
  const smoke = flags.has('smoke');
  return {
    base,
    loads: chosen(names),
    rounds: roundsOf(flags.get('rounds') ?? `${smoke ? 1 : ROUNDS}`),
    smoke,
    json: flags.get('json'),
    out: flags.get('out'),
  };
}

function chosen(names: readonly string[]): readonly Load[] {
  const known = LOADS.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new InputError(
      `there is no scenario ${JSON.stringify(name)}; there are ${known.join(', ')}${nearest(name, known)}`,
    );
  }
  return names.length === 0 ? LOADS : LOADS.filter(({ name }) => names.includes(name));
}

function roundsOf(text: string): number {
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new InputError(
    `--rounds must be a whole number from 1 to ${ROUNDS_MAX}; got ${JSON.stringify(text)}`,
  );
}

export function compareHelp(): string {
  return [
    `npm run bench:compare -- BASE [SCENARIO ...] ${describeFlags(FLAGS).replaceAll(', ', ' ')}`,
    'Runs this tree and the commit BASE in turn, and says which is faster. BASE is built in a worktree that is',
    `removed at the end. ${ROUNDS} rounds unless said otherwise; with --smoke one, of which nothing can be told.`,
    '',
    ...LOADS.map(({ name, says }) => `  ${name.padEnd(10)}${says}`),
    '',
  ].join('\n');
}
