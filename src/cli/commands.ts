import type { Options } from 'yargs';
import type { Command } from './command.ts';

/** A subcommand as the list of all of them shows it. */
export interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  /** What it takes that is not an option, in this order. */
  readonly operands: readonly string[];
  /** Loads the rest: one that is not called costs its line in the list, and no time. */
  load(): Promise<Command>;
  /** Commands of its own; it is what happens when none of them is named. */
  readonly group?: () => Promise<CommandGroup>;
}

/** The commands of a command, and what all of them take. */
export interface CommandGroup {
  readonly commands: readonly ListedCommand[];
  readonly options: Readonly<Record<string, Options>>;
}

/** Every subcommand, in the order in which `sim --help` lists them. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'run',
    summary: 'Sell a stream of requests with one strategy, and audit what was sold',
    operands: [],
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'compare',
    summary: 'Sell the same stream with several strategies, and show them side by side',
    operands: [],
    load: async () => (await import('./compare.ts')).compareCommand,
  },
  {
    name: 'sweep',
    summary: 'Sell with several values of one field, and show how strategies scale',
    operands: [],
    load: async () => (await import('./sweep.ts')).sweepCommand,
  },
  {
    name: 'diff',
    summary: 'Tell what changed between two results: what was proven, and what is faster or slower',
    operands: ['first', 'second'],
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'explore',
    summary: 'Run a strategy through every interleaving of a small sale',
    operands: [],
    load: async () => (await import('./explore.ts')).exploreCommand,
  },
  {
    name: 'microscope',
    summary: 'Sell the last few tickets thousands of times, and tell how likely an oversell is',
    operands: [],
    load: async () => (await import('./microscope.ts')).microscopeCommand,
  },
  {
    name: 'check',
    summary:
      'Check a recorded history: whether some order explains it, and every ticket was unique',
    operands: ['history'],
    load: async () => (await import('./check.ts')).checkCommand,
  },
  {
    name: 'mutants',
    summary: 'Show which checker catches which known bug, and that none flags a correct strategy',
    operands: [],
    load: async () => (await import('./mutants.ts')).mutantsCommand,
  },
  {
    name: 'report',
    summary: 'Show a result that was saved as JSON in any other format',
    operands: ['result'],
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'serve',
    summary: 'Sell tickets over HTTP: accounts, events and reservations, on any strategy in memory',
    operands: [],
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'client',
    summary: 'Buy tickets of a running service: at a terminal, or by one command for scripts',
    operands: [],
    load: async () => (await import('./client.ts')).clientCommand,
    group: async () => (await import('./client-commands.ts')).CLIENT_GROUP,
  },
  {
    name: 'doctor',
    summary: 'Look for the servers that strategies on stores need, and try them',
    operands: [],
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'strategies',
    summary: 'List the strategies: what each does, costs and promises',
    operands: [],
    load: async () => (await import('./strategies.ts')).strategiesCommand,
  },
];
