import { tmpdir } from 'node:os';
import { InputError, messageOf } from '../base/errors.ts';
import { saleFolders } from './file/sale-folders.ts';
import { saleSchemas } from './postgres/sale-schemas.ts';
import { saleNames } from './redis/sale-names.ts';
import { SIGN_EVERY_MS, type Watchbook } from './sign-of-life.ts';
import type { ServerKind, StorePlace } from './stored.ts';

type ServerUrls = Readonly<Partial<Record<ServerKind, string>>>;

const WATCHBOOKS: Readonly<Record<ServerKind, Watchbook>> = {
  postgres: saleSchemas,
  redis: saleNames,
};

/** Where the folders of sales lie. */
export const SALE_FOLDERS: string = tmpdir();

interface Kept {
  /** How people call it. */
  readonly what: string;
  readonly book: Watchbook;
  readonly at: string;
}

/** Where signs of life are kept for a sale on these servers. */
function booksOf(servers: ServerUrls): Kept[] {
  const kinds = Object.entries(servers) as [ServerKind, string][];
  return [
    { what: 'the folder for temporary files', book: saleFolders, at: SALE_FOLDERS },
    ...kinds.map(([kind, at]) => ({ what: `the ${kind} server`, book: WATCHBOOKS[kind], at })),
  ];
}

/**
 * Gives signs of life for a sale, in its folder and on its servers, until the function it answers with is called:
 * that also removes the folder.
 * @throws whatever a store that cannot be written to does
 */
export async function keepAlive({ name, servers }: StorePlace): Promise<() => Promise<void>> {
  const books = booksOf(servers);
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // A server that is away for a while is told the next time.
    renewing = Promise.allSettled(books.map(({ book, at }) => book.renew(at, name)));
  }, SIGN_EVERY_MS);
  timer.unref();
  const end = async (): Promise<void> => {
    clearInterval(timer);
    // Else the last sign might come after all else is gone.
    await renewing;
    await saleFolders.remove(SALE_FOLDERS, name);
  };
  try {
    for (const { book, at } of books) await book.begin(at, name);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/**
 * Removes what sales left behind whose process has died: schemas, keys and folders that a sale of this lab made, and
 * nothing else.
 * @returns the names of these sales
 * @throws InputError when a server cannot be reached
 */
export async function removeLeftovers(servers: ServerUrls): Promise<readonly string[]> {
  const removed = new Set<string>();
  for (const { what, book, at } of booksOf(servers)) {
    for (const name of await deadIn(book, at, what)) {
      try {
        await book.remove(at, name);
        removed.add(name);
      } catch {
        // Somebody else removes it just now, or it is somebody else's: no reason not to sell.
      }
    }
  }
  return [...removed];
}

async function deadIn(book: Watchbook, at: string, what: string): Promise<readonly string[]> {
  try {
    return await book.dead(at);
  } catch (error) {
    throw new InputError(`${what} cannot be used: ${messageOf(error)}`);
  }
}
