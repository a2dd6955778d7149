// `sim client` as a process of its own, with state of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { collect, type Ended } from './sim-command.ts';

const MAIN: string = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface ClientSurroundings {
  /** Where it keeps who is logged in. */
  readonly state: string;
  readonly url: string;
  /** What it can read on stdin. */
  readonly input?: string;
  readonly password?: string;
}

/** Runs one command of the client to its end. */
export function simClient(surroundings: ClientSurroundings, ...args: string[]): Promise<Ended> {
  const { state, url, input, password = '' } = surroundings;
  const child = spawn(process.execPath, [MAIN, 'client', ...args], {
    env: {
      ...process.env,
      XDG_STATE_HOME: state,
      ONSALE_URL: url,
      ONSALE_PASSWORD: password,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input ?? '');
  return collect(child);
}
