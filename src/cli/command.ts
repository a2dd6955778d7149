import type { Options } from 'yargs';
import type { Arguments } from './options.ts';

/** What one subcommand takes and does. */
export interface Command {
  readonly options: Readonly<Record<string, Options>>;
  /** Command lines, and what each does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly epilogue?: string;
  /** Does it; the exit code. */
  execute(argv: Arguments): Promise<number>;
}
