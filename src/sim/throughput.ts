import type { Sales } from '../audit/sales.ts';
import { changesAt, NO_CHANGES } from '../audit/timeline.ts';
import type { Throughput } from './result.ts';
import type { Scenario } from './scenario.ts';

/** What the rates of a run are computed from. */
export interface Progression {
  readonly scenario: Scenario;
  readonly completed: number;
  readonly elapsedNs: number;
  readonly sales: Sales;
}

export function measureThroughput(progression: Progression): Throughput {
  const { scenario, completed, elapsedNs, sales } = progression;
  const completedPerSecond = perSecond(completed, elapsedNs);
  const { arrivals, requests } = scenario.stream;
  const capacity = scenario.events * scenario.ticketsPerEvent;
  const { soldOutNs, granted } = sellOut(sales, capacity);
  return {
    offeredPerSecond:
      arrivals.kind === 'unpaced' ? completedPerSecond : perSecond(requests, arrivals.durationNs),
    completedPerSecond,
    grantedPerSecond: perSecond(granted, soldOutNs ?? elapsedNs),
    timeToSellOutMs: soldOutNs === null ? null : Math.round(soldOutNs / 1e3) / 1e3,
  };
}

function perSecond(count: number, durationNs: number): number {
  return durationNs > 0 ? Math.round((count / durationNs) * 1e9) : 0;
}

/** When clients first held `capacity` tickets together, if ever, and how many were granted by then. */
function sellOut(sales: Sales, capacity: number): { soldOutNs: number | null; granted: number } {
  const all = sales.quantity.reduce((total, quantity) => total + quantity, 0);
  if (all < capacity) return { soldOutNs: null, granted: all };
  const everything = Uint32Array.from(sales.quantity, (_, grant) => grant);
  const grants = changesAt(sales, everything, sales.endNs);
  const returns = sales.anyReturned
    ? changesAt(sales, everything, sales.returnStartNs)
    : NO_CHANGES;
  let granted = 0;
  let returned = 0;
  let next = 0;
  for (let i = 0; i < grants.timesNs.length; i++) {
    const nowNs = grants.timesNs[i] as number;
    while ((returns.timesNs[next] ?? Number.POSITIVE_INFINITY) <= nowNs) {
      returned += returns.amounts[next++] as number;
    }
    granted += grants.amounts[i] as number;
    if (granted - returned >= capacity) return { soldOutNs: nowNs, granted };
  }
  return { soldOutNs: null, granted: all };
}
