// One event's stock as JSON in a file: what seed system 4 keeps.
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { StockSize, StoredGrant, StoredSale, StorePlace } from '../stored.ts';

/** What the file of one event holds. */
export interface EventStock {
  remaining: number;
  /** The serial of the next ticket. */
  next: number;
  /** Who holds what: by the first serial of each grant. */
  grants: Record<string, Holding>;
}

interface Holding {
  readonly id: number;
  readonly quantity: number;
  readonly client: number;
}

export function pathOf({ folder }: StorePlace, event: number): string {
  return join(folder, `event-${event}.json`);
}

/** @throws Error that names the file when there is none, or it holds something else */
export function readStock(path: string): EventStock {
  const text = readFileSync(path, 'utf8');
  let value: Partial<EventStock> | null;
  try {
    value = JSON.parse(text) as Partial<EventStock> | null;
  } catch (error) {
    throw new Error(`${path} holds no JSON: ${messageOf(error)}`, { cause: error });
  }
  const { remaining, next, grants } = value ?? {};
  const areGrants = typeof grants === 'object' && grants !== null;
  if (Number.isInteger(remaining) && Number.isInteger(next) && areGrants) {
    return value as EventStock;
  }
  throw new Error(`${path} holds no stock`);
}

/**
 * How writing ended: it is on disk; somebody else had written meanwhile; nothing has changed, since the disk is full or
 * broken; or it was written, and may not be on disk.
 */
export type Writing = 'done' | 'overtaken' | 'failed' | 'unknown';

/** Moves a file that is on disk to its name; false when somebody else has that name. */
type Move = (temporary: string) => boolean;

/**
 * Puts a stock into a file that is moved to its name only when it is on disk: whatever happens, there is the old file or
 * the new one.
 * @param temporary a name that nobody else writes to
 */
export function writeStock(temporary: string, stock: EventStock, move: Move): Writing {
  try {
    writeThrough(temporary, JSON.stringify(stock));
    if (!move(temporary)) return 'overtaken';
  } catch {
    return 'failed';
  } finally {
    rmSync(temporary, { force: true });
  }
  try {
    syncFolder(dirname(temporary));
    return 'done';
  } catch {
    return 'unknown';
  }
}

/** Replaces the file at `path`, whoever may have written it meanwhile. @param self who writes */
export function replaceStock(path: string, stock: EventStock, self: number): Writing {
  return writeStock(`${path}.${self}`, stock, (temporary) => {
    renameSync(temporary, path);
    return true;
  });
}

/** Writes a file; it is on disk when this returns. */
function writeThrough(path: string, text: string): void {
  const file = openSync(path, 'w');
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A new name is on disk only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Stocks every event. */
export function stockFiles(place: StorePlace, { events, tickets }: StockSize): void {
  for (let event = 0; event < events; event++) {
    const stock = { remaining: tickets, next: 0, grants: {} };
    requireDone(replaceStock(pathOf(place, event), stock, 0), place);
  }
}

/** @throws Error when a stock could not be written */
export function requireDone(writing: Writing, { folder }: StorePlace): void {
  if (writing !== 'done') throw new Error(`cannot write to ${folder}: ${writing}`);
}

/** Takes tickets out of a stock, if there are enough; the first serial. */
export function take(stock: EventStock, { id, quantity, client }: Holding): number | undefined {
  if (stock.remaining < quantity) return undefined;
  const ticket = stock.next;
  stock.remaining -= quantity;
  stock.next += quantity;
  stock.grants[ticket] = { id, quantity, client };
  return ticket;
}

/** Puts tickets back into a stock, if they were granted to this client. */
export function putBack(stock: EventStock, ticket: number, { quantity, client }: Holding): boolean {
  const grant = stock.grants[ticket];
  if (grant?.quantity !== quantity || grant.client !== client) return false;
  delete stock.grants[ticket];
  stock.remaining += quantity;
  return true;
}

/** Adds tickets to a stock, or withdraws some, if as many are left; how many are left then. */
export function resize(stock: EventStock, by: number): number | undefined {
  if (stock.remaining + by < 0) return undefined;
  stock.remaining += by;
  return stock.remaining;
}

/** What lies in the files. */
export function readBackFiles(place: StorePlace, { events }: StockSize): StoredSale {
  return storedFrom(Array.from({ length: events }, (_, event) => readStock(pathOf(place, event))));
}

/** All events' stocks as one sale. */
export function storedFrom(stocks: readonly EventStock[]): StoredSale {
  return {
    remaining: stocks.map(({ remaining }) => remaining),
    grants: stocks.flatMap(({ grants }, event) =>
      Object.entries(grants).map(
        ([ticket, holding]): StoredGrant => ({ event, ticket: Number(ticket), ...holding }),
      ),
    ),
  };
}
