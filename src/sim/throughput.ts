import type { Sales } from '../audit/sales.ts';
import { type Changes, changesAt, NO_CHANGES } from '../audit/timeline.ts';
import type { Throughput } from './result.ts';
import type { Scenario } from './scenario.ts';

/** What the rates of a run are computed from. */
export interface Progression {
  readonly scenario: Scenario;
  readonly completed: number;
  readonly elapsedNs: number;
  readonly sales: Sales;
  /** The grants of each event. */
  readonly groups: readonly Uint32Array[];
}

export function measureThroughput(progression: Progression): Throughput {
  const { scenario, completed, elapsedNs } = progression;
  const soldOutNs = sellOutNs(progression);
  const untilNs = soldOutNs ?? elapsedNs;
  return {
    offeredPerSecond: scheduledPerSecond(scenario, completed, elapsedNs),
    completedPerSecond: perSecond(completed, elapsedNs),
    grantedPerSecond: perSecond(grantedBy(progression, untilNs), untilNs),
    timeToSellOutMs: soldOutNs === null ? null : Math.round(soldOutNs / 1e3) / 1e3,
  };
}

/** Requests that were to come per second; without a schedule, as many as did. */
export function scheduledPerSecond(
  { stream: { arrivals, requests } }: Scenario,
  completed: number,
  elapsedNs: number,
): number {
  return arrivals.kind === 'unpaced'
    ? perSecond(completed, elapsedNs)
    : perSecond(requests, arrivals.durationNs);
}

export function perSecond(count: number, durationNs: number): number {
  if (durationNs <= 0) return 0;
  const rate = (count / durationNs) * 1e9;
  // Below a thousand a second, decimals are part of what was asked for.
  return rate < 1000 ? Math.round(rate * 1000) / 1000 : Math.round(rate);
}

/** When the last event sold out, or null if one never did. */
function sellOutNs({ sales, groups, scenario }: Progression): number | null {
  let lastNs = 0;
  for (const grants of groups) {
    const fullNs = fullAtNs(sales, grants, scenario.ticketsPerEvent);
    if (fullNs === null) return null;
    lastNs = Math.max(lastNs, fullNs);
  }
  return lastNs;
}

/** When clients first held all tickets of one event. */
function fullAtNs(sales: Sales, grants: Uint32Array, capacity: number): number | null {
  let all = 0;
  for (const grant of grants) all += sales.quantity[grant] as number;
  if (all < capacity) return null;
  const granted = changesAt(sales, grants, sales.endNs);
  const returned = returnsOf(sales, grants);
  let held = 0;
  let next = 0;
  for (let i = 0; i < granted.timesNs.length; i++) {
    const nowNs = granted.timesNs[i] as number;
    while ((returned.timesNs[next] ?? Number.POSITIVE_INFINITY) <= nowNs) {
      held -= returned.amounts[next++] as number;
    }
    held += granted.amounts[i] as number;
    if (held >= capacity) return nowNs;
  }
  return null;
}

/**
 * Tickets granted until `untilNs`. Those beyond what an event had, or got back, do not count: selling
 * what does not exist is no achievement.
 */
function grantedBy({ sales, groups, scenario }: Progression, untilNs: number): number {
  let counted = 0;
  for (const grants of groups) {
    let granted = 0;
    let returned = 0;
    for (const grant of grants) {
      const quantity = sales.quantity[grant] as number;
      if ((sales.endNs[grant] as number) <= untilNs) granted += quantity;
      if ((sales.returnStartNs[grant] ?? Number.POSITIVE_INFINITY) <= untilNs) returned += quantity;
    }
    counted += Math.min(granted, scenario.ticketsPerEvent + returned);
  }
  return counted;
}

function returnsOf(sales: Sales, grants: Uint32Array): Changes {
  return sales.anyReturned ? changesAt(sales, grants, sales.returnStartNs) : NO_CHANGES;
}
