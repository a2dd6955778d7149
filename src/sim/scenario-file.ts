import { readFileSync, statSync } from 'node:fs';
import type { Node, ParseError } from 'jsonc-parser';
import { InputError, messageOf } from '../base/errors.ts';
import { lineAt } from '../base/json-place.ts';
import { jsonc } from '../base/jsonc.ts';
import { describeJsonError } from './json-file.ts';

/** A value from a scenario file, with where it stands. */
export interface FileValue {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads a scenario file: a JSON object (comments allowed) of fields, each a text or a number.
 * @throws InputError with the line of what is wrong
 */
export function readScenarioFile(path: string): Map<string, FileValue> {
  const source = readSource(path);
  const errors: ParseError[] = [];
  const root = jsonc().parseTree(source, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) throw new InputError(describeJsonError(path, source, error));
  if (root?.type !== 'object') {
    throw new InputError(`${path}:1: a scenario must be a JSON object of fields`);
  }
  const values = new Map<string, FileValue>();
  for (const property of root.children ?? []) {
    const [key, value] = property.children as [Node, Node];
    const line = lineAt(source, value.offset);
    const name = String(key.value);
    if (values.has(name)) throw new InputError(`${path}:${line}: "${name}" is given twice`);
    values.set(name, { text: textOf(path, line, name, value, source), line });
  }
  return values;
}

function readSource(path: string): string {
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    // Some editors begin a file with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new InputError(`--scenario cannot read ${path}: ${messageOf(error)}`);
  }
}

function textOf(path: string, line: number, name: string, node: Node, source: string): string {
  if (node.type === 'string') return String(node.value);
  // As it was written: a long seed would lose digits as a number.
  if (node.type === 'number') return source.slice(node.offset, node.offset + node.length);
  throw new InputError(`${path}:${line}: "${name}" must be a text or a number; got ${node.type}`);
}
