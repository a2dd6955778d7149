import { invariant } from '../base/invariant.ts';
import type { RunResult } from './result.ts';

/**
 * Runs of one scenario and seed are compared only because they got the very same requests. Streams that end when their
 * time is over begin the same, and end where each strategy had come to: their digests differ.
 */
export function requireSameStream(results: readonly RunResult[]): void {
  const complete = results.filter(
    ({ audit, scenario }) => audit.verdict !== 'incomplete' && scenario.durationNs === undefined,
  );
  const digests = new Set(complete.map(({ stream }) => stream.digest));
  invariant(
    digests.size <= 1,
    `one scenario and seed gave different streams: ${[...digests].join(', ')}`,
  );
}
