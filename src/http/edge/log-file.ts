import { close, openSync, write } from 'node:fs';
import { InputError, messageOf } from '../../base/errors.ts';

/** What may wait to be written while the disk is slow; lines beyond it are lost. */
const UNWRITTEN_CHARS_MAX = 4 * 1024 * 1024;
/** What is not written so long after the end is lost. */
const CLOSE_MS = 1000;
/** A pipe whose reader is slow is tried again after this. */
const RETRY_MS = 20;
const STANDARD_ERROR = 2;
/** Logs say who bought what: for the owner of the server, and their group. */
const MODE = 0o640;

/**
 * A file that lines are appended to in the background, each write made of whole lines, so that those of several threads
 * and processes do not mix. Whatever cannot be written is lost and counted; the server goes on.
 *
 * Unlike pino's own destination, it does not wait for ever at the end for a disk that is full.
 */
export class LogFile {
  readonly #path: string | undefined;
  readonly #lost: (lines: number) => void;
  #file: number;
  #unwritten = '';
  #unwrittenLines = 0;
  #isWriting = false;
  #isClosed = false;
  /** The last line in the file may lack its end. */
  #isTorn = false;
  readonly #whenIdle: (() => void)[] = [];

  /**
   * @param path undefined: standard error
   * @param lost told how many lines could not be written
   * @throws InputError naming the file when it cannot be opened
   */
  constructor(path: string | undefined, lost: (lines: number) => void) {
    this.#path = path;
    this.#lost = lost;
    this.#file = path === undefined ? STANDARD_ERROR : openToAppend(path);
  }

  /** Appends a line, which brings its own end. */
  write(line: string): void {
    if (this.#isClosed || this.#unwritten.length + line.length > UNWRITTEN_CHARS_MAX) {
      this.#lost(1);
      return;
    }
    this.#unwritten += line;
    this.#unwrittenLines++;
    if (!this.#isWriting) this.#writeNext();
  }

  /** Goes on in a file of the same name, after somebody has renamed this one; if there can be none, in this one. */
  reopen(): void {
    if (this.#path === undefined || this.#isClosed) return;
    let next: number;
    try {
      next = openToAppend(this.#path);
    } catch {
      return;
    }
    const last = this.#file;
    this.#file = next;
    this.#onceIdle(() => close(last, () => {}));
  }

  /** Waits until all is written, a second at most, and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
      this.#onceIdle(resolve);
    });
    clearTimeout(timer);
    this.#isClosed = true;
    if (this.#path !== undefined) close(this.#file, () => {});
  }

  #onceIdle(act: () => void): void {
    if (this.#isWriting) this.#whenIdle.push(act);
    else act();
  }

  #writeNext(): void {
    if (this.#unwritten === '') {
      this.#isWriting = false;
      for (const act of this.#whenIdle.splice(0)) act();
      return;
    }
    this.#isWriting = true;
    const text = this.#isTorn ? `\n${this.#unwritten}` : this.#unwritten;
    const lines = this.#unwrittenLines;
    this.#unwritten = '';
    this.#unwrittenLines = 0;
    this.#writeAll(Buffer.from(text), lines);
  }

  #writeAll(bytes: Buffer, lines: number): void {
    write(this.#file, bytes, (error, written) => {
      if (error?.code === 'EAGAIN' && !this.#isClosed) {
        setTimeout(() => this.#writeAll(bytes, lines), RETRY_MS);
      } else if (error) {
        this.#lost(lines);
        this.#writeNext();
      } else if (written < bytes.length) {
        this.#isTorn = true;
        this.#writeAll(bytes.subarray(written), lines);
      } else {
        this.#isTorn = false;
        this.#writeNext();
      }
    });
  }
}

function openToAppend(path: string): number {
  try {
    return openSync(path, 'a', MODE);
  } catch (error) {
    throw new InputError(`--log-file cannot be opened: ${messageOf(error)}`);
  }
}
