import { InputError } from '../base/errors.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './interrupt.ts';
import { explainUsage, type Program, runProgram } from './program.ts';

const SIM: Program = {
  script: 'sim',
  purpose: 'Which way of reserving tickets oversells, and what does each guarantee cost?',
  commands: COMMANDS,
};

/** Does what a command line asks for, or says on stderr why not; the exit code. */
export async function runCommandLine(given: readonly string[]): Promise<number> {
  const [program, args] = await programFor(given);
  try {
    return await runProgram(program, args);
  } catch (error) {
    const usage =
      error instanceof InputError || (error instanceof Error && error.name === 'YError');
    const text = usage
      ? await explainUsage(error, program, args)
      : String((error as Error).stack ?? error);
    process.stderr.write(`sim: ${text}\n`);
    return usage ? EXIT.usage : EXIT.broken;
  }
}

/** The command line that arguments are for: one of its own for a command that has commands. */
async function programFor(args: readonly string[]): Promise<[Program, readonly string[]]> {
  const [first, ...rest] = args;
  const command = COMMANDS.find(({ name, group }) => name === first && group !== undefined);
  if (!command?.group) return [SIM, args];
  const { commands, options } = await command.group();
  const script = `${SIM.script} ${command.name}`;
  return [{ script, purpose: command.summary, commands, options, byDefault: command }, rest];
}
