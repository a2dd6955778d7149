import type { RunResult } from '../sim/result.ts';
import { counted, formatCount, formatNs } from './format.ts';

/** The scenario of a run in one line. */
export function describeScenario({ scenario, stream }: RunResult): string {
  const { ratePerSecond, workInsideNs, workOutsideNs } = scenario;
  const parts = [
    `${counted(stream.requests, 'request')} ${describeRate(ratePerSecond)}`,
    counted(scenario.clients, 'client'),
    `${counted(scenario.events, 'event')} of ${counted(scenario.ticketsPerEvent, 'ticket')}`,
    counted(scenario.threads, 'thread'),
    `seed ${scenario.seed}`,
  ];
  if (workInsideNs > 0) parts.push(`${formatNs(workInsideNs)} of work inside`);
  if (workOutsideNs > 0) parts.push(`${formatNs(workOutsideNs)} of work outside`);
  return parts.join(', ');
}

/** The machine and versions of a run in one line. */
export function describeMachine({ environment }: Pick<RunResult, 'environment'>): string {
  const { cpu, cores, node, commit } = environment;
  return `${cpu}, ${counted(cores, 'core')}, Node ${node}, onsale ${commit}`;
}

/** The beginning of the stream's digest: enough to tell streams apart by eye. */
export function shortDigest({ stream }: RunResult): string {
  return stream.digest.slice(0, 12) || 'unknown';
}

function describeRate(ratePerSecond: RunResult['scenario']['ratePerSecond']): string {
  if (ratePerSecond === 'max') return 'as fast as possible';
  if (ratePerSecond === null) return 'in a closed loop';
  return `at ${formatCount(ratePerSecond)}/s`;
}
