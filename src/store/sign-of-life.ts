import { hostname } from 'node:os';

/** What the process that makes a sale leaves in each store, again and again, so that a sale that died is known by it. */
export interface SignOfLife {
  readonly host: string;
  readonly pid: number;
}

/** How often it is given. */
export const SIGN_EVERY_MS = 10_000;
/** Silence that means death, however slow a network or a clock is: nobody misses six in a row. */
const SILENT_MS = 60_000;

/** This process's own. */
export function ownSign(): SignOfLife {
  return { host: hostname(), pid: process.pid };
}

/**
 * Whether the process that gave a sign is dead: it was of this machine and is gone, or was not heard of for a minute.
 * @param ageMs how long ago it was given, by the clock of the store that kept it
 */
export function isDead({ host, pid }: SignOfLife, ageMs: number): boolean {
  return (host === hostname() && !isRunning(pid)) || ageMs > SILENT_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Names of sales, as `freshName` makes them: nothing else is ever removed. */
export const SALE_NAME: RegExp = /^onsale_[0-9]+_[0-9a-f]{12}$/;

/** Where one kind of store keeps signs of life. */
export interface Watchbook {
  /** Gives the first sign, before anything else of the sale is written. */
  begin(at: string, name: string): Promise<void>;
  /** Gives another. */
  renew(at: string, name: string): Promise<void>;
  /** Names of sales whose process is dead. */
  dead(at: string): Promise<readonly string[]>;
  /** Removes what a sale of this name has written, with its sign. */
  remove(at: string, name: string): Promise<void>;
}
