import { readFileSync, statSync } from 'node:fs';
import { InputError, messageOf } from '../base/errors.ts';
import type { History } from './history.ts';
import { decodeHistoryFile, isHistoryFile } from './history-file.ts';
import { historyFromLines } from './history-lines.ts';

/** Each ticket that is granted or given back takes some 30 bytes to follow. */
const TICKETS_MAX = 50_000_000;

/**
 * Reads a recorded history: a file of ours, or JSON lines.
 * @throws InputError naming the file, and the place of what is wrong
 */
export function readHistory(path: string): History {
  const bytes = readBytes(path);
  const history = isHistoryFile(bytes)
    ? decodeHistoryFile(bytes, path)
    : historyFromLines(bytes, path);
  const tickets = history.quantity.reduce((sum, quantity) => sum + quantity, 0);
  if (tickets <= TICKETS_MAX) return history;
  throw new InputError(
    `${path} asks for ${tickets} tickets, each of which is followed: at most ${TICKETS_MAX}`,
  );
}

function readBytes(path: string): Buffer {
  try {
    // Looked at first: opening a pipe would wait for somebody to write into it.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    return readFileSync(path);
  } catch (error) {
    throw new InputError(`cannot read the history ${path || '""'}: ${messageOf(error)}`);
  }
}
