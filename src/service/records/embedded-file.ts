// The embedded database: one file in a folder, which one server has open.
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { InputError, messageOf } from '../../base/errors.ts';
import { makeFolders } from '../../base/make-folders.ts';
import { Refusal } from '../refusals.ts';
import { FORMAT, MAX_TABLES, openTables, type Tables } from './embedded-tables.ts';
import { checkFile, fillUp, noDatabase } from './file-check.ts';
import { type FolderLock, LOCK_NAME, lockFolder } from './folder-lock.ts';
import type { Journal, OpenTransaction } from './group-commit.ts';

const DATA_NAME = 'data.mdb';
/** With less room than this, it is the room that is missing. */
const FULL_BYTES = 65_536;

/** Hears of a transaction's end. */
export interface Listener {
  /** May still write. */
  beforeCommit(): void;
  afterTransaction(): void;
}

/** A file of records, open for this process alone. */
export class EmbeddedFile implements Journal {
  readonly tables: Tables;
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #root: RootDatabase;
  #listener: Listener = { beforeCommit() {}, afterTransaction() {} };

  private constructor(folder: string, lock: FolderLock, root: RootDatabase, tables: Tables) {
    this.#folder = folder;
    this.#lock = lock;
    this.#root = root;
    this.tables = tables;
  }

  /**
   * @param flush whether every commit waits for the disk; otherwise a loss of power can ruin the file
   * @throws InputError when the folder is in use, or has something else in it
   */
  static async open(folder: string, flush: boolean): Promise<EmbeddedFile> {
    makeFolder(folder);
    const lock = lockFolder(folder);
    const path = join(folder, DATA_NAME);
    let root: RootDatabase | undefined;
    try {
      const isNew = !existsSync(path);
      if (!isNew) checkFile(path);
      root = openRoot(path, flush);
      const tables = openTables(root);
      checkFormat(path, tables, isNew);
      if (isNew) syncFolder(folder);
      return new EmbeddedFile(folder, lock, root, tables);
    } catch (error) {
      await root?.close();
      lock.release();
      throw error instanceof InputError ? error : cannotOpen(path, error);
    }
  }

  listen(listener: Listener): void {
    this.#listener = listener;
  }

  transact(work: () => void): void {
    let decided = false;
    try {
      this.#root.transactionSync(() => {
        work();
        decided = true;
        this.#listener.beforeCommit();
      });
    } catch (error) {
      // What `work` throws is its own affair.
      throw decided ? this.#unavailable(error) : error;
    } finally {
      this.#listener.afterTransaction();
    }
  }

  begin(): OpenTransaction {
    let end!: () => void;
    let giveUp!: (error: unknown) => void;
    const ended = new Promise<void>((resolve, reject) => {
      end = resolve;
      giveUp = reject;
    });
    const committed = this.#root
      .transactionSync(() => ended)
      .finally(() => {
        this.#listener.afterTransaction();
      });
    return {
      commit: async () => {
        try {
          this.#listener.beforeCommit();
          end();
        } catch (error) {
          giveUp(error);
        }
        await committed.catch((error: unknown) => {
          throw this.#unavailable(error);
        });
      },
      abort: async () => {
        giveUp(new Error('given up'));
        await committed.catch(() => {});
      },
    };
  }

  /** Waits until all that was committed is on disk. */
  sync(): void {
    const file = openSync(join(this.#folder, DATA_NAME), 'r+');
    try {
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async close(): Promise<void> {
    await this.#root.close();
    fillUp(join(this.#folder, DATA_NAME));
    this.#lock.release();
  }

  /** The database says "Input/output error" of a full disk too. */
  #unavailable(error: unknown): Refusal {
    const why = isFull(this.#folder) ? 'the disk is full' : messageOf(error);
    return new Refusal('unavailable', `the records cannot be written: ${why}`);
  }
}

function makeFolder(folder: string): void {
  let names: string[];
  try {
    makeFolders(folder);
    names = readdirSync(folder);
  } catch (error) {
    throw new InputError(`${folder} cannot be a folder of records: ${messageOf(error)}`);
  }
  const others = names.filter((name) => !name.startsWith(LOCK_NAME));
  if (others.length > 0 && !names.includes(DATA_NAME)) {
    throw new InputError(
      `records need a folder of their own, empty or with ${DATA_NAME} in it; ${folder} has ${others[0]}`,
    );
  }
}

function openRoot(path: string, flush: boolean): RootDatabase {
  // Overlapping would acknowledge what is not on disk; it also writes another format.
  return open({ path, maxDbs: MAX_TABLES, overlappingSync: false, noSync: !flush });
}

function checkFormat(path: string, { meta }: Tables, isNew: boolean): void {
  const format = meta.get('format');
  if (format === FORMAT) return;
  if (isNew) {
    meta.transactionSync(() => meta.putSync('format', FORMAT));
    return;
  }
  if (format === undefined) throw noDatabase(path);
  throw new InputError(
    `${path} has format ${format}, and this version reads and writes format ${FORMAT} only`,
  );
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < FULL_BYTES;
  } catch {
    return false;
  }
}

function cannotOpen(path: string, error: unknown): InputError {
  return new InputError(`${path} cannot be opened: ${messageOf(error)}`);
}
