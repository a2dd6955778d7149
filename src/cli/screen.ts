import { stripVTControlCharacters } from 'node:util';

const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

/** What a screen is drawn on. */
export interface Terminal {
  readonly columns: number;
  write(text: string): unknown;
}

/**
 * Lines at the end of a terminal that are drawn again and again in place. Each frame is one write, and
 * erases nothing that it does not write anew, so that nothing flickers. The cursor rests below the frame:
 * whatever ends the process leaves a terminal that can be used.
 */
export class Screen {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** @param lines none longer than the terminal is wide */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${ERASE_LINE}\n`).join('');
    this.#terminal.write(`${this.#toTop()}${text}${ERASE_BELOW}`);
    this.#shown = lines;
  }

  clear(): void {
    if (this.#shown.length === 0) return;
    this.#terminal.write(`${this.#toTop()}${ERASE_BELOW}`);
    this.#shown = [];
  }

  #toTop(): string {
    const rows = this.#shown.reduce((total, line) => total + this.#rowsOf(line), 0);
    // Also where Ctrl-C was echoed, the cursor is in this row.
    return rows === 0 ? '\r' : `\r\u001b[${rows}A`;
  }

  /** How many rows a line takes: more than one since the terminal has become narrower than it. */
  #rowsOf(line: string): number {
    const length = stripVTControlCharacters(line).length;
    return Math.max(1, Math.ceil(length / Math.max(1, this.#terminal.columns)));
  }
}
