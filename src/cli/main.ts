#!/usr/bin/env node
import yargs, { type Argv } from 'yargs';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { packageVersion } from '../sim/environment.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { EXIT } from './interrupt.ts';
import { runCommand } from './run.ts';
import { strategiesCommand } from './strategies.ts';

const COMMANDS: readonly Command[] = [runCommand, compareCommand, strategiesCommand];
const HELP_WIDTH_MAX = 100;

/** Runs the command line; the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const parser = yargs([...args])
    .scriptName('sim')
    .usage(
      '$0 <command> [options]\n\nWhich way of reserving tickets oversells, and what does each guarantee cost?',
    )
    .locale('en')
    .version(packageVersion())
    .alias({ h: 'help', v: 'version' })
    .wrap(Math.min(HELP_WIDTH_MAX, process.stdout.columns ?? HELP_WIDTH_MAX))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .demandCommand(1, 1, 'a command is needed', 'only one command can be given')
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new InputError(message);
    });
  for (const command of COMMANDS) {
    parser.command(
      command.name,
      command.summary,
      (builder: Argv) => describe(builder, command),
      async (argv) => {
        exitCode = await command.execute(argv);
      },
    );
  }
  await parser.parseAsync();
  return exitCode;
}

function describe(builder: Argv, { name, summary, options, examples, epilogue }: Command): Argv {
  // Not yargs's own examples: its two columns break commands in the middle.
  const lines = examples.map(([command, what]) => `  ${command}\n      ${what}`);
  return builder
    .usage(`sim ${name} [options]\n\n${summary}.`)
    .options({ ...options })
    .epilogue(['Examples:', ...lines, ...(epilogue ? ['', epilogue] : [])].join('\n'));
}

/** One line for what went wrong. */
function explain(error: unknown): string {
  const message = messageOf(error);
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1];
  if (unknown === undefined) return message.replaceAll('\n', ' ');
  const [first = ''] = unknown.split(', ');
  const command = COMMANDS.find(({ name }) => process.argv[2] === name);
  const known = command ? Object.keys(command.options) : COMMANDS.map(({ name }) => name);
  const what = command
    ? `sim ${command.name} has no option --${first}`
    : `there is no command "${first}"`;
  return `${what}${nearest(first, known)}`;
}

// A reader that has seen enough, such as `head`, closes the pipe: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof InputError || (error instanceof Error && error.name === 'YError');
  process.stderr.write(
    `sim: ${usage ? explain(error) : String((error as Error).stack ?? error)}\n`,
  );
  process.exitCode = usage ? EXIT.usage : EXIT.broken;
}
