import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The command lines of the processes that name a path, or work in a folder below it. Needs Linux. */
export function processesAt(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => placeOf(name).startsWith(path) || commandOf(name).includes(path))
    .map(commandOf);
}

function commandOf(pid: string): string {
  return orNothing(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
}

function placeOf(pid: string): string {
  return orNothing(() => readlinkSync(`/proc/${pid}/cwd`));
}

/** A process may end while it is looked at. */
function orNothing(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}

const LIMIT_MS = 60_000;

/** Waits until something is so, for a minute at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  while (!(await isSo())) {
    if (limit.aborted) throw new Error(`not so for ${LIMIT_MS / 1000} s: ${String(isSo)}`);
    await sleep(25);
  }
}
