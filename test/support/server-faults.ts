// What befalls servers: a crash, a restart, a pause. For private servers only.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateServer } from '../../src/servers/server.ts';

/** Ends the server as a crash would: what it had not written is gone. */
export function crash(server: PrivateServer): void {
  // PostgreSQL takes it for an immediate shutdown: no checkpoint, no farewell.
  process.kill(pidOf(server), server.kind === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
}

/** Stops the server in its tracks, until it is resumed. */
export function pause(server: PrivateServer): void {
  for (const pid of familyOf(pidOf(server))) process.kill(pid, 'SIGSTOP');
}

export function resume(server: PrivateServer): void {
  for (const pid of familyOf(pidOf(server))) process.kill(pid, 'SIGCONT');
}

function pidOf({ folder }: PrivateServer): number {
  return Number(readFileSync(join(folder, 'server.pid'), 'utf8'));
}

/** A process and its children: PostgreSQL has one for each connection. */
function familyOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return [pid, ...children];
}

function parentOf(name: string): number {
  try {
    // After the command's name, which may hold anything but ends with the last bracket.
    const [, parent] =
      readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(parent);
  } catch {
    return -1;
  }
}
