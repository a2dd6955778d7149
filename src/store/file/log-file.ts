// A file that many threads append to, and each reads from its beginning to its end.
import { closeSync, fdatasync, openSync, readSync, writeSync } from 'node:fs';
import type { LogRecord } from './log-state.ts';

const READ_BYTES = 65_536;
const NEW_LINE = 10;
/** What a write answers that has no room: nothing was written. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** How much of what was to be appended is there. */
export type Appended = 'all' | 'some' | 'none';

/**
 * The kernel appends the bytes of one write as a whole, whoever else writes at the same time; so the file has
 * one order, and all who read it see the same.
 */
export class LogFile {
  readonly #file: number;
  readonly #chunk: Buffer = Buffer.alloc(READ_BYTES);
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'a+');
  }

  /**
   * Appends all of them, if there is room.
   * @throws Error when nobody knows what is there
   */
  append(records: readonly LogRecord[]): Appended {
    // Begins a line of its own also behind one that somebody could not finish.
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    const bytes = Buffer.from(`\n${lines.join('')}`);
    try {
      return writeSync(this.#file, bytes) === bytes.length ? 'all' : 'some';
    } catch (error) {
      if (NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) return 'none';
      throw error;
    }
  }

  /**
   * Settles when all that was appended so far is on disk, by whomever.
   * @throws Error when that failed. Nobody knows then what is on disk, and trying again does not tell: the kernel may
   * have given up what it could not write. It tells so once to everybody who has the file open.
   */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#file, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** The records that were appended since the last call, by anybody. */
  *fresh(): Generator<LogRecord> {
    for (;;) {
      const count = readSync(this.#file, this.#chunk, 0, READ_BYTES, this.#offset);
      if (count === 0) return;
      this.#offset += count;
      const bytes = Buffer.concat([this.#rest, this.#chunk.subarray(0, count)]);
      const end = bytes.lastIndexOf(NEW_LINE) + 1;
      // A line that has no end yet is still being written, or never will be.
      this.#rest = bytes.subarray(end);
      for (const line of bytes.subarray(0, end).toString().split('\n')) {
        const record = recordOf(line);
        if (record) yield record;
      }
    }
  }

  /** The record at the very end that has all but its line's end: whoever appends next completes it. */
  *unended(): Generator<LogRecord> {
    const record = recordOf(this.#rest.toString());
    if (record) yield record;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Undefined for an empty line, and for half of one: it was never acknowledged. */
function recordOf(line: string): LogRecord | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}
