#!/usr/bin/env node
import { messageOf } from '../base/errors.ts';
import { runCommandLine } from './command-line.ts';
import { EXIT } from './interrupt.ts';

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

process.exitCode = await runCommandLine(process.argv.slice(2));
finished = true;
