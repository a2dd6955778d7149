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

/** A word in pieces that fit, unless it is coloured: such words are short. */
function pieces(word: string, room: number): string[] {
  if (visibleLength(word) <= room) return [word];
  return word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [];
}

/** Columns that a text takes, without its colours. */
export function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
