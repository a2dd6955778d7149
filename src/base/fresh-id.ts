import { randomBytes, randomUUID } from 'node:crypto';

/**
 * An id that nobody can guess and nobody else gets: a UUID of version 7 (RFC 9562), 74 of its bits random. Ids are
 * in the order of their times, to the millisecond.
 */
export function freshId(timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  // The rest is what version 4 has in the same places: random bits, and the same variant.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

const ORDER_BYTES = 6;

/** A whole number below 2^48 that nobody else is likely to have drawn. */
export function freshNumber(): number {
  return randomBytes(ORDER_BYTES).readUIntBE(0, ORDER_BYTES);
}

/** Bytes that nobody can guess. */
export function freshBytes(count: number): Buffer {
  return randomBytes(count);
}
