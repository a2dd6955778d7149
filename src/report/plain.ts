import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Style } from './style.ts';

/** A table without rules, its columns one space apart: all of them have to fit. */
export function plainTable(alignments: readonly ('left' | 'right')[]): Table.Table {
  const none = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
    ['', '-left', '-mid', '-right'].map((end) => [`${side}${end}`, '']),
  );
  return new Table({
    chars: { ...Object.fromEntries(none), middle: ' ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: [...alignments],
  });
}

/** Longer names are cut: a table fits into 100 columns. */
const NAME_LENGTH = 18;

export function shorten(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}~`;
}

/** Breaks a text into lines that fit the style's width, each but the first indented. */
export function wrap(text: string, { width }: Style, indent = 0): string {
  const room = Math.max(1, width - indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, room))) {
    if (line !== '' && visibleLength(line) + 1 + visibleLength(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

/**
 * Breaks a command line between its flags, so that a shell takes the lines as they are copied. No flag is
 * parted from its value, and nothing within quotes is touched: a long one goes beyond the width.
 */
export function wrapCommand(command: string, { width }: Style, indent = 0): string {
  const words = command.match(/(?:[^\s'\\]|\\.|'[^']*')+/g) ?? [];
  // What these words do not make up, we do not understand: it stays as it is.
  if (words.join(' ') !== command) return command;
  const room = width - indent - CONTINUED.length;
  const lines: string[] = [];
  let line = '';
  for (const part of partsOf(words)) {
    if (line !== '' && line.length + 1 + part.length > room) {
      lines.push(line);
      line = part;
    } else {
      line = line === '' ? part : `${line} ${part}`;
    }
  }
  return [...lines, line].join(`${CONTINUED}\n${' '.repeat(indent)}`);
}

/** What tells a shell that a command goes on in the next line. */
const CONTINUED = ' \\';

/** The name of the command, and each flag with its value. */
function partsOf(words: readonly string[]): string[] {
  const parts: string[] = [];
  for (const word of words) {
    const flag = word.startsWith('--') || parts.length === 0;
    if (flag) parts.push(word);
    else parts.push(`${parts.pop()} ${word}`);
  }
  return parts;
}

/**
 * A table with as many columns as there is room for, and a line that names those left out.
 * @param headings of the columns that can be left out, the last first
 * @param draw the table with so many of them
 */
export function fittingTable(
  headings: readonly string[],
  draw: (columns: number) => string,
  style: Style,
): string[] {
  for (let count = headings.length; ; count--) {
    const text = draw(count);
    const fits = text.split('\n').every((line) => visibleLength(line) <= style.width);
    if (!fits && count > 1) continue;
    const leftOut = headings.slice(count);
    return leftOut.length === 0
      ? [text]
      : [text, wrap(`(no room for ${leftOut.join(', ')})`, style)];
  }
}

/** A word in pieces that fit, unless it is coloured: such words are short. */
function pieces(word: string, room: number): string[] {
  if (visibleLength(word) <= room) return [word];
  return word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [];
}

/** Columns that a text takes, without its colours. */
export function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
