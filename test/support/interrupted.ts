// Something happens in the middle of what a seller does in several sends.
import { execFileSync } from 'node:child_process';
import type { Traffic } from '../../src/store/stored.ts';

/** Does something of another's right before a seller sends for the `at`-th time. */
export class Interrupted implements Traffic {
  statements: number = 0;
  at: number = 0;
  readonly #interrupt: () => void;

  constructor(interrupt: () => void) {
    this.#interrupt = interrupt;
  }

  get roundTrips(): number {
    return 0;
  }

  set roundTrips(_sends: number) {
    if (--this.at === 0) this.#interrupt();
  }
}

/** Sends a command, and waits for its answer without letting anything else go on. */
export function sendAtOnce(url: string, ...command: readonly string[]): void {
  const { hostname, port } = new URL(url);
  const program = `
    const socket = require('node:net').connect(${port}, '${hostname}');
    socket.write('${command.join(' ')}\\r\\n');
    socket.once('data', () => socket.destroy());`;
  execFileSync(process.execPath, ['-e', program]);
}
