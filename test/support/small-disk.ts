// A disk that is soon full, in a name space of its own, so that nothing of it stays.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** How to get one here, as root or not. */
const FLAGS = [['-m'], ['-Urm']].find(
  (flags) =>
    spawnSync('unshare', [...flags, 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /tmp']).status ===
    0,
);

/** Why there can be none here; false if there can. */
export const withoutSmallDisk: string | false =
  FLAGS === undefined && 'unshare and mount make no small disk here';

export interface SmallDisk {
  /** Its place as this process sees it. */
  readonly path: string;
  /** What starts a command that sees it at the folder. */
  readonly through: readonly string[];
  stop(): Promise<void>;
}

/** Lays a disk of so many bytes over a folder, for those who are started through it. */
export async function smallDisk(folder: string, bytes: number): Promise<SmallDisk> {
  const mount = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && echo there && exec cat`;
  const holder = spawn('unshare', [...(FLAGS ?? []), 'sh', '-c', mount, folder]);
  await once(holder.stdout, 'data');
  const asUser = FLAGS?.[0] === '-m' ? [] : ['-U', '--preserve-credentials'];
  return {
    path: `/proc/${holder.pid}/root${folder}`,
    through: ['nsenter', '-t', String(holder.pid), '-m', ...asUser],
    async stop() {
      const ended = once(holder, 'close');
      holder.stdin.end();
      await ended;
    },
  };
}
