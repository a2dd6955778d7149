import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Starts the server and waits for the end of its input, which comes when the lab ends it, or has died however it
 * did. Then it stops the server and removes its folder.
 */
const GUARD = `
folder=$1 signal=$2
shift 2
(
  sh -c 'echo "$$" > "$0/server.pid"; exec "$@"' "$folder" "$@" </dev/null
  : > "$folder/server.ended"
) &
watcher=$!
read -r _
# The server may not have said its number yet; a folder that is gone was left by another guard, after a restart.
while [ -d "$folder" ] && [ ! -s "$folder/server.pid" ]; do sleep 0.05; done
kill -s "$signal" "$(cat "$folder/server.pid")" 2>/dev/null
# One that was paused hears of it only when it goes on.
kill -s CONT "$(cat "$folder/server.pid")" 2>/dev/null
wait "$watcher"
rm -rf "$folder"
`;

/** Who a server runs as: servers refuse to run as root. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Where all it writes lies; removed with it. */
  readonly folder: string;
  /** What ends it at once. */
  readonly stopSignal: 'QUIT' | 'TERM';
  readonly user: User | undefined;
}

/** A server that ends with this process, whatever ends that. */
export interface GuardedServer {
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
  /** Whether it runs, or is about to. */
  readonly alive: boolean;
  /** What it has printed so far. */
  log(): string;
}

/** Starts a server behind a guard. Whether it is ready is for the caller to find out. */
export function startGuarded({
  file,
  args,
  folder,
  stopSignal,
  user,
}: ServerCommand): GuardedServer {
  const logPath = join(folder, 'server.log');
  const endedPath = join(folder, 'server.ended');
  for (const path of [endedPath, join(folder, 'server.pid')]) rmSync(path, { force: true });
  const log = openSync(logPath, 'a');
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', folder, stopSignal, file, ...args], {
    // Out of the terminal's reach: Ctrl-C is for the lab, which then ends its servers.
    detached: true,
    stdio: ['pipe', log, log],
    ...user,
  });
  closeSync(log);
  // The lab may end without asking the guard: that is what the guard is for.
  guard.unref();
  (guard.stdin as unknown as { unref?: () => void }).unref?.();
  return {
    stop: () => stop(guard),
    get alive() {
      return !hasEnded(guard) && !existsSync(endedPath);
    },
    log: () => textOf(logPath),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stop(guard: ChildProcess): Promise<void> {
  if (hasEnded(guard)) return;
  const ended = once(guard, 'exit');
  guard.ref();
  guard.stdin?.end();
  await ended;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
