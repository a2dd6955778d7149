import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian and its kin keep the servers of PostgreSQL, which are not on the PATH. */
const POSTGRES_HOME = '/usr/lib/postgresql';

/** The path of a program on the PATH; undefined when there is none. */
export function onPath(name: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The folder with the programs of PostgreSQL: on the PATH, or the latest version where Debian keeps them. */
export function postgresFolder(path?: string): string | undefined {
  const initdb = onPath('initdb', path);
  if (initdb !== undefined) return join(initdb, '..');
  if (!existsSync(POSTGRES_HOME)) return undefined;
  return readdirSync(POSTGRES_HOME)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(POSTGRES_HOME, version, 'bin'))
    .find(
      (folder) => isExecutable(join(folder, 'initdb')) && isExecutable(join(folder, 'postgres')),
    );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
