import { systemClock } from '../base/clock.ts';
import { shown } from '../base/errors.ts';
import { stopRing } from '../generator/ring.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { openClerk } from '../store/open-strategy.ts';
import type { ClerkTask } from './protocol.ts';
import { contextOf } from './sale-context.ts';
import { attachSale, threadsOf } from './sale-memory.ts';

/** Serves the sellers as the last member of the crew, until all of them have closed. */
export async function clerk({ plan, memory, epoch }: ClerkTask): Promise<void> {
  const strategy = await loadStrategy(plan.strategy);
  const sale = attachSale(memory, plan, strategy);
  const self = plan.threads;
  try {
    const clock = systemClock(epoch);
    sale.control.arrive(threadsOf(plan, strategy), clock);
    // Also if the run was stopped before the opening: a seller that looked a moment earlier may have
    // heard of it, and sells.
    const openingNs = Math.max(0, sale.control.awaitOpening());
    const contention = { retries: 0, waits: 0 };
    const sinceOpening = systemClock(epoch + BigInt(openingNs));
    const context = contextOf(plan, strategy, sale, self, sinceOpening, contention);
    const serving = openClerk(strategy, context);
    let more: unknown = true;
    while (more === true) more = serving.serve();
    if (more !== false) throw new Error(`serve must return true or false; got ${shown(more)}`);
  } catch (error) {
    // Whoever waits for an answer has to hear that there will be none.
    sale.crew.markDead(self);
    sale.control.stop();
    stopRing(sale.ring);
    throw error;
  }
}
