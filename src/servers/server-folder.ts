import { chownSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from './guarded.ts';

/** A new folder for a server, in reach of the user that the server runs as. */
export function serverFolder(kind: string, user: User | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), `onsale-${kind}-`));
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/**
 * Who to run a server as, since they refuse to run as root: the first of these users that there is.
 * @returns undefined for whoever is not root
 * @throws Error when this is root, and there is nobody else
 */
export function userFor(names: readonly string[]): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of names) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`no user ${names.join(' or ')} to run a server as: root must not`);
}
