import { randomBytes, randomFillSync } from 'node:crypto';

/** Random bytes are drawn ahead: to ask the system costs microseconds, however few are wanted. */
class Pool {
  readonly #bytes: Buffer = Buffer.alloc(8192);
  #used: number = this.#bytes.length;

  /** Where the next `count` bytes are. */
  take(count: number): number {
    if (this.#used + count > this.#bytes.length) {
      randomFillSync(this.#bytes);
      this.#used = 0;
    }
    this.#used += count;
    return this.#used - count;
  }

  /** The next `count` bytes as a whole number. */
  number(count: number): number {
    return this.#bytes.readUIntBE(this.take(count), count);
  }

  /** The next byte. */
  byte(): number {
    return this.#bytes[this.take(1)] as number;
  }
}

const pool = new Pool();

const HEX = Buffer.from('0123456789abcdef');
// One text for all, whose bytes are changed: put together from pieces, an id would stay a tree of them for as long as it
// is kept, which costs more to make and far more to keep than the 36 bytes that it is.
const text = Buffer.from('00000000-0000-7000-8000-000000000000');
let textMs = -1;

/**
 * An id that nobody can guess and nobody else gets: a UUID of version 7 (RFC 9562), 74 of its bits random. Ids are
 * in the order of their times, to the millisecond.
 */
export function freshId(timeMs: number): string {
  // Many are made in the same millisecond.
  if (timeMs !== textMs) {
    const time = timeMs.toString(16).padStart(12, '0');
    text.write(`${time.slice(0, 8)}-${time.slice(8)}`, 'latin1');
    textMs = timeMs;
  }
  writeDigits(15, 18);
  text[19] = HEX[8 + (pool.byte() & 3)] as number;
  writeDigits(20, 23);
  writeDigits(24, 36);
  return text.toString('latin1');
}

function writeDigits(from: number, to: number): void {
  for (let at = from; at < to; at += 2) {
    const byte = pool.byte();
    text[at] = HEX[byte >> 4] as number;
    if (at + 1 < to) text[at + 1] = HEX[byte & 15] as number;
  }
}

/** A whole number below 2^48 that nobody else is likely to have drawn. */
export function freshNumber(): number {
  return pool.number(6);
}

/** Bytes that nobody can guess. */
export function freshBytes(count: number): Buffer {
  return randomBytes(count);
}
