// Somebody at a terminal, and the client before him.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { widthOf } from '../../src/base/terminal-text.ts';
import { hasTmux, Tmux } from './tmux.ts';

const MAIN: string = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** For tests that need a terminal. */
export const AT_TERMINAL: { readonly skip: string | false } = {
  skip: !hasTmux && 'needs tmux for a terminal',
};

export interface Seat {
  readonly url: string;
  /** Where the client keeps who is logged in. */
  readonly state: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** Somebody sits down at a terminal, and starts the client. */
export function sitDown({ url, state, columns = 80, rows = 24, env = {}, args = [] }: Seat): Tmux {
  const variables = { XDG_STATE_HOME: state, ONSALE_URL: url, ...env };
  const command = [process.execPath, MAIN, 'client', ...args];
  return new Tmux(command, { columns, rows, env: variables });
}

/** No menu has more lines. */
const LINES_MAX = 30;

/** The line that is chosen. */
function lineOf(screen: string): string {
  return /●.*/.exec(screen)?.[0] ?? '';
}

/** Moves the cursor of a menu to a line, and takes it. */
export async function choose(seat: Tmux, label: string): Promise<void> {
  const isOn = new RegExp(`● ${label}`, 'm');
  let at = lineOf(await seat.sees(/●/));
  for (let steps = 0; !isOn.test(at); steps++) {
    assert.ok(steps < LINES_MAX, `no line ${label} in\n${seat.screen()}`);
    seat.press('Down');
    const last = at.replaceAll(/[^\w ]/g, '.');
    // The next line that is chosen, as soon as it is drawn.
    at = lineOf(await seat.sees(new RegExp(`● (?!${last.slice(2)}$)`, 'm')));
  }
  seat.press('Enter');
}

/** Types an answer once its question is there. */
export async function answer(seat: Tmux, question: RegExp, text: string): Promise<void> {
  await seat.sees(question);
  seat.type(text);
  seat.press('Enter');
}

export function assertFits(screen: string, columns: number): void {
  for (const line of screen.split('\n')) assert.ok(widthOf(line.trimEnd()) < columns, line);
}
