import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { writeFully } from '../base/write-fully.ts';
import type { History } from './history.ts';
import { encodeHistory } from './history-file.ts';
import { historyToLines } from './history-lines.ts';

/** Lines written at once. */
const PIECE_LINES = 8192;

/**
 * Saves a history of events with equally many tickets: as JSON lines where the name ends so, else in
 * our own form. The file appears under its name only when it is complete.
 */
export function saveHistory(path: string, history: History): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    const pieces = path.endsWith('.jsonl') ? linePieces(history) : encodeHistory(history);
    try {
      for (const piece of pieces) writeFully(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function* linePieces(history: History): Generator<Buffer> {
  let lines: string[] = [];
  for (const line of historyToLines(history)) {
    lines.push(line, '\n');
    if (lines.length < 2 * PIECE_LINES) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  yield Buffer.from(lines.join(''));
}
