import { InputError } from '../base/errors.ts';
import { runApp } from '../client/app/run-app.ts';
import { Client } from '../client/client.ts';
import { LineScreens } from '../client/terminal/line-screens.ts';
import { PromptScreens, SHOW_CURSOR } from '../client/terminal/prompt-screens.ts';
import { clientOptions, clientSettings } from './client-options.ts';
import type { Command } from './command.ts';
import { EXIT } from './interrupt.ts';
import type { Arguments } from './options.ts';

/** What is shown is asked for again while something else is asked for. */
const CONNECTIONS = 4;

/** The client at a terminal. */
export const clientCommand: Command = {
  options: clientOptions(),
  examples: [
    ['sim client', 'at a terminal: events, reservations, log-in, logs'],
    ['sim client events --url http://box-office.example:8080', 'one command, for scripts'],
    ['sim client book "Jazz night" 2 --json', 'what it came to, as JSON'],
    ['sim client burst "Jazz night" --requests 2000', 'many buyers at once'],
  ],
  epilogue: `Each command has its own --help. Whatever is asked for is done once: a lost connection is told, and what was asked is asked again with the same key.

Exit status: 0 done, 1 the service refused or cannot be reached, 2 bad usage, 130 interrupted.`,
  execute: runAtTerminal,
};

async function runAtTerminal(argv: Arguments): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new InputError(
      'sim client needs a terminal; for scripts there are sim client events, event, book, reservations, cancel, confirm, release, create, edit, delete, totals, burst, register, login, logout, whoami',
    );
  }
  const { NO_COLOR, TERM } = process.env;
  const isDumb = TERM === 'dumb';
  const client = new Client(clientSettings(argv, CONNECTIONS));
  giveBackTerminal(isDumb);
  const { stdin, stdout } = process;
  const screens = isDumb
    ? new LineScreens(stdin, stdout)
    : new PromptScreens(stdin, stdout, !NO_COLOR);
  try {
    return await runApp(client, screens);
  } finally {
    await client.close();
  }
}

/** However the process ends, the cursor is seen again, and lines are edited as before. */
function giveBackTerminal(isDumb: boolean): void {
  process.on('SIGINT', () => process.exit(EXIT.interrupted));
  process.on('SIGTERM', () => process.exit(EXIT.terminated));
  process.on('exit', () => {
    if (process.stdin.isRaw) process.stdin.setRawMode(false);
    if (!isDumb) process.stdout.write(SHOW_CURSOR);
  });
}
