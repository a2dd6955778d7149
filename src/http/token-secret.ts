// Tokens are signed with a secret. Whoever has it can be anybody: it is in no message, and nobody else can read its file.
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { InputError, messageOf } from '../base/errors.ts';
import { freshBytes } from '../base/fresh-id.ts';
import { freshName } from '../base/fresh-name.ts';

/** HS256 is as strong as its key, up to this (RFC 7518, 3.2). */
const SECRET_BYTES = 32;
const FILE = 'token-secret';
const OWNER_ONLY = 0o600;

/** A secret in base64url, and where it is from. */
export interface TokenSecret {
  readonly secret: string;
  readonly from: 'environment' | 'folder' | 'this start';
}

/**
 * The secret: the one that was given, or the one that is kept in the folder, else a new one, which is kept there.
 * @param given the value of the variable called `variable`
 * @param folder undefined: nothing is kept
 * @throws InputError when it is too short, or cannot be kept
 */
export function tokenSecret(
  given: string | undefined,
  variable: string,
  folder: string | undefined,
): TokenSecret {
  if (given !== undefined && given !== '') {
    const bytes = Buffer.from(given);
    if (bytes.length < SECRET_BYTES) {
      throw new InputError(
        `$${variable} must have at least ${SECRET_BYTES} bytes; got ${bytes.length}`,
      );
    }
    return { secret: bytes.toString('base64url'), from: 'environment' };
  }
  if (folder === undefined) return { secret: fresh(), from: 'this start' };
  return { secret: keptIn(folder), from: 'folder' };
}

/** Makes the folder of the books, if it is not there yet: only its owner can look into it. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
  } catch (error) {
    throw new InputError(`--data cannot use ${folder}: ${messageOf(error)}`);
  }
}

function fresh(): string {
  return freshBytes(SECRET_BYTES).toString('base64url');
}

function keptIn(folder: string): string {
  const path = join(folder, FILE);
  try {
    const kept = read(path);
    if (kept !== undefined) return kept;
    keep(folder, path);
    return read(path) ?? '';
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`--data cannot keep ${path}: ${messageOf(error)}`);
  }
}

function read(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  // A backup that was put back may have lost its mode.
  chmodSync(path, OWNER_ONLY);
  const secret = readFileSync(path, 'utf8').trim();
  if (/^[\w-]+$/.test(secret) && Buffer.from(secret, 'base64url').length >= SECRET_BYTES) {
    return secret;
  }
  throw new InputError(`${path} holds no secret; remove it, and everybody has to log in again`);
}

/** Whole or not at all; and never in the place of one that another server has put there meanwhile. */
function keep(folder: string, path: string): void {
  const temporary = join(folder, freshName(FILE));
  try {
    const file = openSync(temporary, 'wx', OWNER_ONLY);
    try {
      writeSync(file, fresh());
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
