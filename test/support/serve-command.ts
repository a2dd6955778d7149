// `sim serve` as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ended } from './sim-command.ts';

const MAIN: string = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** All that it has said on stderr so far. */
  readonly stderr: () => string;
  /** Terminates it gracefully. */
  readonly stop: () => Promise<Ended>;
}

/** Those that have not ended. */
const running = new Set<ChildProcess>();

/** Ends what a test that failed has left running. */
export async function endAll(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}

export interface ServeSurroundings {
  /** 0: a free one. */
  readonly port?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts it in its own place, as one that limits what it may open. */
  readonly through?: readonly string[];
}

/**
 * Starts a server on a free port of this machine, and waits until it listens.
 * @throws when it ends before that, with what it said
 */
export async function startServe(
  args: readonly string[],
  { port = 0, cwd, env = {}, through = [] }: ServeSurroundings = {},
): Promise<ServeProcess> {
  const command = [...through, process.execPath, MAIN, 'serve', '--port', `${port}`, ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code, signal, stdout, stderr }),
  );
  const listening = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const url = /^listening on (http:\S+)\n/m.exec(stdout)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const early = ended.then(({ code, stderr: said }) => {
    throw new Error(`sim serve ended with ${code} before it listened: ${said}`);
  });
  const url = await Promise.race([listening, early]);
  // It will end some day, and then that is no news.
  early.catch(() => {});
  return {
    url,
    child,
    ended,
    stderr: () => stderr,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
