import type { SalePlan } from './protocol.ts';

/** Enough events to warm up with; more would only take memory. */
const EVENTS_MAX = 1024;

/** The private sale of `requests` requests that a seller warms up with: half of it until the stock is gone. */
export function rehearsalOf(plan: SalePlan, requests: number): SalePlan {
  const events = Math.min(plan.events, EVENTS_MAX);
  return {
    ...plan,
    events,
    clients: Math.min(plan.clients, requests),
    threads: 1,
    requests,
    ticketsPerEvent: Math.ceil(requests / events / 2),
    model: plan.model === 'open' ? 'saturating' : plan.model,
    workInsideNs: 0,
    workOutsideNs: 0,
    expectedNs: 0,
    warmsUp: true,
  };
}
