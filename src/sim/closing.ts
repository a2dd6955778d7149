import { askLast, type LastVisit, leftOf } from '../audit/last-customer.ts';
import type { Sales } from '../audit/sales.ts';
import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { bytesOf } from '../store/compiled-words.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { LoneWords } from '../store/lone-words.ts';
import { openReserver } from '../store/open-strategy.ts';
import type { Task } from '../workers/protocol.ts';
import { contextOf } from '../workers/sale-context.ts';
import { employsClerk, saleOn } from '../workers/sale-memory.ts';

/** The handle that is opened once more. A thread of its own would need room that was never laid out. */
const SELF = 0;

/**
 * Sends one more customer to a sale that has ended: a handle of seller 0, opened anew on the sale's own
 * memory. A strategy whose clerk has gone home sells nothing any more: nobody comes there.
 *
 * Nobody else is left, so nothing happens that is waited for: a strategy that would sleep or wait in a
 * loop, such as for a lock that somebody forgot, throws at once, and so does one that takes too many
 * steps. One that loops without touching a word hangs here as it would in a seller: until Ctrl-C.
 * @throws Error when the strategy does, or waits
 */
async function visitLast({ plan, memory, epoch }: Task, sales: Sales): Promise<LastVisit[]> {
  const strategy = await loadStrategy(plan.strategy);
  if (employsClerk(plan, strategy)) return [];
  const words = new LoneWords(new Int32Array(bytesOf(memory.words)));
  const sale = saleOn(words, memory, plan, strategy);
  const clock = systemClock(epoch + BigInt(Math.max(0, sale.control.openingNs())));
  // The work stands for what a shop does while others race; here it would only take time.
  const idle = { ...plan, workInsideNs: 0 };
  const context = contextOf(idle, strategy, sale, SELF, clock, { retries: 0, waits: 0 });
  const reserver = openReserver(strategy, context);
  const left = leftOf(sales, plan.events, plan.ticketsPerEvent);
  const visits = askLast(reserver, left, () => words.rest());
  words.rest();
  reserver.close();
  return visits;
}

interface ClosingVisits {
  readonly lastCustomer: readonly LastVisit[];
  readonly failures: readonly string[];
}

/**
 * Sends the last customer to a sale that came to its end. What fails there is a failure of the sale.
 * @param ended the sale, unless it was cut short
 */
export async function closeSale(ended: Task | undefined, sales: Sales): Promise<ClosingVisits> {
  if (!ended) return { lastCustomer: [], failures: [] };
  try {
    return { lastCustomer: await visitLast(ended, sales), failures: [] };
  } catch (error) {
    return { lastCustomer: [], failures: [describeLastFailure(error)] };
  }
}

export function describeLastFailure(error: unknown): string {
  return `the last customer: ${messageOf(error)}`;
}
