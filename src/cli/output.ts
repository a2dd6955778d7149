import {
  accessSync,
  constants,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { InputError, messageOf } from '../base/errors.ts';
import type { Style } from '../report/style.ts';

/** A place to write to. */
interface Target {
  /** The path behind any symbolic links. */
  readonly path: string;
  /** Whether it is a device or a pipe: nothing that can be replaced. */
  readonly special: boolean;
}

/**
 * Checks that a path can be written to, before any work is done for it; the path behind links.
 * @param flag how to name it in the message
 */
export function requireWritable(path: string | undefined, flag: string): string | undefined {
  return path === undefined ? undefined : targetOf(path, flag).path;
}

/** As {@link requireWritable}, for what cannot be written in one go from beginning to end. */
export function requireFile(path: string | undefined, flag: string): string | undefined {
  if (path === undefined) return undefined;
  const target = targetOf(path, flag);
  if (target.special) throw new InputError(`${flag} cannot write ${path}: it is not a file`);
  return target.path;
}

function targetOf(path: string, flag: string): Target {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw new Error('it is a folder');
    const real = stats ? realpathSync(path) : path;
    accessSync(stats && !stats.isFile() ? real : dirname(real), constants.W_OK);
    if (basename(real) === '') throw new Error('it has no name');
    return { path: real, special: stats !== undefined && !stats.isFile() };
  } catch (error) {
    throw new InputError(`${flag} cannot write ${path === '' ? '""' : path}: ${messageOf(error)}`);
  }
}

/** Writes a result to `path`, or to stdout without one. */
export function writeResult(text: string, path: string | undefined): void {
  if (path === undefined) process.stdout.write(text);
  else if (targetOf(path, '--out').special) writeFileSync(path, text);
  else writeWhole(path, text);
}

/** Puts the whole text under `path` or, if anything fails, leaves what was there. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flush: true });
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
