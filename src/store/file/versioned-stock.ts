import { existsSync, linkSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StockSize, StoredSale, StorePlace } from '../stored.ts';
import {
  type EventStock,
  readStock,
  requireDone,
  storedFrom,
  type Writing,
  writeStock,
} from './stock-file.ts';

/** A version that was read, or is to be written. */
export interface Version {
  readonly number: number;
  readonly stock: EventStock;
}

const FIRST = 1;

/** Versions that stay: who is about to read one finds it. */
const KEPT = 8;

/**
 * The stock of one event, each version in a file of its own. A link to a name that is taken fails, so a version
 * is written once: by whoever read the one before it. That makes the version a fencing token.
 */
export class VersionedStock {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #self: number;
  /** A version that there was, and may still be: where to look for the latest. */
  #known = 0;

  constructor({ folder }: StorePlace, event: number, self: number) {
    this.#folder = folder;
    this.#prefix = `event-${event}.v`;
    this.#self = self;
  }

  /** The latest version. */
  read(): Version {
    for (;;) {
      if (!existsSync(this.#path(this.#known))) this.#known = this.#latest();
      while (existsSync(this.#path(this.#known + 1))) this.#known++;
      const number = this.#known;
      try {
        return { number, stock: readStock(this.#path(number)) };
      } catch (error) {
        // Removed in between, being so old by now.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  /** Writes a version that follows on one that was read. */
  write({ number, stock }: Version): Writing {
    const temporary = join(this.#folder, `${this.#prefix}next.${this.#self}`);
    const writing = writeStock(temporary, stock, () => this.#link(temporary, number));
    if (writing === 'done') {
      // The older first, which whoever wrote before may not have removed yet: so they go in their order.
      for (const old of [number - KEPT - 1, number - KEPT])
        rmSync(this.#path(old), { force: true });
    }
    return writing;
  }

  /** Gives a version its name; false when there was one of that number, also when that has been removed by now. */
  #link(temporary: string, number: number): boolean {
    const path = this.#path(number);
    if (!linkOnce(temporary, path)) return false;
    // Versions are removed in their order: while the one before is there, this number has never been free again.
    if (number === FIRST || existsSync(this.#path(number - 1))) return true;
    rmSync(path, { force: true });
    return false;
  }

  #latest(): number {
    const versions = readdirSync(this.#folder)
      .filter((name) => name.startsWith(this.#prefix))
      .map((name) => Number(name.slice(this.#prefix.length)))
      .filter(Number.isInteger);
    return Math.max(0, ...versions);
  }

  #path(version: number): string {
    return join(this.#folder, `${this.#prefix}${version}`);
  }
}

/** Gives a file another name; false when that is taken. */
function linkOnce(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Stocks every event: the first versions. */
export function stockVersions(place: StorePlace, { events, tickets }: StockSize): void {
  for (let event = 0; event < events; event++) {
    const stock = { remaining: tickets, next: 0, grants: {} };
    requireDone(new VersionedStock(place, event, 0).write({ number: FIRST, stock }), place);
  }
}

/** The latest versions of all. */
export function readVersions(place: StorePlace, { events }: StockSize): StoredSale {
  return storedFrom(
    Array.from({ length: events }, (_, event) => new VersionedStock(place, event, 0).read().stock),
  );
}
