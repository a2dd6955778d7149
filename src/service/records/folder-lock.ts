// A folder of records is one server's: others would not know what it has claimed.
import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { timeOfDayMs } from '../../base/clock.ts';
import { InputError } from '../../base/errors.ts';
import { freshName } from '../../base/fresh-name.ts';
import { isDead, ownSign, SIGN_EVERY_MS, type SignOfLife } from '../../store/sign-of-life.ts';

export const LOCK_NAME = 'server.lock';

/** Folders that are open in this process. */
const openHere = new Set<string>();

/** A folder that nobody else may open. */
export interface FolderLock {
  release(): void;
}

/** @throws InputError when a server that is alive has it open */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK_NAME);
  const fresh = join(folder, freshName(LOCK_NAME));
  // Linked when it is written, so that nobody ever reads half of it.
  writeFileSync(fresh, JSON.stringify(ownSign()), { mode: 0o600 });
  try {
    if (!linked(fresh, path)) {
      removeDead(folder, path);
      if (!linked(fresh, path)) throw inUse(folder, path);
    }
  } finally {
    rmSync(fresh, { force: true });
  }
  openHere.add(path);
  const renewal = setInterval(() => renew(path), SIGN_EVERY_MS);
  renewal.unref();
  return {
    release() {
      clearInterval(renewal);
      openHere.delete(path);
      rmSync(path, { force: true });
    },
  };
}

/** Removes the lock of a server that is dead, and no other that came in its place meanwhile. */
function removeDead(folder: string, path: string): void {
  const found = textOf(path);
  if (found !== '' && isHeld(path, found)) throw inUse(folder, path);
  const aside = join(folder, freshName(LOCK_NAME));
  try {
    renameSync(path, aside);
  } catch {
    // Somebody else has just done so.
    return;
  }
  if (textOf(aside) !== found) linked(aside, path);
  rmSync(aside, { force: true });
}

function isHeld(path: string, text: string): boolean {
  const sign = signIn(text);
  if (!sign) return false;
  const own = ownSign();
  // In a container, every server has the number that the one before it had.
  if (sign.host === own.host && sign.pid === own.pid) return openHere.has(path);
  // Of a process of this machine, there is no need to wait for a sign: it may have been asleep.
  const ageMs = sign.host === own.host ? 0 : timeOfDayMs() - statSync(path).mtimeMs;
  return !isDead(sign, ageMs);
}

function signIn(text: string): SignOfLife | undefined {
  try {
    const { host, pid } = JSON.parse(text) as Partial<SignOfLife>;
    return typeof host === 'string' && Number.isInteger(pid)
      ? { host, pid: pid as number }
      : undefined;
  } catch {
    return undefined;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function renew(path: string): void {
  const seconds = timeOfDayMs() / 1000;
  try {
    utimesSync(path, seconds, seconds);
  } catch {
    // The folder is gone, which whoever writes next will notice.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function inUse(folder: string, path: string): InputError {
  const sign = signIn(textOf(path));
  const who = sign ? `process ${sign.pid} on ${sign.host}` : 'another server';
  return new InputError(
    `the records in ${folder} are open in ${who}: each folder is for one server`,
  );
}
