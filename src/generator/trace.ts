// A saved stream:
//
//   bytes 0-7    "ONSALETR"
//   bytes 8-11   format version (1), little-endian
//   bytes 12-15  bytes of the header that follows
//   header       JSON: how many requests, their digest, and what they ask of the sale
//   records      `requests` records of 16 bytes, as in request.ts
//
// The header has a fixed size, padded with spaces: it is written last, when the digest is known.
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { InputError, messageOf } from '../base/errors.ts';
import type { BlockObserver, Produced } from './produce.ts';
import { REQUEST_BYTES } from './request.ts';
import { BLOCK_REQUESTS } from './ring.ts';
import type { RequestSource } from './source.ts';

const MAGIC = 'ONSALETR';
const VERSION = 1;
const HEADER_BYTES = 1024;
const RECORDS_AT: number = MAGIC.length + 8 + HEADER_BYTES;
/** Read and written in pieces of this size; a multiple of a block. */
const PIECE_BYTES: number = BLOCK_REQUESTS * REQUEST_BYTES * 1024;

/** What a trace asks of the sale it is replayed on. */
export interface TraceTerms {
  readonly clients: number;
  readonly events: number;
  readonly seed: string;
  /** Requests per second, "max", or null for the closed model. */
  readonly ratePerSecond: number | 'max' | null;
  /** How long its schedule is; 0 without a rate. */
  readonly durationNs: number;
  readonly cancels: boolean;
  readonly maxQuantity: number;
}

export interface TraceHeader extends Produced, TraceTerms {}

/** Saves a stream as it passes. The file appears under its name only when it is complete. */
export class TraceWriter implements BlockObserver {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  readonly #piece: Buffer = Buffer.allocUnsafe(PIECE_BYTES);
  #filled = 0;
  #finished = false;

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
    const json = JSON.stringify(header).padEnd(HEADER_BYTES);
    const head = Buffer.alloc(MAGIC.length + 8);
    head.write(MAGIC, 'latin1');
    head.writeUInt32LE(VERSION, MAGIC.length);
    head.writeUInt32LE(HEADER_BYTES, MAGIC.length + 4);
    writeFully(this.#file, Buffer.concat([head, Buffer.from(json)]), 0);
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#temporary, this.#path);
    this.#finished = true;
  }

  /** Leaves nothing behind, unless finished. */
  abandon(): void {
    if (this.#finished) return;
    closeSync(this.#file);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    writeFully(this.#file, this.#piece.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

/** The requests of a trace, in order. */
export function openTrace(path: string): RequestSource {
  const file = openFile(path);
  let left = readHeader(path, file).requests;
  let position = RECORDS_AT;
  return {
    fill(block) {
      const count = Math.min(BLOCK_REQUESTS, left);
      const bytes = new Uint8Array(block.buffer, block.byteOffset, count * REQUEST_BYTES);
      readFully(path, file, bytes, position);
      position += bytes.length;
      left -= count;
      return count;
    },
    close: () => closeSync(file),
  };
}

/**
 * Reads a trace's header and checks the whole file against it.
 * @throws InputError when the file is not a trace, is cut short, or does not match its digest
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
    if (digestOf(path, file, expected) !== header.digest) {
      throw new InputError(`${path} is damaged: its requests do not match its digest`);
    }
    return header;
  } finally {
    closeSync(file);
  }
}

function digestOf(path: string, file: number, size: number): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE_BYTES);
  for (let at = RECORDS_AT; at < size; at += PIECE_BYTES) {
    const bytes = piece.subarray(0, Math.min(PIECE_BYTES, size - at));
    readFully(path, file, bytes, at);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new InputError(`--trace cannot read ${path}: ${messageOf(error)}`);
  }
}

function readHeader(path: string, file: number): TraceHeader {
  const head = Buffer.alloc(RECORDS_AT);
  const bytes = readSync(file, head, 0, RECORDS_AT, 0);
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new InputError(`${path} is not a trace: it does not begin with ${MAGIC}`);
  }
  const version = head.readUInt32LE(MAGIC.length);
  if (version !== VERSION || head.readUInt32LE(MAGIC.length + 4) !== HEADER_BYTES) {
    throw new InputError(`${path} is a trace of format ${version}; this version reads ${VERSION}`);
  }
  if (bytes < RECORDS_AT) throw new InputError(`${path} is cut short: its header is incomplete`);
  try {
    return JSON.parse(head.toString('utf8', MAGIC.length + 8)) as TraceHeader;
  } catch {
    throw new InputError(`${path} is damaged: its header cannot be read`);
  }
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

function writeFully(file: number, bytes: Uint8Array, position?: number): void {
  let done = 0;
  while (done < bytes.length) {
    const at = position === undefined ? null : position + done;
    done += writeSync(file, bytes, done, bytes.length - done, at);
  }
}
