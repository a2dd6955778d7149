import type { Clock } from '../../base/clock.ts';
import { Crew } from '../../store/crew.ts';
import { Inventory } from '../../store/inventory.ts';
import { Layout } from '../../store/layout.ts';
import type { SaleContext, SaleSize, Strategy } from '../../store/strategy.ts';
import { AtomicWords, allocateWords } from '../../store/words.ts';

/** What decides how stock lies in shared memory; the same for all threads of a server. */
export interface StockPlan {
  /** As `loadStrategy` finds it. */
  readonly strategy: string;
  readonly maxEvents: number;
  /** Of each event. */
  readonly maxTickets: number;
  /** How many threads sell. */
  readonly tills: number;
}

/** Tills come first among the crew, then the house, then a clerk where the strategy has one. */
export function houseMember({ tills }: StockPlan): number {
  return tills;
}

export function clerkMember({ tills }: StockPlan): number {
  return tills + 1;
}

/** Allocates the stock of a server, all of it empty. */
export function allocateStock(plan: StockPlan, strategy: Strategy): SharedArrayBuffer {
  return allocateWords(layOut(plan, strategy).layout.words).buffer;
}

/** What member `self` of the crew sells with. */
export function stockContext(
  memory: SharedArrayBuffer,
  plan: StockPlan,
  strategy: Strategy,
  self: number,
  clock: Clock,
): SaleContext {
  const { size, crew, inventory, own } = layOut(plan, strategy);
  const words = new AtomicWords(memory);
  return {
    size,
    words,
    inventory: new Inventory(words, inventory, size.events),
    own,
    crew: new Crew(words, crew, size.members),
    self,
    contention: { retries: 0, waits: 0 },
    // What there is to do between reading the stock and writing it, this server does before.
    work: () => {},
    nowMs: () => Math.floor(clock.now() / 1e6),
  };
}

function sizeOf({ maxEvents, maxTickets, tills }: StockPlan, strategy: Strategy): SaleSize {
  const members = tills + 1 + (strategy.openClerk ? 1 : 0);
  return { events: maxEvents, tickets: maxTickets, members };
}

function layOut(plan: StockPlan, strategy: Strategy) {
  const layout = new Layout();
  const size = sizeOf(plan, strategy);
  return {
    layout,
    size,
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, size.events),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
}
