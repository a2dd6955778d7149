// Thread entry: serves those who sell, for a strategy that has a clerk, until all of them have closed.
import { workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { loadStrategy } from '../../store/load-strategy.ts';
import { openClerk } from '../../store/open-strategy.ts';
import { clerkMember, type StockPlan, stockContext } from './shared-stock.ts';

/** What a clerk's thread is started with. */
export interface ClerkThreadData {
  readonly plan: StockPlan;
  readonly memory: SharedArrayBuffer;
  readonly epoch: bigint;
}

const { plan, memory, epoch } = workerData as ClerkThreadData;
const strategy = await loadStrategy(plan.strategy);
const self = clerkMember(plan);
const context = stockContext(memory, plan, strategy, self, systemClock(epoch));
try {
  const clerk = openClerk(strategy, context);
  while (clerk.serve());
} catch (error) {
  // Whoever waits for an answer has to hear that there will be none.
  context.crew.markDead(self);
  throw error;
}
