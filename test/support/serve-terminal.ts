// `sim serve` at a terminal of 80 columns, made by `script` of util-linux.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './processes.ts';

const MAIN: string = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
// Quoted once more for the shell that `script` starts.
const AT_TERMINAL = `exec script -qec "stty cols 80 rows 40; exec $(printf "'%s' " "$@")" /dev/null`;

/** Why there is no terminal here; false where there is. */
export function withoutTerminal(): string | false {
  const said = spawnSync('script', ['--version']).stdout?.toString() ?? '';
  return !/util-linux/.test(said) && 'needs script of util-linux for a pseudo-terminal';
}

export interface ServeTerminal {
  /** All that was shown so far. */
  readonly shown: () => string;
  /** Waits until something new is shown; what is new by then. */
  readonly sees: (what: RegExp) => Promise<string>;
  readonly type: (line: string) => void;
  /** Closes the window. */
  readonly hangUp: () => void;
  /** The exit code of the server. */
  readonly ended: Promise<number>;
}

const running = new Set<ChildProcess>();

/** Ends what a test that failed has left running. */
export async function endTerminals(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}

/** Starts a server at a terminal. */
export function serveAtTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ServeTerminal {
  const command = [process.execPath, MAIN, 'serve', '--port', '0', ...args];
  const child = spawn('/bin/sh', ['-c', AT_TERMINAL, 'sh', ...command], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let [shown, seen] = ['', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return {
    shown: () => shown,
    async sees(what) {
      await until(() => what.test(shown.slice(seen)));
      const fresh = shown.slice(seen);
      seen = shown.length;
      return fresh;
    },
    hangUp: () => child.kill('SIGKILL'),
    type: (line) => child.stdin.write(`${line}\r`),
    ended: once(child, 'close').then(([code]) => code as number),
  };
}
