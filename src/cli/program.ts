import type { Argv, Options } from 'yargs';
import { InputError, messageOf } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { packageVersion } from '../sim/environment.ts';
import type { ListedCommand } from './commands.ts';
import { EXIT } from './interrupt.ts';
import type { Arguments } from './options.ts';
import yargs from './yargs.ts';

const HELP_WIDTH_MAX = 100;

/** A command line: the commands, and which of them is meant when none is named. */
export interface Program {
  /** What comes before the command: `sim`. */
  readonly script: string;
  readonly purpose: string;
  readonly commands: readonly ListedCommand[];
  readonly byDefault?: ListedCommand;
  /** What every command takes: known before one is named, they can stand in front of it. */
  readonly options?: Readonly<Record<string, Options>>;
}

/** Runs one command; the exit code. */
export async function runProgram(program: Program, args: readonly string[]): Promise<number> {
  const { script, commands, byDefault, options = {} } = program;
  let exitCode: number = EXIT.done;
  const parser = yargs([...args])
    .scriptName(script)
    .usage(`$0 ${byDefault ? '[command]' : '<command>'} [options]\n\n${program.purpose}`)
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
    .options({ ...options })
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new InputError(message);
    });
  if (!byDefault) {
    parser.demandCommand(1, 1, 'a command is needed', 'only one command can be given');
  }
  for (const command of byDefault ? [...commands, byDefault] : commands) {
    const { name, summary, operands } = command;
    const called = command === byDefault ? '$0' : name;
    parser.command(
      [called, ...operands.map((operand) => `[${operand}]`)].join(' '),
      summary,
      (builder: Argv) => describe(builder, program, command),
      async (argv) => {
        refuseStrays(program, command, argv);
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

async function describe(builder: Argv, program: Program, command: ListedCommand): Promise<Argv> {
  const { summary, operands } = command;
  const { options, examples, epilogue } = await command.load();
  // Not yargs's own examples: its two columns break commands in the middle.
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  // That of the whole program is shown there already.
  if (command !== program.byDefault) {
    const line = [nameOf(program, command), ...inCapitals(operands), '[options]'].join(' ');
    builder.usage(`${line}\n\n${summary}.`);
  }
  return builder
    .options({ ...options })
    .epilogue(['Examples:', ...lines, ...(epilogue ? ['', epilogue] : [])].join('\n'));
}

function nameOf({ script, byDefault }: Program, command: ListedCommand): string {
  return command === byDefault ? script : `${script} ${command.name}`;
}

function refuseStrays(program: Program, command: ListedCommand, argv: Arguments): void {
  const words = argv['_'] as readonly (string | number)[];
  const stray = words[command === program.byDefault ? 0 : 1];
  if (stray !== undefined) throw new InputError(`${takes(program, command)}; got "${stray}"`);
  // What yargs makes of a lone dash.
  if (command.operands.some((operand) => argv[operand] === true)) {
    throw new InputError(`${nameOf(program, command)} needs the name of a file; got "-"`);
  }
}

function inCapitals(operands: readonly string[]): readonly string[] {
  return operands.map((operand) => operand.toUpperCase());
}

function takes(program: Program, command: ListedCommand): string {
  const { operands } = command;
  const all = [...inCapitals(operands), operands.length > 0 ? 'and options only' : 'options only'];
  return `${nameOf(program, command)} takes ${all.join(' ')}`;
}

/** One line for what was wrong with a command line. */
export async function explainUsage(
  error: unknown,
  program: Program,
  args: readonly string[],
): Promise<string> {
  const message = messageOf(error).replaceAll('\n', ' ');
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `--${missing} needs a value`;
  const unknown = /^Unknown (?:argument|command)s?: ([^,]*)/.exec(message)?.[1];
  return unknown === undefined ? message : explainUnknown(unknown, program, args);
}

async function explainUnknown(
  unknown: string,
  program: Program,
  args: readonly string[],
): Promise<string> {
  const { commands, byDefault } = program;
  const command = commands.find((each) => each.name === args[0]) ?? byDefault;
  if (!command || (command === byDefault && args.includes(unknown))) {
    const names = commands.map((each) => each.name);
    return `there is no command "${unknown}"; there are ${names.join(', ')}${nearest(unknown, names)}`;
  }
  if (args.includes(unknown)) return `${takes(program, command)}; got "${unknown}"`;
  const options = Object.keys((await command.load()).options).map((option) => `--${option}`);
  const name = nameOf(program, command);
  return `${name} has no option --${unknown}${nearest(`--${unknown}`, options)}`;
}
