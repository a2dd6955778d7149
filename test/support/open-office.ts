import { calendarOrigin, currentEpoch, steadyCalendar, systemClock } from '../../src/base/clock.ts';
import { BackOffice } from '../../src/service/back-office.ts';
import { BoxOffice, type BoxOfficeTerms } from '../../src/service/box-office.ts';
import { Catalogue } from '../../src/service/catalogue.ts';
import type { Caller } from '../../src/service/policy.ts';
import { MemoryRecords } from '../../src/service/records/memory-records.ts';
import type { Records } from '../../src/service/records/records.ts';
import { MemoryStock } from '../../src/service/stock/memory-stock.ts';
import { MemoryTill } from '../../src/service/stock/memory-till.ts';
import {
  allocateStock,
  houseMember,
  type StockPlan,
  stockContext,
} from '../../src/service/stock/shared-stock.ts';
import { compareAndSwap } from '../../src/store/memory/compare-and-swap.ts';
import { openReserver } from '../../src/store/open-strategy.ts';
import type { Strategy } from '../../src/store/strategy.ts';

const TERMS: BoxOfficeTerms = { holdTtlMs: 60_000, maxPerRequest: 10, guests: 'none' };

export const ORGANIZER: Caller = { id: 'an-organizer', number: 1, role: 'organizer' };
export const CUSTOMER: Caller = { id: 'a-customer', number: 2, role: 'customer' };

export interface OpenOffice {
  readonly office: BoxOffice;
  readonly backOffice: BackOffice;
  readonly records: Records;
  readonly close: () => Promise<void>;
}

function warn(message: string): void {
  throw new Error(message);
}

/** A box office with one till, over one back office, all in this thread. */
export async function openOffice(
  settings: {
    readonly strategy?: Strategy;
    readonly records?: Records;
    readonly terms?: Partial<BoxOfficeTerms>;
    readonly run?: string;
    /** Of each event. */
    readonly maxTickets?: number;
    readonly maxEvents?: number;
  } = {},
): Promise<OpenOffice> {
  const {
    strategy = compareAndSwap,
    records = new MemoryRecords(),
    terms,
    run = 'r',
    maxTickets = 1000,
    maxEvents = 20,
  } = settings;
  const plan: StockPlan = { strategy: strategy.name, maxEvents, maxTickets, tills: 1 };
  const memory = allocateStock(plan, strategy);
  const clock = systemClock(currentEpoch());
  const openAs = (self: number) => {
    const context = stockContext(memory, plan, strategy, self, clock);
    return { context, reserver: openReserver(strategy, context) };
  };
  const house = openAs(houseMember(plan));
  const stock = new MemoryStock(run, house.context, house.reserver);
  const calendar = steadyCalendar(calendarOrigin());
  const backOffice = await BackOffice.open({ records, stock, calendar, warn });
  const catalogue = new Catalogue(await backOffice.listings());
  backOffice.onChange((change) => catalogue.apply(change));
  const till = new MemoryTill(openAs(0).reserver);
  const parts = { backOffice, till, catalogue, run, calendar, terms: { ...TERMS, ...terms } };
  const office = new BoxOffice(parts);
  return {
    office,
    backOffice,
    records,
    async close() {
      await office.close();
      await backOffice.close();
    },
  };
}
