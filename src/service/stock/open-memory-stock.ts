// Stock in memory as the threads of one server open it: each what it sells or decides with.
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { loadStrategy } from '../../store/load-strategy.ts';
import { openReserver } from '../../store/open-strategy.ts';
import type { Strategy } from '../../store/strategy.ts';
import type { ClerkThreadData } from './clerk-thread.ts';
import { MemoryStock } from './memory-stock.ts';
import { MemoryTill } from './memory-till.ts';
import { allocateStock, houseMember, type StockPlan, stockContext } from './shared-stock.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const CLERK_URL = new URL('./clerk-thread.js', import.meta.url);

/** Stock in memory, as it is handed from thread to thread. */
export interface SharedStock {
  readonly plan: StockPlan;
  readonly memory: SharedArrayBuffer;
  /** What the strategy counts its milliseconds from. */
  readonly epoch: bigint;
}

/** Allocates the stock, all of it empty. */
export async function allocateShared(plan: StockPlan, epoch: bigint): Promise<SharedStock> {
  return { plan, epoch, memory: allocateStock(plan, await loadStrategy(plan.strategy)) };
}

/** Opens the till of member `self`. */
export async function openMemoryTill(shared: SharedStock, self: number): Promise<MemoryTill> {
  const strategy = await loadStrategy(shared.plan.strategy);
  return new MemoryTill(openReserver(strategy, contextOf(shared, strategy, self)));
}

/** @param run no other run of the same books may have it */
export async function openMemoryStock(shared: SharedStock, run: string): Promise<MemoryStock> {
  const strategy = await loadStrategy(shared.plan.strategy);
  const context = contextOf(shared, strategy, houseMember(shared.plan));
  return new MemoryStock(run, context, openReserver(strategy, context));
}

/** Starts the thread of the strategy's clerk, if it has one. It ends when all tills and the house have closed. */
export async function startClerk({
  plan,
  memory,
  epoch,
}: SharedStock): Promise<Worker | undefined> {
  const strategy = await loadStrategy(plan.strategy);
  if (!strategy.openClerk) return undefined;
  const workerData: ClerkThreadData = { plan, memory, epoch };
  return new Worker(CLERK_URL, { workerData });
}

/** Says that a member's thread has died, so that nobody waits for it. */
export async function markDead(shared: SharedStock, member: number): Promise<void> {
  const strategy = await loadStrategy(shared.plan.strategy);
  contextOf(shared, strategy, member).crew.markDead(member);
}

function contextOf({ plan, memory, epoch }: SharedStock, strategy: Strategy, self: number) {
  return stockContext(memory, plan, strategy, self, systemClock(epoch));
}
