// Looks at a database file before it is mapped into memory: one that is none, or of which a part is missing, would end the
// process and not throw. A file may end before its last page does and be whole: pages that were given up before they were
// written are missing then. So it is the tree that tells: whether a page is missing that something points to.
// Source: struct MDB_meta, MDB_page and MDB_node of LMDB, data format 2.
import { closeSync, fstatSync, openSync, readSync, truncateSync } from 'node:fs';
import { InputError } from '../../base/errors.ts';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_SIZES = [4096, 8192, 16384, 32768, 65536];
/** Where the head of a file has what is checked, in bytes. */
const HEAD = { magic: 24, version: 28, pageSize: 48, freeRoot: 88, mainRoot: 136, lastPage: 144 };
const TRANSACTION = 152;
const HEAD_BYTES = 160;
/** Where a page has it, and bits of its flags. */
const PAGE = { flags: 18, keyBytes: 20, nodes: 24 };
const BRANCH = 1;
const LEAF = 2;
/** Where a node has it, and bits of its flags. */
const NODE = { flags: 4, keySize: 6, key: 8 };
const BIG = 1;
const TABLE = 2;
/** Where the description of a table has its first page. */
const ROOT_IN_TABLE = 40;
const NO_PAGE = 2n ** 64n - 1n;

interface Head {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly pages: number;
  readonly transaction: bigint;
}

/** @throws InputError when it is no database, or a page that belongs to it is missing */
export function checkFile(path: string): void {
  withFile(path, (file, size) => {
    const { pageSize, roots, pages } = headOf(path, file);
    if (size >= pages * pageSize) return;
    const missing = new InputError(
      `${path} is cut short by ${pages * pageSize - size} bytes: restore it from a copy`,
    );
    const page = Buffer.alloc(pageSize);
    const left = roots.filter((root) => root !== NO_PAGE);
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      const read = readSync(file, page, 0, pageSize, Number(at) * pageSize);
      if (read < pageSize) throw missing;
      const end = BigInt(Math.floor(size / pageSize));
      for (const { from, pages: many, isValue } of pointersOn(path, page)) {
        if (from + many > end) throw missing;
        if (!isValue) left.push(from);
      }
    }
  });
}

/** Makes a file that is whole as long as it says it is: then nobody has to look through it. */
export function fillUp(path: string): void {
  withFile(path, (file, size) => {
    const { pageSize, pages } = headOf(path, file);
    if (size < pages * pageSize) truncateSync(path, pages * pageSize);
  });
}

function withFile(path: string, use: (file: number, size: number) => void): void {
  const file = openSync(path, 'r');
  try {
    use(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

/** The newer of the two. */
function headOf(path: string, file: number): Head {
  const first = headAt(path, file, 0);
  const second = headAt(path, file, first.pageSize);
  return first.transaction > second.transaction ? first : second;
}

function headAt(path: string, file: number, position: number): Head {
  const head = Buffer.alloc(HEAD_BYTES);
  const read = readSync(file, head, 0, HEAD_BYTES, position);
  const pageSize = head.readUInt32LE(HEAD.pageSize);
  const isHead =
    read === HEAD_BYTES &&
    head.readUInt32LE(HEAD.magic) === MAGIC &&
    head.readUInt32LE(HEAD.version) === DATA_VERSION &&
    PAGE_SIZES.includes(pageSize);
  if (!isHead) throw noDatabase(path);
  return {
    pageSize,
    roots: [head.readBigUInt64LE(HEAD.freeRoot), head.readBigUInt64LE(HEAD.mainRoot)],
    pages: Number(head.readBigUInt64LE(HEAD.lastPage)) + 1,
    transaction: head.readBigUInt64LE(TRANSACTION),
  };
}

interface Pointer {
  readonly from: bigint;
  readonly pages: bigint;
  /** Of a large value, which points to nothing. */
  readonly isValue: boolean;
}

/** To which pages a page points. */
function pointersOn(path: string, page: Buffer): Pointer[] {
  const flags = page.readUInt16LE(PAGE.flags);
  if ((flags & (BRANCH | LEAF)) === 0) throw noDatabase(path);
  const found: Pointer[] = [];
  const count = page.readUInt16LE(PAGE.keyBytes) >> 1;
  try {
    for (let at = 0; at < count; at++) {
      const node = page.subarray(page.readUInt16LE(PAGE.nodes + 2 * at) + PAGE.nodes);
      if ((flags & BRANCH) !== 0) found.push(toPage(BigInt(node.readUIntLE(0, 6))));
      else found.push(...pointersIn(node));
    }
  } catch (error) {
    // Behind the end of the page.
    if (error instanceof RangeError) throw noDatabase(path);
    throw error;
  }
  return found;
}

function pointersIn(leaf: Buffer): Pointer[] {
  const flags = leaf.readUInt16LE(NODE.flags);
  const data = leaf.subarray(NODE.key + leaf.readUInt16LE(NODE.keySize));
  if ((flags & BIG) !== 0) {
    return [{ from: data.readBigUInt64LE(0), pages: data.readBigUInt64LE(16), isValue: true }];
  }
  if ((flags & TABLE) === 0) return [];
  const root = data.readBigUInt64LE(ROOT_IN_TABLE);
  return root === NO_PAGE ? [] : [toPage(root)];
}

function toPage(from: bigint): Pointer {
  return { from, pages: 1n, isValue: false };
}

export function noDatabase(path: string): InputError {
  return new InputError(
    `${path} is not a database of records, or is damaged: restore it from a copy`,
  );
}
