#!/usr/bin/env node
import { InputError, messageOf } from '../base/errors.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './interrupt.ts';
import { explainUsage, type Program, runProgram } from './program.ts';

const SIM: Program = {
  script: 'sim',
  purpose: 'Which way of reserving tickets oversells, and what does each guarantee cost?',
  commands: COMMANDS,
};

/** The command line that arguments are for: one of its own for a command that has commands. */
async function programFor(args: readonly string[]): Promise<[Program, readonly string[]]> {
  const [first, ...rest] = args;
  const command = COMMANDS.find(({ name, group }) => name === first && group !== undefined);
  if (!command?.group) return [SIM, args];
  const { commands, options } = await command.group();
  const script = `${SIM.script} ${command.name}`;
  return [{ script, purpose: command.summary, commands, options, byDefault: command }, rest];
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

const [program, args] = await programFor(process.argv.slice(2));
try {
  process.exitCode = await runProgram(program, args);
} catch (error) {
  const usage = error instanceof InputError || (error instanceof Error && error.name === 'YError');
  const text = usage
    ? await explainUsage(error, program, args)
    : String((error as Error).stack ?? error);
  process.stderr.write(`sim: ${text}\n`);
  process.exitCode = usage ? EXIT.usage : EXIT.broken;
}
finished = true;
