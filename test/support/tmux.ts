// A terminal, and a person who sits at it: tmux shows what is on the screen, and types.
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshName } from '../../src/base/fresh-name.ts';

export const hasTmux: boolean = spawnSync('tmux', ['-V']).status === 0;

/** A person waits for so long. Far beyond what anything takes: the end of patience is a failure. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 40;

export interface TerminalTerms {
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string>>;
}

export class Tmux {
  readonly #socket: string;

  /** Starts a command in a terminal of this size; when it has ended, the screen says `exit N`. */
  constructor(command: readonly string[], { columns, rows, env }: TerminalTerms) {
    this.#socket = join(tmpdir(), freshName('onsale-tmux'));
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const quoted = ['env', ...variables, ...command].map((word) => `'${word}'`).join(' ');
    const size = ['-x', String(columns), '-y', String(rows)];
    // Two statements, so that whatever state the terminal was left in shows in what `stty` says.
    const shell = `${quoted}; echo "exit $?"; stty -a | grep -o '[-]*icanon'; exec sleep 600`;
    this.#tmux('new-session', '-d', ...size, shell);
  }

  /** What is on the screen; with escape codes for colours if asked for. */
  screen(withColors = false): string {
    return this.#tmux('capture-pane', '-p', ...(withColors ? ['-e'] : []));
  }

  /** Presses keys, by tmux's names of them. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.#tmux('send-keys', key);
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  /** Looks until something is on the screen; the screen it is on. */
  async sees(expected: RegExp): Promise<string> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
      const screen = this.screen();
      if (expected.test(screen)) return screen;
      await sleep(LOOK_MS);
    }
    throw new Error(`${expected} did not appear; there is\n${this.screen()}`);
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server']);
    // tmux leaves it behind.
    rmSync(this.#socket, { force: true });
  }

  #tmux(...args: readonly string[]): string {
    // Whoever runs the tests may want none himself.
    const { NO_COLOR: _, ...env } = process.env;
    const all = ['-S', this.#socket, '-f', '/dev/null', ...args];
    return execFileSync('tmux', all, { encoding: 'utf8', env });
  }
}
