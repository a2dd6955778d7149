// The one place of a server that keeps the books and decides what is on sale: in the main thread, or in one of its own
// where the books are written to a disk, whose speed nobody else shall wait for.
import { type CalendarOrigin, steadyCalendar } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { BackOffice } from '../../service/back-office.ts';
import type { Records } from '../../service/records/records.ts';
import { isShared } from '../../service/records/shared-records.ts';
import { openStock, type StockSource } from '../../service/stock/source.ts';
import type { Stock } from '../../service/stock/stock.ts';
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
  readonly close: () => Promise<void>;
}

/** Holds end at most so much after their time. */
const EXPIRE_EVERY_MS = 200;
const FORGET_EVERY_MS = 3_600_000;
const REFRESH_EVERY_MS = 500;
const RECONCILE_EVERY_MS = 30_000;

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
    const office = await BackOffice.open({
      records,
      stock,
      calendar: steadyCalendar(origin),
      shared: keeping.kind === 'postgres',
      warn,
    });
    const shared = await sharedDutiesOf(source, office, records, stock);
    const duties = [...dutiesOf(office), ...shared];
    return { office, run: stock.run, close: keepHouse(office, duties, warn) };
  } catch (error) {
    await closeAll(records, opened.stock);
    throw error;
  }
}

/** Something that is due again and again. */
interface Duty {
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
  /** What is said when that fails. */
  readonly failing: string;
  /** Done for the first time at the start, which does not wait for it. */
  readonly atOnce?: boolean;
}

function dutiesOf(office: BackOffice): Duty[] {
  return [
    {
      everyMs: EXPIRE_EVERY_MS,
      work: () => office.expire(),
      failing: 'holds that are over cannot be ended',
    },
    {
      everyMs: FORGET_EVERY_MS,
      work: () => office.forget(),
      failing: 'old answers cannot be forgotten',
    },
  ];
}

/** What there is to do where other servers sell from the same. */
async function sharedDutiesOf(
  source: StockSource,
  office: BackOffice,
  records: Records,
  stock: Stock,
): Promise<Duty[]> {
  if (source.kind !== 'store' || !isShared(records)) return [];
  const { Reconciler } = await import('../../service/stock/reconciler.ts');
  const reconciler = new Reconciler(source.plan, records, stock);
  return [
    {
      everyMs: REFRESH_EVERY_MS,
      work: () => office.refresh(),
      failing: 'what other servers have changed cannot be read',
    },
    {
      everyMs: RECONCILE_EVERY_MS,
      work: () => reconciler.reconcile(),
      failing: 'stock and books cannot be compared',
      atOnce: true,
    },
  ];
}

/** Does what is due, again and again; how to end it, and the house with it. */
function keepHouse(
  office: BackOffice,
  duties: readonly Duty[],
  warn: (message: string) => void,
): () => Promise<void> {
  const working = duties.map(({ everyMs, work, failing, atOnce }) =>
    repeat(everyMs, atOnce, async () => {
      try {
        await work();
      } catch (error) {
        warn(`${failing}: ${messageOf(error)}`);
      }
    }),
  );
  return async () => {
    await Promise.all(working.map((each) => each.stop()));
    await office.close();
  };
}

async function closeAll(records: Records, stock: Stock | undefined): Promise<void> {
  await stock?.close();
  await records.close();
}
