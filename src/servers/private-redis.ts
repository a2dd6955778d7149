import { loadRedis } from '../store/redis/client-library.ts';
import { onPath, type Places, placesHere } from './find-binary.ts';
import { startPrivate } from './private-server.ts';
import type { PrivateServer } from './server.ts';
import { serverFolder, userFor } from './server-folder.ts';

/** The path of a program that is Redis, or says that it is. */
export function findRedis({ path }: Places = placesHere()): string | undefined {
  return onPath('redis-server', path) ?? onPath('valkey-server', path);
}

/**
 * Starts Redis in a folder of its own, on a free port of the loopback interface. It writes an append-only
 * file and syncs it once a second: what it acknowledged in the last second may be lost.
 * @param program the path of redis-server
 * @throws Error with the end of its log when it does not start
 */
export async function startRedis(
  program: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PrivateServer> {
  const user = userFor(['redis', 'nobody']);
  const folder = serverFolder('redis', user);
  const argsAt = (port: number): string[] => {
    const all = {
      bind: '127.0.0.1',
      port: `${port}`,
      dir: folder,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      ...settings,
    };
    return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  };
  return startPrivate({
    kind: 'redis',
    source: program,
    folder,
    commandAt: (port) => ({ file: program, args: argsAt(port), stopSignal: 'TERM', user }),
    urlAt: (port) => `redis://127.0.0.1:${port}`,
    versionAt,
  });
}

async function versionAt(url: string): Promise<string> {
  const { createClient } = await loadRedis();
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  try {
    await client.connect();
    const info = await client.info('server');
    return /redis_version:(\S+)/.exec(info)?.[1] ?? 'of unknown version';
  } finally {
    client.destroy();
  }
}
