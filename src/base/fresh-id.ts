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

  /** The next `count` bytes in hexadecimal. */
  hex(count: number): string {
    const at = this.take(count);
    return this.#bytes.toString('hex', at, at + count);
  }
}

const pool = new Pool();

let lastMs = -1;
let lastTime = '';

/**
 * An id that nobody can guess and nobody else gets: a UUID of version 7 (RFC 9562), 74 of its bits random. Ids are
 * in the order of their times, to the millisecond.
 */
export function freshId(timeMs: number): string {
  // Many are made in the same millisecond.
  if (timeMs !== lastMs) {
    const time = timeMs.toString(16).padStart(12, '0');
    lastTime = `${time.slice(0, 8)}-${time.slice(8)}-7`;
    lastMs = timeMs;
  }
  const random = pool.hex(10);
  const variant = '89ab'[pool.number(1) & 3] as string;
  return `${lastTime}${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** A whole number below 2^48 that nobody else is likely to have drawn. */
export function freshNumber(): number {
  return pool.number(6);
}

/** Bytes that nobody can guess. */
export function freshBytes(count: number): Buffer {
  return randomBytes(count);
}
