import { join } from 'node:path';
import { withClient } from '../store/postgres/one-client.ts';
import { EMBEDDED_POSTGRES, embeddedPostgres, unpackPostgres } from './embedded-postgres.ts';
import { type Places, placesHere, postgresFolder } from './find-binary.ts';
import type { GuardedFolder } from './guarded.ts';
import { startPrivate } from './private-server.ts';
import type { PrivateServer } from './server.ts';
import { serverFolder, userFor } from './server-folder.ts';

const CONNECTIONS_MAX = 300;

/** Programs of PostgreSQL that were found. */
export interface PostgresPrograms {
  /** What people are told of where they come from. */
  readonly source: string;
  /** The folder that they lie in. */
  readonly folder: string;
  /** Whether that is the package's, from which they have to be copied first. */
  readonly packed: boolean;
}

/** Programs of PostgreSQL: the machine's own, else those of an npm package. */
export function findPostgres(places: Places = placesHere()): PostgresPrograms | undefined {
  const folder = postgresFolder(places);
  if (folder !== undefined) return { source: folder, folder, packed: false };
  const native = places.packagesFrom && embeddedPostgres(places.packagesFrom);
  return native ? { source: EMBEDDED_POSTGRES, folder: native, packed: true } : undefined;
}

/**
 * Makes a cluster of PostgreSQL in a folder of its own, and starts it on a free port of the loopback
 * interface, with the settings that a new cluster has: it syncs every commit.
 * @throws Error with the end of its log when it does not start
 */
export async function startPostgres(
  programs: PostgresPrograms,
  settings: Readonly<Record<string, string>> = {},
): Promise<PrivateServer> {
  const { source, packed } = programs;
  const user = userFor(['postgres', 'nobody']);
  const folder = serverFolder('postgres', user);
  const data = join(folder, 'data');
  let bin = programs.folder;
  const prepare = async (guarded: GuardedFolder): Promise<void> => {
    if (packed) bin = await unpackPostgres(programs.folder, guarded, user);
    const args = ['-D', data, '-U', 'onsale', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
    const file = join(bin, 'initdb');
    await guarded.run({ file, args: [...args, '--no-sync'], stopSignal: 'TERM', user });
  };
  const argsAt = (port: number): string[] => {
    const all = {
      listen_addresses: '127.0.0.1',
      port: `${port}`,
      unix_socket_directories: '',
      max_connections: `${CONNECTIONS_MAX}`,
      ...settings,
    };
    return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  };
  return startPrivate({
    kind: 'postgres',
    source,
    folder,
    prepare,
    commandAt: (port) => {
      const args = ['-D', data, ...argsAt(port)];
      return { file: join(bin, 'postgres'), args, stopSignal: 'QUIT', user };
    },
    urlAt: (port) => `postgres://onsale@127.0.0.1:${port}/postgres`,
    versionAt,
  });
}

function versionAt(url: string): Promise<string> {
  return withClient({ connectionString: url }, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    // Without the name of who packed it.
    return (rows[0] as { server_version: string }).server_version.split(' ', 1)[0] as string;
  });
}
