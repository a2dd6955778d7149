import { text as readAll } from 'node:stream/consumers';
import type { Options } from 'yargs';
import { InputError } from '../base/errors.ts';
import { askWithoutEcho } from '../client/terminal/no-echo.ts';
import { type Arguments, isSet } from './options.ts';

const PASSWORD_VARIABLE = 'ONSALE_PASSWORD';

/** Passwords are never arguments: those are in everybody's list of processes. */
export const PASSWORD_EPILOGUE: string = `The password is asked for at a terminal; without one, it is read from $${PASSWORD_VARIABLE} or, with --password-stdin, from stdin.`;

export function passwordOption(): Record<string, Options> {
  return {
    'password-stdin': {
      type: 'boolean',
      description: 'read the password from stdin, up to the end of its first line',
      group: 'Service:',
    },
  };
}

/**
 * The password of somebody who logs in or, typed twice, of somebody who registers.
 * @throws InputError when there is none
 */
export async function passwordFor(argv: Arguments, isNew: boolean): Promise<string> {
  if (isSet(argv, 'password-stdin')) return firstLine(await readAll(process.stdin));
  const given = process.env[PASSWORD_VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new InputError(
      `a password is needed: in $${PASSWORD_VARIABLE}, or on stdin with --password-stdin; at a terminal it is asked for`,
    );
  }
  const password = await ask('Password: ');
  if (isNew && (await ask('Once more: ')) !== password) {
    throw new InputError('the two passwords are not the same');
  }
  return password;
}

function firstLine(all: string): string {
  const [line = ''] = all.split(/\r?\n/);
  if (line === '') throw new InputError('--password-stdin found no password on stdin');
  return line;
}

function ask(question: string): Promise<string> {
  return askWithoutEcho(question, process.stdin, process.stderr);
}
