import { InputError } from '../base/errors.ts';
import { clientOptions } from './client-options.ts';
import type { Command } from './command.ts';
import type { Arguments } from './options.ts';

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
  void argv;
  return 0;
}
