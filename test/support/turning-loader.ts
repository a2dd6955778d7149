import { readFileSync } from 'node:fs';
import type { LoadHook } from 'node:module';

/** A passage of a compiled module, and what it is replaced by. */
export interface Turn {
  /** The end of the module's path, such as `audit/refusal.js`. */
  readonly module: string;
  readonly find: string;
  readonly replace: string;
}

/** The exit code for a passage that is not there, or there twice: not what a failing test ends with. */
export const TURNED_NOTHING = 86;

let turn: Turn | undefined;

export function initialize(data: Turn): void {
  turn = data;
}

export const load: LoadHook = (url, context, nextLoad) => {
  if (!turn || !url.endsWith(`/src/${turn.module}`)) return nextLoad(url, context);
  const source = readFileSync(new URL(url), 'utf8');
  const parts = source.split(turn.find);
  if (parts.length !== 2) {
    process.stderr.write(`${turn.module} has ${parts.length - 1} times ${turn.find}\n`);
    process.exit(TURNED_NOTHING);
  }
  return { format: 'module', source: parts.join(turn.replace), shortCircuit: true };
};
