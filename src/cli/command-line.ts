import yargs, { type Argv } from 'yargs';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { packageVersion } from '../sim/environment.ts';
import { COMMANDS, type ListedCommand } from './commands.ts';
import { EXIT } from './interrupt.ts';
import type { Arguments } from './options.ts';

const HELP_WIDTH_MAX = 100;

/** Does what a command line asks for, or says on stderr why not; the exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    return await runParsed(args);
  } catch (error) {
    const usage =
      error instanceof InputError || (error instanceof Error && error.name === 'YError');
    const text = usage ? await explain(error, args) : String((error as Error).stack ?? error);
    process.stderr.write(`sim: ${text}\n`);
    return usage ? EXIT.usage : EXIT.broken;
  }
}

async function runParsed(args: readonly string[]): Promise<number> {
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
async function explain(error: unknown, args: readonly string[]): Promise<string> {
  const message = messageOf(error).replaceAll('\n', ' ');
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `--${missing} needs a value`;
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message)?.[1];
  return unknown === undefined ? message : explainUnknown(unknown, args);
}

async function explainUnknown(unknown: string, args: readonly string[]): Promise<string> {
  const [name] = args;
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) {
    const names = COMMANDS.map((each) => each.name);
    return `there is no command "${unknown}"; there are ${names.join(', ')}${nearest(unknown, names)}`;
  }
  if (args.includes(unknown)) return `${takes(command)}; got "${unknown}"`;
  const options = Object.keys((await command.load()).options).map((option) => `--${option}`);
  return `sim ${name} has no option --${unknown}${nearest(`--${unknown}`, options)}`;
}
