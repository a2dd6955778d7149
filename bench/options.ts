import { InputError } from '../src/base/errors.ts';
import { nearest } from '../src/base/nearest.ts';
import { describeFlags, type Flags, readFlags } from './flags.ts';
import { type Entry, GROUPS, type Group, SECTIONS } from './sections.ts';

/** What is asked of the benchmarks. */
export interface BenchOptions {
  readonly sections: readonly Entry[];
  /** Whether it is enough to show that everything runs. */
  readonly smoke: boolean;
  readonly json: string | undefined;
  readonly out: string | undefined;
  readonly help: boolean;
}

const FLAGS: Flags = { smoke: undefined, json: 'FILE', out: 'FILE.md', help: undefined };

/** @throws InputError when a section or a flag is not one */
export function parseBench(args: readonly string[]): BenchOptions {
  const { words, flags } = readFlags(args, FLAGS);
  return {
    sections: chosen(words),
    smoke: flags.has('smoke'),
    json: flags.get('json'),
    out: flags.get('out'),
    help: flags.has('help'),
  };
}

/** The sections of these names and groups, in the order of the suite and each once; without any, all. */
function chosen(words: readonly string[]): readonly Entry[] {
  const names = [...new Set([...Object.keys(GROUPS), ...SECTIONS.map(({ name }) => name)])];
  for (const word of words) {
    if (names.includes(word)) continue;
    throw new InputError(
      `there is no section ${JSON.stringify(word)}; there are ${names.join(', ')}${nearest(word, names)}`,
    );
  }
  if (words.length === 0) return SECTIONS;
  return SECTIONS.filter(({ name, group }) => words.includes(name) || words.includes(group));
}

export function benchHelp(): string {
  const lines = Object.entries(GROUPS).flatMap(([group, says]) => [
    `\n${group}: ${says}`,
    ...SECTIONS.filter((entry) => entry.group === (group as Group)).map(
      ({ name, says: what }) => `  ${name.padEnd(15)}${what}`,
    ),
  ]);
  return [
    `npm run bench [-- [GROUP|SECTION ...] ${describeFlags(FLAGS).replaceAll(', ', ' ')}]`,
    'Measures the lab itself; all of it unless sections are named. Prints Markdown; --out keeps it in a file,',
    '--json all figures, with those of every round. With --smoke it only shows that everything runs.',
    ...lines,
    '',
  ].join('\n');
}
