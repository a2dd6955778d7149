import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import type { RunResult } from '../src/index.ts';

/** This tree's own build. */
export const OWN_MAIN: string = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

const CLOCKED: string = fileURLToPath(new URL('./clocked.js', import.meta.url));
const clock = systemClock(currentEpoch());

/** How a process went. */
export interface Ran {
  readonly stdout: string;
  readonly wallNs: number;
}

/**
 * Runs Node to its end, and times that.
 * @throws Error when it fails; of an abort, the signal's reason
 */
export async function runNode(args: readonly string[], signal?: AbortSignal): Promise<Ran> {
  const { stdout, wallNs } = await spawned(args, signal);
  return { stdout, wallNs };
}

/** What one run of a build says, and the time of all processors that its process took. */
export interface RanSale {
  readonly result: RunResult;
  readonly cpuNs: number;
}

/** Runs `sim run` of any build in a process of its own: the command line is what all builds have in common. */
export async function runSale(
  main: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<RanSale> {
  const command = [CLOCKED, main, 'run', ...args, '--format', 'json'];
  const { stdout, told } = await spawned(command, signal);
  const { user, system } = JSON.parse(told) as NodeJS.CpuUsage;
  return { result: JSON.parse(stdout) as RunResult, cpuNs: (user + system) * 1e3 };
}

async function spawned(args: readonly string[], signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  const startNs = clock.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  const [stdout, stderr, told, [code]] = await Promise.all([
    text(child.stdio[1] as Readable),
    text(child.stdio[2] as Readable),
    text(child.stdio[3] as Readable),
    once(child, 'close'),
  ]);
  const wallNs = clock.now() - startNs;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { stdout, told, wallNs };
}
