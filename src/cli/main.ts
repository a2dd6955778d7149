#!/usr/bin/env node
import yargs, { type Argv } from 'yargs';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { packageVersion } from '../sim/environment.ts';
import { COMMANDS, type ListedCommand } from './commands.ts';
import { EXIT } from './interrupt.ts';
import type { Arguments } from './options.ts';

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
    const { name, summary, operands } = command;
    parser.command(
      [name, ...operands.map((operand) => `[${operand}]`)].join(' '),
      summary,
      (builder: Argv) => describe(builder, command),
      async (argv) => {
        refuseStrays(command, argv);
        exitCode = await (await command.load()).execute(argv);
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

async function describe(builder: Argv, command: ListedCommand): Promise<Argv> {
  const { name, summary, operands } = command;
  const { options, examples, epilogue } = await command.load();
  // Not yargs's own examples: its two columns break commands in the middle.
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  return builder
    .usage(`sim ${[name, ...inCapitals(operands)].join(' ')} [options]\n\n${summary}.`)
    .options({ ...options })
    .epilogue(['Examples:', ...lines, ...(epilogue ? ['', epilogue] : [])].join('\n'));
}

function refuseStrays(command: ListedCommand, argv: Arguments): void {
  const [, stray] = argv['_'] as readonly (string | number)[];
  if (stray !== undefined) throw new InputError(`${takes(command)}; got "${stray}"`);
  // What yargs makes of a lone dash.
  if (command.operands.some((operand) => argv[operand] === true)) {
    throw new InputError(`sim ${command.name} needs the name of a file; got "-"`);
  }
}

function inCapitals(operands: readonly string[]): readonly string[] {
  return operands.map((operand) => operand.toUpperCase());
}

function takes({ name, operands }: ListedCommand): string {
  const all = [...inCapitals(operands), operands.length > 0 ? 'and options only' : 'options only'];
  return `sim ${name} takes ${all.join(' ')}`;
}

/** One line for what went wrong. */
async function explain(error: unknown): Promise<string> {
  const message = messageOf(error).replaceAll('\n', ' ');
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `--${missing} needs a value`;
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message)?.[1];
  return unknown === undefined ? message : explainUnknown(unknown);
}

async function explainUnknown(unknown: string): Promise<string> {
  const [, , name] = process.argv;
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    const names = COMMANDS.map((each) => each.name);
    return `there is no command "${unknown}"; there are ${names.join(', ')}${nearest(unknown, names)}`;
  }
  if (process.argv.includes(unknown)) return `${takes(command)}; got "${unknown}"`;
  const options = Object.keys((await command.load()).options).map((option) => `--${option}`);
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
  const text = usage ? await explain(error) : String((error as Error).stack ?? error);
  process.stderr.write(`sim: ${text}\n`);
  process.exitCode = usage ? EXIT.usage : EXIT.broken;
}
finished = true;
