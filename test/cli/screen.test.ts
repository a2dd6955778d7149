import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Screen } from '../../src/cli/screen.ts';
import fc from '../support/fast-check.ts';

/** As much of a terminal as a screen needs: endless rows, which are broken anew when it gets narrower. */
class PaperTerminal {
  rows: string[] = [''];
  writes = 0;
  #row = 0;
  #column = 0;
  columns: number;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    this.writes++;
    const [plain = '', ...escaped] = text.split('\u001b');
    this.#putAll(plain);
    for (const part of escaped) {
      const [sequence = '', count = '', code = ''] = /^\[(\d*)([A-Z])/.exec(part) ?? [];
      this.#obey(code, Number(count || 1));
      this.#putAll(part.slice(sequence.length));
    }
  }

  /** Rows that are too long are broken into several. */
  narrow(columns: number): void {
    this.columns = columns;
    const below = this.rows.length - this.#row;
    this.rows = this.rows.flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.#row = this.rows.length - below;
  }

  #obey(code: string, count: number): void {
    if (code === 'A') this.#row = Math.max(0, this.#row - count);
    else if (code === 'K') this.#set(this.#here.slice(0, this.#column));
    else if (code === 'J') {
      this.#set(this.#here.slice(0, this.#column));
      this.rows.length = this.#row + 1;
    } else assert.fail(`nobody knows ${code}`);
  }

  #putAll(text: string): void {
    for (const character of text) this.#put(character);
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') {
      this.#column = 0;
      this.#row++;
      if (this.rows.length === this.#row) this.rows.push('');
    } else {
      assert.ok(this.#column < this.columns, 'a line wrapped');
      const before = this.#here.slice(0, this.#column).padEnd(this.#column);
      this.#set(before + character + this.#here.slice(this.#column + 1));
      this.#column++;
    }
  }

  get #here(): string {
    return this.rows[this.#row] ?? '';
  }

  #set(text: string): void {
    this.rows[this.#row] = text;
  }
}

const anyFrame: fc.Arbitrary<string[]> = fc.array(fc.stringMatching(/^[a-z]{1,39}$/), {
  minLength: 1,
  maxLength: 8,
});

test("frames of any size take one another's place, each in one write, below what was there", () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), (frames) => {
      const terminal = new PaperTerminal(40);
      terminal.write('$ sim run\n');
      const screen = new Screen(terminal);
      for (const [index, frame] of frames.entries()) {
        screen.draw(frame);
        assert.deepEqual(terminal.rows, ['$ sim run', ...frame, '']);
        assert.equal(terminal.writes, index + 2);
      }
      screen.clear();
      assert.deepEqual(terminal.rows, ['$ sim run', '']);
    }),
  );
});

test('a frame in a terminal that has become narrower is replaced, and nothing above it', () => {
  fc.assert(
    fc.property(anyFrame, anyFrame, fc.integer({ min: 5, max: 40 }), (before, after, columns) => {
      const terminal = new PaperTerminal(40);
      terminal.write('abc\n');
      const screen = new Screen(terminal);
      screen.draw(before);
      terminal.narrow(columns);
      const fitting = after.map((line) => line.slice(0, columns));
      screen.draw(fitting);
      assert.deepEqual(terminal.rows, ['abc', ...fitting, '']);
    }),
  );
});

test('Ctrl-C that the terminal shows below a frame is erased with it', () => {
  const terminal = new PaperTerminal(40);
  const screen = new Screen(terminal);
  screen.draw(['one', 'two']);
  terminal.write('^C');
  screen.clear();
  assert.deepEqual(terminal.rows, ['']);
});

test('clearing a screen that was never drawn writes nothing', () => {
  const terminal = new PaperTerminal(40);
  new Screen(terminal).clear();
  assert.equal(terminal.writes, 0);
});
