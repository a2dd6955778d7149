import type { SalePlan } from '../workers/protocol.ts';
import type { Scenario } from './scenario.ts';

type Kept = Pick<SalePlan, 'records' | 'measures'>;

/** What the threads of a sale have to know of its scenario. */
export function planOf(scenario: Scenario, strategy: string, kept: Kept): SalePlan {
  const { events, ticketsPerEvent, clients, threads, model } = scenario;
  const { workInsideNs, workOutsideNs, kernel } = scenario;
  return {
    strategy,
    events,
    ticketsPerEvent,
    clients,
    threads,
    requests: scenario.stream.requests,
    model,
    cancels: scenario.stream.demand.mix.cancel > 0,
    workInsideNs,
    workOutsideNs,
    kernel,
    ...kept,
    expectedNs: expectedNsOf(scenario),
    warmsUp: false,
  };
}

/** How long requests will come, if that is known. */
function expectedNsOf({ stream }: Scenario): number {
  return stream.arrivals.kind === 'unpaced' ? 0 : stream.arrivals.durationNs;
}
