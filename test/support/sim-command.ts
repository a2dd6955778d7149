import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN: string = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts `sim` with its output piped. */
export function startSim(
  args: readonly string[],
  cwd?: string,
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: collect(child) };
}

/** Runs `sim` to its end. */
export function sim(...args: readonly string[]): Promise<Ended> {
  return startSim(args).ended;
}

const MANY: string = fileURLToPath(new URL('many-commands.js', import.meta.url));

/**
 * What `sim` comes to with each of these command lines, run one after the other in one process. For those that are
 * refused, and for texts: that an exit code is that of the process is shown elsewhere, by some of them.
 */
export async function simEach(
  lines: readonly (readonly string[])[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Ended[]> {
  const child = spawn(process.execPath, [MANY], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(lines));
  const { stdout, stderr } = await collect(child);
  if (stdout === '') throw new Error(`one of these command lines ended the process: ${stderr}`);
  return JSON.parse(stdout) as readonly Ended[];
}

/**
 * {@link simEach}, begun by the first test that asks.
 * @returns what became of the command line at an index
 */
export function simLines(
  lines: () => readonly (readonly string[])[],
  env: Readonly<Record<string, string>> = {},
): (index: number) => Promise<Ended> {
  let ends: Promise<readonly Ended[]> | undefined;
  return async (index) => {
    ends ??= simEach(lines(), env);
    return (await ends)[index] as Ended;
  };
}

/** Runs a shell command, in which `"$@"` is the `sim` command with `args`. */
export function simInShell(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn('/bin/sh', ['-c', command, 'sh', process.execPath, MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  return collect(child);
}

/** All that a command says, and how it ends. */
export function collect(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
