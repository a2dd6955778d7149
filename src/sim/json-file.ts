import { readFileSync } from 'node:fs';
import type { ParseError } from 'jsonc-parser';
import { InputError, messageOf } from '../base/errors.ts';
import { jsonFault, lineAt } from '../base/json-place.ts';
import { jsonc } from '../base/jsonc.ts';

/**
 * The value in a JSON file, its texts without control characters: they come from elsewhere, and none
 * may paint a terminal.
 * @throws InputError when it cannot be read, or is not JSON: with the line of what is wrong
 */
export function readJsonFile(path: string): unknown {
  const source = readSource(path);
  try {
    return JSON.parse(source, clean) as unknown;
  } catch (error) {
    const errors: ParseError[] = [];
    jsonc().parse(source, errors, { disallowComments: true });
    const [first] = errors;
    if (!first) throw new InputError(`${path}: not valid JSON (${messageOf(error)})`);
    throw new InputError(describeJsonError(path, source, first));
  }
}

/** `sale.json:3: not valid JSON (comma expected)`. */
export function describeJsonError(path: string, source: string, error: ParseError): string {
  return `${path}:${lineAt(source, error.offset)}: ${jsonFault(error)}`;
}

function readSource(path: string): string {
  try {
    // Some editors begin a file with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new InputError(`cannot read ${path === '' ? '""' : path}: ${messageOf(error)}`);
  }
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '?') : value;
}
