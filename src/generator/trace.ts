import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { InputError, messageOf } from '../base/errors.ts';
import { writeFully } from '../base/write-fully.ts';
import type { BlockObserver } from './produce.ts';
import { emptyRequest, KIND, REQUEST_BYTES, REQUEST_WORDS, readRequest } from './request.ts';
import { BLOCK_REQUESTS } from './ring-layout.ts';
import type { RequestSource } from './source.ts';
import { decodeHeader, encodeHeader, RECORDS_AT, type TraceHeader } from './trace-format.ts';

/** Checked and written in pieces of this size; a multiple of a block. */
const PIECE_BYTES: number = BLOCK_REQUESTS * REQUEST_BYTES * 1024;
/** Read while it is sold: less, so that it stays in the cache on its way. Every block by itself would be a system call each. */
const READ_BYTES: number = BLOCK_REQUESTS * REQUEST_BYTES * 64;

/** Saves a stream as it passes. The file appears under its name only when it is complete. */
export class TraceWriter implements BlockObserver {
  readonly #path: string;
  readonly #temporary: string;
  readonly #piece: Buffer = Buffer.allocUnsafe(PIECE_BYTES);
  /** The open file; undefined once it is closed. */
  #file: number | undefined;
  #filled = 0;

  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#file = openSync(this.#temporary, 'w');
    writeFully(this.#file, Buffer.alloc(RECORDS_AT));
  }

  write(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > PIECE_BYTES) this.#flush();
    this.#piece.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  finish(header: TraceHeader): void {
    this.#flush();
    const file = this.#file as number;
    writeFully(file, encodeHeader(header), 0);
    fsyncSync(file);
    this.#close();
    renameSync(this.#temporary, this.#path);
  }

  /** Leaves nothing behind; after {@link finish} it does nothing. */
  abandon(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    writeFully(this.#file as number, this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** The requests of a trace, in order. */
export function openTrace(path: string): RequestSource {
  const file = openFile(path);
  let left = readHeader(path, file).requests;
  let position = RECORDS_AT;
  const piece = new Int32Array(READ_BYTES / Int32Array.BYTES_PER_ELEMENT);
  let at = piece.length;
  const readPiece = (): void => {
    const bytes = new Uint8Array(piece.buffer, 0, Math.min(READ_BYTES, left * REQUEST_BYTES));
    readFully(path, file, bytes, position);
    position += bytes.length;
    at = 0;
  };
  return {
    fill(block) {
      const count = Math.min(BLOCK_REQUESTS, left);
      if (count > 0 && at === piece.length) readPiece();
      const words = count * REQUEST_WORDS;
      block.set(piece.subarray(at, at + words));
      at += words;
      left -= count;
      return count;
    },
    close: () => closeSync(file),
  };
}

/**
 * Reads a trace's header and checks the whole file against it.
 * @throws InputError when the file is not a trace, is cut short, does not match its digest, or holds
 * requests that its header does not announce
 */
export function verifyTrace(path: string): TraceHeader {
  const file = openFile(path);
  try {
    const header = readHeader(path, file);
    const expected = RECORDS_AT + header.requests * REQUEST_BYTES;
    const actual = fstatSync(file).size;
    if (actual !== expected) {
      throw new InputError(
        `${path} is ${actual < expected ? 'cut short' : 'too long'}: ${header.requests} requests take ${expected} bytes; got ${actual}`,
      );
    }
    verifyRecords(path, file, header);
    return header;
  } finally {
    closeSync(file);
  }
}

function verifyRecords(path: string, file: number, header: TraceHeader): void {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE_BYTES);
  const check = recordCheck(piece, header);
  const size = header.requests * REQUEST_BYTES;
  let announced = true;
  for (let done = 0; done < size; done += PIECE_BYTES) {
    const bytes = piece.subarray(0, Math.min(PIECE_BYTES, size - done));
    readFully(path, file, bytes, RECORDS_AT + done);
    hash.update(bytes);
    announced &&= check(bytes.length / REQUEST_BYTES);
  }
  if (hash.digest('hex') !== header.digest) {
    throw new InputError(`${path} is damaged: its requests do not match its digest`);
  }
  if (!announced) {
    throw new InputError(`${path} is damaged: its requests ask for more than its header announces`);
  }
}

/** Whether the first records of `piece` keep within what the header announces. */
function recordCheck(piece: Uint8Array, header: TraceHeader): (records: number) => boolean {
  const words = new Int32Array(piece.buffer);
  const reader = { get: (index: number): number => words[index] as number };
  const request = emptyRequest();
  return (records) => {
    for (let record = 0; record < records; record++) {
      readRequest(request, reader, record * REQUEST_WORDS);
      const { client, event, quantity, kind, intendedNs } = request;
      if (client < 0 || client >= header.clients || event >= header.events) return false;
      if (intendedNs < 0 || quantity > header.maxQuantity) return false;
      if (kind === KIND.reserve ? quantity === 0 : kind > KIND.browse) return false;
      if (kind === KIND.cancel && !header.cancels) return false;
    }
    return true;
  };
}

function openFile(path: string): number {
  try {
    // Looked at first: opening a pipe would wait for somebody to write into it.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    return openSync(path, 'r');
  } catch (error) {
    throw new InputError(`--trace cannot read ${path || '""'}: ${messageOf(error)}`);
  }
}

function readHeader(path: string, file: number): TraceHeader {
  const bytes = Buffer.alloc(RECORDS_AT);
  const length = readSync(file, bytes, 0, RECORDS_AT, 0);
  return decodeHeader(bytes.subarray(0, length), path);
}

function readFully(path: string, file: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const read = readSync(file, bytes, done, bytes.length - done, position + done);
    if (read === 0)
      throw new InputError(`${path} is cut short: it ends at byte ${position + done}`);
    done += read;
  }
}
