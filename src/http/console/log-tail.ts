import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** What is new is looked for so often: soon enough for a person. */
const LOOK_MS = 150;
/** Read at a time. */
const CHUNK_BYTES = 65_536;
/** Shown of what was there before. */
const BEFORE_BYTES = 2048;

/** A file that grows, line by line. */
export interface LogTail {
  stop(): void;
}

/** Tells the last lines of a file, and then each one that is added to it; it need not be there yet. */
export function followLines(path: string, onLine: (line: string) => void): LogTail {
  let reader: LineReader | undefined;
  const look = (): void => {
    const file = statSync(path, { throwIfNoEntry: false });
    reader?.readOn();
    if (!file || reader?.reads(file)) return;
    // Somebody has renamed the one that was read, which is read to its end: of the one in its place, all is new.
    reader?.close();
    reader = new LineReader(path, onLine, reader === undefined);
    reader.readOn();
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      reader?.close();
    },
  };
}

class LineReader {
  readonly #file: number;
  readonly #onLine: (line: string) => void;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #decoder = new StringDecoder('utf8');
  #at: number;
  /** The first line is one that was cut in two, unless it is the first of the file. */
  #isCut: boolean;
  #begun = '';

  /** @param isLast whether of a long file only the last lines are told */
  constructor(path: string, onLine: (line: string) => void, isLast: boolean) {
    this.#file = openSync(path, 'r');
    this.#onLine = onLine;
    this.#at = isLast ? Math.max(0, fstatSync(this.#file).size - BEFORE_BYTES) : 0;
    this.#isCut = this.#at > 0;
  }

  /** Whether this is the file that it reads. */
  reads({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
    const own = fstatSync(this.#file);
    return own.dev === dev && own.ino === ino;
  }

  /** Tells all lines that are whole by now. */
  readOn(): void {
    if (fstatSync(this.#file).size < this.#at) this.#startAnew();
    for (let read = this.#read(); read > 0; read = this.#read()) {
      this.#at += read;
      const lines = (this.#begun + this.#decoder.write(this.#chunk.subarray(0, read))).split('\n');
      this.#begun = lines.pop() ?? '';
      for (const line of lines) {
        if (!this.#isCut) this.#onLine(line);
        this.#isCut = false;
      }
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #read(): number {
    return readSync(this.#file, this.#chunk, 0, CHUNK_BYTES, this.#at);
  }

  /** Somebody has emptied the file. */
  #startAnew(): void {
    this.#at = 0;
    this.#begun = '';
    this.#decoder = new StringDecoder('utf8');
  }
}
