// Looks at a database file before it is mapped into memory: one that is none, or of which a part is missing, would end the
// process and not throw.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { InputError } from '../../base/errors.ts';

/** Where the two heads of a file have what is checked, in bytes (struct MDB_meta of LMDB's data format 2). */
const AT = { magic: 24, version: 28, pageSize: 48, lastPage: 144 } as const;
const HEAD_BYTES = 160;
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_SIZES = [4096, 8192, 16384, 32768, 65536];

/**
 * How many bytes a database file should have, and has.
 * @throws InputError when it is no database
 */
export function checkFile(path: string): { readonly wanted: number; readonly got: number } {
  const first = headAt(path, 0);
  const pageSize = first.readUInt16LE(AT.pageSize) || 65536;
  if (!PAGE_SIZES.includes(pageSize)) throw noDatabase(path);
  const heads = [first, headAt(path, pageSize)];
  const pages = heads.map((head) => Number(head.readBigUInt64LE(AT.lastPage)) + 1);
  return { wanted: Math.max(...pages) * pageSize, got: statSync(path).size };
}

function headAt(path: string, position: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    const read = readSync(file, head, 0, HEAD_BYTES, position);
    const isHead =
      read === HEAD_BYTES &&
      head.readUInt32LE(AT.magic) === MAGIC &&
      head.readUInt32LE(AT.version) === DATA_VERSION;
    if (!isHead) throw noDatabase(path);
  } finally {
    closeSync(file);
  }
  return head;
}

export function noDatabase(path: string): InputError {
  return new InputError(
    `${path} is not a database of records, or is damaged: restore it from a copy`,
  );
}
