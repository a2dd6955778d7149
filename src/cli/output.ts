import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
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
    // Elsewhere it means stdout; a file of this name would be a surprise.
    if (path === '-') throw new Error('stdout is where results go without it; or name a file ./-');
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() || path.endsWith('/') || path.endsWith(sep))
      throw new Error('it is a folder');
    const real = stats ? realpathSync(path) : behindLinks(path);
    accessSync(stats && !stats.isFile() ? real : dirname(real), constants.W_OK);
    if (basename(real) === '') throw new Error('it has no name');
    return { path: real, special: stats !== undefined && !stats.isFile() };
  } catch (error) {
    throw new InputError(`${flag} cannot write ${path === '' ? '""' : path}: ${messageOf(error)}`);
  }
}

/** Where a path leads that leads to nothing yet: links of which the last points at no file. */
function behindLinks(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? behindLinks(resolve(dirname(path), readlinkSync(path))) : path;
}

/**
 * Writes a result to `path`, or to stdout without one.
 * @param flag how to name the path in a message
 */
export function writeResult(text: string, path: string | undefined, flag = '--out'): void {
  if (path === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    if (targetOf(path, flag).special) writeFileSync(path, text);
    else writeWhole(path, text);
  } catch (error) {
    // What a long run found is not lost for want of space.
    process.stdout.write(text);
    throw new InputError(`${flag} cannot write ${path}: ${messageOf(error)}; printed instead`);
  }
}

/** Puts the whole text under `path` or, if anything fails, leaves what was there. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Refuses to write two things, or what is still to be read, to one place. */
export function requireDistinct(paths: Readonly<Record<string, string | undefined>>): void {
  const seen = new Map<string, string>();
  for (const [flag, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    const real = existsSync(path) ? realpathSync(path) : resolve(path);
    const other = seen.get(real);
    if (other !== undefined)
      throw new InputError(`${other} and ${flag} are the same file: ${path}`);
    seen.set(real, flag);
  }
}

/** Lines no longer than this: a table stays readable in a terminal and in a mail. */
const WIDTH_MAX = 100;

/** Colours for a person at a terminal, unless they asked for none. */
export function styleFor(path: string | undefined): Style {
  const { NO_COLOR, TERM } = process.env;
  const terminal = path === undefined && process.stdout.isTTY;
  const width = terminal ? Math.min(WIDTH_MAX, process.stdout.columns || WIDTH_MAX) : WIDTH_MAX;
  return { color: terminal && !NO_COLOR && TERM !== 'dumb', width };
}

/** Does something with all that is printed meanwhile going to stderr: stdout is for results. */
export async function withoutPrinting<Value>(action: () => Promise<Value>): Promise<Value> {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  try {
    return await action();
  } finally {
    stdout.write = write;
  }
}
