import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where the programs of servers are looked for. */
export interface Places {
  /** Folders, as in `PATH`. */
  readonly path: string;
  /** Where Debian and its kin keep the servers of PostgreSQL, which are not on the PATH: a folder for each version. */
  readonly postgresHome: string;
  /** The file from which npm packages are looked for; undefined when none may be used. */
  readonly packagesFrom: string | undefined;
}

/** The places of this machine. */
export function placesHere(): Places {
  return {
    path: process.env['PATH'] ?? '',
    postgresHome: '/usr/lib/postgresql',
    packagesFrom: import.meta.url,
  };
}

/** The path of a program on the PATH; undefined when there is none. */
export function onPath(name: string, path: string = placesHere().path): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The folder with the programs of PostgreSQL: on the PATH, or the latest version where Debian keeps them. */
export function postgresFolder(places: Places = placesHere()): string | undefined {
  const initdb = onPath('initdb', places.path);
  // Where a link leads first: it need not have the others beside it.
  const folders = initdb === undefined ? [] : [dirname(realpathSync(initdb)), dirname(initdb)];
  return [...folders, ...packagedFolders(places)].find((folder) =>
    ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))),
  );
}

function packagedFolders({ postgresHome }: Places): string[] {
  if (!existsSync(postgresHome)) return [];
  return readdirSync(postgresHome)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(postgresHome, version, 'bin'));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
