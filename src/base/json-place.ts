import type { ParseError } from 'jsonc-parser';
import { jsonc } from './jsonc.ts';

/** A place in a text, as editors name it: both from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export function placeAt(source: string, offset: number): TextPlace {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: lineAt(source, offset), column: before.length - lineStart + 1 };
}

/** The line, from 1, of a place in a text. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

/** What a parser found, in words: `not valid JSON (comma expected)`. */
export function jsonFault({ error }: Pick<ParseError, 'error'>): string {
  const code = jsonc().printParseErrorCode(error);
  const what = code.replace(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  return `not valid JSON (${what})`;
}
