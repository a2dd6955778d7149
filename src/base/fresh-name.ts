import { randomBytes } from 'node:crypto';

/** A name that nobody else has chosen: `prefix`, this process's number and 48 random bits, as `prefix_123_0a1b2c3d4e5f`. */
export function freshName(prefix: string): string {
  return `${prefix}_${process.pid}_${randomBytes(6).toString('hex')}`;
}
