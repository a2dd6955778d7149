// The one place of a server that keeps the books and decides what is on sale: in the main thread, or in one of its own
// where the books are written to a disk, whose speed nobody else shall wait for.
import { type CalendarOrigin, steadyCalendar } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { BackOffice } from '../../service/back-office.ts';
import type { Records } from '../../service/records/records.ts';
import type { Stock } from '../../service/stock/stock.ts';
import { openStock, type StockSource } from '../../service/stock/source.ts';
import { openRecords } from '../open-records.ts';
import type { Keeping } from '../settings.ts';
import { repeat } from './repeat.ts';

/** What a house is opened with. */
export interface HouseTask {
  readonly keeping: Keeping;
  readonly source: StockSource;
  /** Of a server that keeps nothing; else the books number their runs. */
  readonly freshRun: string;
  readonly origin: CalendarOrigin;
}

export interface House {
  readonly office: BackOffice;
  /** In the names of the tickets that are sold until it closes. */
  readonly run: string;
  /** Ends what it does by itself, then closes the stock and the books. */
  close(): Promise<void>;
}

/** Holds end at most so much after their time. */
const EXPIRE_EVERY_MS = 200;
const FORGET_EVERY_MS = 3_600_000;

/** Opens the books and the stock, and begins to end holds whose time is over. */
export async function openHouse(
  { keeping, source, freshRun, origin }: HouseTask,
  warn: (message: string) => void,
): Promise<House> {
  const records = await openRecords(keeping);
  const opened: { stock?: Stock } = {};
  try {
    const run = keeping.kind === 'memory' ? freshRun : (await records.beginRun()).toString(36);
    const stock = await openStock(source, run);
    opened.stock = stock;
    const office = await BackOffice.open({ records, stock, calendar: steadyCalendar(origin), warn });
    return { office, run: stock.run, close: keepHouse(office, warn) };
  } catch (error) {
    await closeAll(records, opened.stock);
    throw error;
  }
}

/** Does what is due again and again; how to end it. */
function keepHouse(office: BackOffice, warn: (message: string) => void): () => Promise<void> {
  const orWarn = (what: string, work: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      warn(`${what}: ${messageOf(error)}`);
    }
  };
  const duties = [
    repeat(EXPIRE_EVERY_MS, orWarn('holds that are over cannot be ended', () => office.expire())),
    repeat(FORGET_EVERY_MS, orWarn('old answers cannot be forgotten', () => office.forget())),
  ];
  return async () => {
    await Promise.all(duties.map((duty) => duty.stop()));
    await office.close();
  };
}

async function closeAll(records: Records, stock: Stock | undefined): Promise<void> {
  await stock?.close();
  await records.close();
}
