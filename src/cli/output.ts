import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InputError, messageOf } from '../base/errors.ts';
import type { Style } from '../report/style.ts';

/**
 * Refuses a path that cannot be written to, before any work is done for it.
 * @param flag how to name it in the message
 */
export function requireWritable(path: string | undefined, flag: string): void {
  if (path === undefined) return;
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error('it is a directory');
    }
  } catch (error) {
    throw new InputError(`${flag} cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Writes a result to `path`, or to stdout without one. */
export function writeResult(text: string, path: string | undefined): void {
  if (path === undefined) process.stdout.write(text);
  else writeWhole(path, text);
}

/** Puts the whole text under `path` or, if anything fails, leaves what was there. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'w');
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InputError(`--out cannot write ${path}: ${messageOf(error)}`);
  }
}

/** Colours for a person at a terminal, unless they asked for none. */
export function styleFor(path: string | undefined): Style {
  const { NO_COLOR, TERM } = process.env;
  const wanted = !NO_COLOR && TERM !== 'dumb';
  return { color: wanted && path === undefined && process.stdout.isTTY };
}
