import type { RunResult } from '../sim/result.ts';
import { counted, formatCount, formatNs } from './format.ts';

/** The scenario of a run in one line. */
export function describeScenario({ scenario, stream }: RunResult): string {
  const { ratePerSecond, workInsideNs, workOutsideNs, kernel, durationNs } = scenario;
  // How many a time has room for is each strategy's own.
  const requests =
    durationNs === undefined
      ? counted(stream.requests, 'request')
      : `${formatNs(durationNs)} of requests`;
  const parts = [
    `${requests} ${describeRate(ratePerSecond)}`,
    counted(scenario.clients, 'client'),
    `${counted(scenario.events, 'event')} of ${counted(scenario.ticketsPerEvent, 'ticket')}`,
    counted(scenario.threads, 'thread'),
    `seed ${scenario.seed}`,
  ];
  if (workInsideNs > 0) parts.push(`${formatNs(workInsideNs)} of work inside`);
  if (workOutsideNs > 0) parts.push(`${formatNs(workOutsideNs)} of work outside`);
  if (kernel === 'wasm') parts.push('words reached by WebAssembly');
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

/** What was sold, and whether it was the same for all. */
export function describeStream(results: readonly RunResult[]): string {
  const complete = results.filter(({ stream }) => stream.digest !== '');
  const [first] = complete;
  if (!first) return 'stream cut short';
  return describeLengths(complete) ?? `stream ${shortDigest(first)}, the same for every strategy`;
}

/**
 * How many requests each had, where it had as many as it answered in a given time; undefined where all had the same.
 */
export function describeLengths(results: readonly RunResult[]): string | undefined {
  const [first] = results;
  const durationNs = first?.scenario.durationNs;
  if (durationNs === undefined || results.length < 2) return undefined;
  const lengths = results.map(({ stream }) => stream.requests);
  const [fewest, most] = [Math.min(...lengths), Math.max(...lengths)];
  return `one stream, of which each strategy got as much as it answered in ${formatNs(durationNs)}: from ${formatCount(fewest)} to ${formatCount(most)} requests`;
}

function describeRate(ratePerSecond: RunResult['scenario']['ratePerSecond']): string {
  if (ratePerSecond === 'max') return 'as fast as possible';
  if (ratePerSecond === null) return 'in a closed loop';
  return `at ${formatCount(ratePerSecond)}/s`;
}
