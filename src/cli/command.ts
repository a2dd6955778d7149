import type { Options } from 'yargs';
import type { Arguments } from './options.ts';

/** One subcommand. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What it takes that is not an option, in this order. */
  readonly operands?: readonly string[];
  readonly options: Readonly<Record<string, Options>>;
  /** Command lines, and what each does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly epilogue?: string;
  /** Does it; the exit code. */
  execute(argv: Arguments): Promise<number>;
}
