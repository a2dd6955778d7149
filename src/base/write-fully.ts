import { writeSync } from 'node:fs';

/** Writes all bytes, which one call of the system need not do; at `position`, or where the file stands. */
export function writeFully(file: number, bytes: Uint8Array, position?: number): void {
  let done = 0;
  while (done < bytes.length) {
    const at = position === undefined ? null : position + done;
    done += writeSync(file, bytes, done, bytes.length - done, at);
  }
}
