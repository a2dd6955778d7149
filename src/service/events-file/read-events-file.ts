import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Node, ParseError } from 'jsonc-parser';
import { InputError, messageOf } from '../../base/errors.ts';
import { jsonFault } from '../../base/json-place.ts';
import { jsonc } from '../../base/jsonc.ts';
import type { EventFields } from '../terms.ts';
import { FaultList, type Faults } from './faults.ts';
import { type EventLimits, parseEvents } from './parse-events.ts';

/** Larger files are not read: their tree of values would take gigabytes. */
const MIB = 2 ** 20;
const MIB_MAX = 16;

/** What a file says, or what is wrong with it. */
export type EventsFile =
  | { readonly events: readonly EventFields[]; readonly faults?: undefined }
  | { readonly faults: Faults };

/**
 * Reads a file of events.
 * @throws InputError when it cannot be read at all
 */
export function readEventsFile(path: string, limits: EventLimits): EventsFile {
  return parseEventsFile(readBytes(path), limits);
}

/** What the bytes of such a file say. */
export function parseEventsFile(bytes: Uint8Array, limits: EventLimits): EventsFile {
  const { text, broken } = decode(bytes);
  const faults = new FaultList(text);
  if (broken) {
    faults.add(text.length, 'these bytes are not UTF-8');
    return { faults: faults.all() };
  }
  const root = treeOf(text, faults);
  const events = root ? parseEvents(root, limits, faults) : [];
  return faults.isEmpty ? { events } : { faults: faults.all() };
}

function readBytes(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new Error('it is not a file');
      if (stats.size > MIB_MAX * MIB) {
        throw new Error(`it has ${Math.ceil(stats.size / MIB)} MiB; at most ${MIB_MAX} are read`);
      }
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new InputError(`--events cannot read ${path === '' ? '""' : path}: ${messageOf(error)}`);
  }
}

/** The text, or what of it comes before the first bytes that are none. */
function decode(bytes: Uint8Array): { readonly text: string; readonly broken: boolean } {
  try {
    // Some editors begin a file with a byte order mark, which this leaves out.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), broken: false };
  } catch {
    return { text: validStart(bytes), broken: true };
  }
}

function validStart(bytes: Uint8Array): string {
  let valid = 0;
  let end = bytes.length;
  while (valid < end) {
    const middle = Math.ceil((valid + end) / 2);
    if (begins(bytes.subarray(0, middle)) === undefined) end = middle - 1;
    else valid = middle;
  }
  return begins(bytes.subarray(0, valid)) ?? '';
}

/** The text that these bytes begin with, be the last character of it cut off; undefined when they are none. */
function begins(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/** What a merge leaves behind where two versions disagree. */
const CONFLICT = /^(?:<{7}|\|{7}|={7}|>{7})(?= |\r?$)/gm;

/** The values of a JSON text with their places; undefined, and told, when it is no JSON. */
function treeOf(text: string, faults: FaultList): Node | undefined {
  try {
    JSON.parse(text);
    return jsonc().parseTree(text);
  } catch (error) {
    if (error instanceof RangeError) faults.add(0, 'its lists lie too deep in each other');
    else tellWhatIsNoJson(text, faults, error);
    return undefined;
  }
}

function tellWhatIsNoJson(text: string, faults: FaultList, error: unknown): void {
  for (const { index, 0: marker } of text.matchAll(CONFLICT)) {
    faults.add(index, `a conflict of a merge was left here: ${marker}`);
  }
  if (!faults.isEmpty) return;
  const errors: ParseError[] = [];
  try {
    jsonc().parseTree(text, errors, { disallowComments: true });
  } catch {
    faults.add(0, 'its lists lie too deep in each other');
    return;
  }
  // Where the first one is, the others may be its consequences.
  const [first] = errors;
  if (first) faults.add(first.offset, jsonFault(first));
  else faults.add(text.length, `not valid JSON (${messageOf(error)})`);
}
