import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts a program and waits for the end of its input, which comes when the lab ends it, or has died however it
 * did. Then it stops the program and removes its folder. A line says that another guard has taken over.
 */
const GUARD = `
folder=$1 signal=$2
shift 2
# Whatever PATH is: without rm, nothing would be removed.
PATH=$PATH:/usr/bin:/bin
(
  sh -c 'echo "$$" > "$0/server.pid"; exec "$@"' "$folder" "$@" </dev/null
  echo "$?" > "$folder/server.ended"
) &
watcher=$!
read -r _ && exit
# The program may not have said its number yet, and the folder may be gone: whoever removed it stopped the program.
while [ -d "$folder" ] && [ ! -s "$folder/server.pid" ] && [ ! -s "$folder/server.ended" ]; do sleep 0.05; done
if [ ! -s "$folder/server.ended" ]; then
  number=$(cat "$folder/server.pid")
  kill -s "$signal" "$number" 2>/dev/null
  # One that was paused would not hear of it.
  kill -s CONT "$number" 2>/dev/null
  wait "$watcher"
fi
# What the program has left running may write for another moment.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$folder" 2>/dev/null && exit
  sleep 0.1
done
`;

const LOOK_AGAIN_MS = 25;
/** How programs begin to say what is wrong, before they say that they end. */
const COMPLAINT = /\b(?:FATAL|PANIC|ERROR|error|[Cc]ould not|Can't|not found)\b/;

/** Who a server runs as: servers refuse to run as root. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

export interface GuardedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What ends it at once. */
  readonly stopSignal: 'QUIT' | 'TERM';
  readonly user: User | undefined;
}

/** A folder, and the program that runs in it. Both end with this process, whatever ends that. */
export class GuardedFolder {
  readonly path: string;
  readonly #logPath: string;
  readonly #pidPath: string;
  readonly #endedPath: string;
  #guard: ChildProcess | undefined;

  /** @param path a folder that is there, and has nobody else */
  constructor(path: string) {
    this.path = path;
    this.#logPath = join(path, 'server.log');
    this.#pidPath = join(path, 'server.pid');
    this.#endedPath = join(path, 'server.ended');
  }

  /** Starts a program behind a guard, when the one before has ended. Whether it is ready is for the caller to find out. */
  start({ file, args, stopSignal, user }: GuardedCommand): void {
    for (const path of [this.#endedPath, this.#pidPath]) rmSync(path, { force: true });
    const log = openSync(this.#logPath, 'a');
    const script = ['-c', GUARD, 'guard', this.path, stopSignal, file, ...args];
    const guard = spawn('/bin/sh', script, {
      // Out of the terminal's reach: Ctrl-C is for the lab, which then ends its servers.
      detached: true,
      cwd: this.path,
      stdio: ['pipe', log, log],
      ...user,
    });
    closeSync(log);
    // Whether it runs is asked where somebody waits for it.
    guard.on('error', () => {});
    guard.stdin?.on('error', () => {});
    // The lab may end without asking the guard: that is what the guard is for.
    guard.unref();
    (guard.stdin as unknown as { unref?: () => void }).unref?.();
    this.#guard?.stdin?.end('\n');
    this.#guard = guard;
  }

  /**
   * Runs a program to its end.
   * @throws Error with what it complains of when it fails
   */
  async run(command: GuardedCommand): Promise<void> {
    this.start(command);
    await this.untilEnded();
    if (textOf(this.#endedPath).trim() !== '0') throw new Error(this.complaint());
  }

  /** Whether the program runs, or is about to. */
  get alive(): boolean {
    const guard = this.#guard;
    return guard?.pid !== undefined && !hasEnded(guard) && textOf(this.#endedPath) === '';
  }

  async untilEnded(): Promise<void> {
    while (this.alive) await sleep(LOOK_AGAIN_MS);
  }

  /** What was printed so far. */
  log(): string {
    return textOf(this.#logPath);
  }

  /** The last line that says what is wrong, or else the last one. */
  complaint(): string {
    const lines = this.log().trim().split('\n');
    return (lines.findLast((line) => COMPLAINT.test(line)) ?? lines.at(-1) ?? '').trim();
  }

  /** Ends the program, and removes the folder. */
  async stop(): Promise<void> {
    const guard = this.#guard;
    if (guard?.pid !== undefined && !hasEnded(guard)) {
      const ended = once(guard, 'exit');
      guard.ref();
      guard.stdin?.end();
      await ended;
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
