#!/usr/bin/env node
import yargs, { type Argv } from 'yargs';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { packageVersion } from '../sim/environment.ts';
import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { diffCommand } from './diff.ts';
import { exploreCommand } from './explore.ts';
import { EXIT } from './interrupt.ts';
import { microscopeCommand } from './microscope.ts';
import { mutantsCommand } from './mutants.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { strategiesCommand } from './strategies.ts';
import { sweepCommand } from './sweep.ts';

const COMMANDS: readonly Command[] = [
  runCommand,
  compareCommand,
  sweepCommand,
  diffCommand,
  exploreCommand,
  microscopeCommand,
  checkCommand,
  mutantsCommand,
  reportCommand,
  strategiesCommand,
];
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
    .wrap(Math.min(HELP_WIDTH_MAX, process.stdout.columns || HELP_WIDTH_MAX))
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
      [command.name, ...operandsOf(command).map((operand) => `[${operand}]`)].join(' '),
      command.summary,
      (builder: Argv) => describe(builder, command),
      async (argv) => {
        const [, stray] = argv._;
        if (stray !== undefined) {
          throw new InputError(`${takes(command)}; got "${stray}"`);
        }
        // What yargs makes of a lone dash.
        if (operandsOf(command).some((operand) => argv[operand] === true)) {
          throw new InputError(`sim ${command.name} needs the name of a file; got "-"`);
        }
        exitCode = await command.execute(argv);
        if (exitCode === EXIT.broken && typeof argv['out'] === 'string') {
          // A log of a pipeline would show nothing but the exit status.
          process.stderr.write(`sim: exit status ${exitCode}: ${argv['out']} says why\n`);
        }
      },
    );
  }
  await parser.parseAsync();
  return exitCode;
}

function operandsOf({ operands = [] }: Command): readonly string[] {
  return operands;
}

function takes(command: Command): string {
  const operands = operandsOf(command).map((operand) => `${operand.toUpperCase()} `);
  return `sim ${command.name} takes ${operands.join('')}${operands.length > 0 ? 'and ' : ''}options only`;
}

function describe(builder: Argv, command: Command): Argv {
  const { name, summary, options, examples, epilogue } = command;
  // Not yargs's own examples: its two columns break commands in the middle.
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  const operands = operandsOf(command).map((operand) => `${operand.toUpperCase()} `);
  return builder
    .usage(`sim ${name} ${operands.join('')}[options]\n\n${summary}.`)
    .options({ ...options })
    .epilogue(['Examples:', ...lines, ...(epilogue ? ['', epilogue] : [])].join('\n'));
}

/** One line for what went wrong. */
function explain(error: unknown): string {
  const message = messageOf(error).replaceAll('\n', ' ');
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `--${missing} needs a value`;
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message)?.[1];
  return unknown === undefined ? message : explainUnknown(unknown);
}

function explainUnknown(unknown: string): string {
  const [, , name] = process.argv;
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    const names = COMMANDS.map((each) => each.name);
    return `there is no command "${unknown}"; there are ${names.join(', ')}${nearest(unknown, names)}`;
  }
  if (process.argv.includes(unknown)) return `${takes(command)}; got "${unknown}"`;
  const options = Object.keys(command.options).map((option) => `--${option}`);
  return `sim ${name} has no option --${unknown}${nearest(`--${unknown}`, options)}`;
}

let finished = false;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as `head`, closes the pipe: not an error.
  if (error.code !== 'EPIPE') {
    process.stderr.write(`sim: cannot write the result: ${messageOf(error)}\n`);
    process.exitCode = EXIT.broken;
  }
  finished = true;
  process.exit();
});

/** How Node ends when something is awaited that nobody is left to settle. */
const UNSETTLED = 13;

process.on('exit', (code) => {
  if (finished || (code !== EXIT.done && code !== UNSETTLED)) return;
  // Somebody's module called process.exit, or waits for ever: no result is not a good result.
  process.stderr.write('sim: ended before there was a result\n');
  process.exitCode = EXIT.broken;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof InputError || (error instanceof Error && error.name === 'YError');
  const text = usage ? explain(error) : String((error as Error).stack ?? error);
  process.stderr.write(`sim: ${text}\n`);
  process.exitCode = usage ? EXIT.usage : EXIT.broken;
}
finished = true;
