import type { CalendarOrigin } from '../../base/clock.ts';
import { allocateShared, startClerk } from '../../service/stock/open-memory-stock.ts';
import type { StockSource } from '../../service/stock/source.ts';
import { absoluteReference } from '../../store/load-strategy.ts';
import type { ServerSettings } from '../settings.ts';
import type { Staff } from './staff.ts';

/** Makes room for the stock of a server: in memory, or where its books are. */
export async function openSource(
  { strategy: reference, maxEvents, maxTickets, keeping }: ServerSettings,
  tills: number,
  { epoch }: CalendarOrigin,
  staff: Staff,
): Promise<StockSource> {
  const strategy = absoluteReference(reference);
  if (keeping.kind === 'postgres') {
    const { url, redis } = keeping;
    const { prepareStore } = await import('../../service/stock/store-plan.ts');
    const plan = await prepareStore({ strategy, postgres: url, redis, maxEvents, maxTickets });
    return { kind: 'store', plan };
  }
  const shared = await allocateShared({ strategy, maxEvents, maxTickets, tills }, epoch);
  const clerk = await startClerk(shared);
  if (clerk) {
    clerk.on('error', (error) => staff.fail(`the clerk died: ${error.message}`));
    // It has ended by itself by now, unless somebody whom it serves never closed.
    staff.add(() => clerk.terminate());
  }
  return { kind: 'memory', shared };
}
