// Tokens are signed with a secret. Whoever has it can be anybody: it is in no message, and nobody else can read its file.
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
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
import { makeFolders } from '../base/make-folders.ts';

/** HS256 is as strong as its key, up to this (RFC 7518, 3.2). */
const SECRET_BYTES = 32;
const FILE = 'token-secret';
const OWNER_ONLY = 0o600;

/** A secret in base64url, and where it is from. */
export interface TokenSecret {
  readonly secret: string;
  readonly from: 'environment' | 'folder' | 'this start';
  /**
   * Writes a new one into the folder: to be called once all else there is known to be good.
   * @throws InputError when it cannot be kept
   */
  readonly keep: () => void;
}

/**
 * The secret: the one that was given, or the one that is kept in the folder, else a new one.
 * @param given the value of the variable called `variable`
 * @param folder undefined: nothing is kept
 * @throws InputError when it is too short, or cannot be read
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
    return { secret: bytes.toString('base64url'), from: 'environment', keep() {} };
  }
  if (folder === undefined) return { secret: fresh(), from: 'this start', keep() {} };
  const path = join(folder, FILE);
  const kept = orRefuse(path, () => read(path));
  const secret = kept ?? fresh();
  const keep = () => orRefuse(path, () => keepIn(folder, path, secret));
  return { secret, from: 'folder', keep: kept === undefined ? keep : () => {} };
}

/** Makes the folder of the books, if it is not there yet: only its owner can look into it. */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
  } catch (error) {
    throw new InputError(`--data cannot use ${folder}: ${messageOf(error)}`);
  }
}

function fresh(): string {
  return freshBytes(SECRET_BYTES).toString('base64url');
}

function orRefuse<T>(path: string, act: () => T): T {
  try {
    return act();
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
function keepIn(folder: string, path: string, secret: string): void {
  const temporary = join(folder, freshName(FILE));
  try {
    const file = openSync(temporary, 'wx', OWNER_ONLY);
    try {
      writeSync(file, secret);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new InputError(`another server has just made ${path}: start this one again`);
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
