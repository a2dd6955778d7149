import { busyFor, type Clock } from '../base/clock.ts';
import type { Contention, SaleContext, Strategy } from '../store/strategy.ts';
import type { SalePlan } from './protocol.ts';
import { type Sale, sizeOf } from './sale-memory.ts';

/** What a strategy is given to work with as member `self` of the crew. */
export function contextOf(
  plan: SalePlan,
  strategy: Strategy,
  { words, inventory, own, crew }: Sale,
  self: number,
  clock: Clock,
  contention: Contention,
): SaleContext {
  const { workInsideNs } = plan;
  const work = (): void => {
    if (workInsideNs > 0) busyFor(clock, workInsideNs);
  };
  const nowMs = (): number => Math.floor(clock.now() / 1e6);
  const size = sizeOf(plan, strategy);
  return { size, words, inventory, own, crew, self, contention, work, nowMs };
}
