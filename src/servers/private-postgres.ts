import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { startPrivate } from './private-server.ts';
import type { PrivateServer } from './server.ts';
import { serverFolder, userFor } from './server-folder.ts';

const run = promisify(execFile);
const CONNECTIONS_MAX = 300;

/**
 * Makes a cluster of PostgreSQL in a folder of its own, and starts it on a free port of the loopback
 * interface, with the settings that a new cluster has: it syncs every commit.
 * @param programs the folder where its programs are
 * @throws Error with the end of its log when it does not start
 */
export async function startPostgres(
  programs: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PrivateServer> {
  const user = userFor(['postgres', 'nobody']);
  const folder = serverFolder('postgres', user);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'onsale', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  try {
    await run(join(programs, 'initdb'), init, { ...user, cwd: folder });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    port: `${port}`,
    unix_socket_directories: '',
    max_connections: `${CONNECTIONS_MAX}`,
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = {
    file: join(programs, 'postgres'),
    args: ['-D', data, ...args],
    folder,
    stopSignal: 'QUIT',
    user,
  } as const;
  const url = `postgres://onsale@127.0.0.1:${port}/postgres`;
  return startPrivate('postgres', url, command, versionAt);
}

async function versionAt(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query('SHOW server_version');
    return (rows[0] as { server_version: string }).server_version;
  } finally {
    await client.end().catch(() => {});
  }
}
