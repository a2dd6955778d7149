import { invariant } from '../base/invariant.ts';
import type { RunResult } from './result.ts';

/** Runs of one scenario and seed are compared only because they got the very same requests. */
export function requireSameStream(results: readonly RunResult[]): void {
  const complete = results.filter(({ audit }) => audit.verdict !== 'incomplete');
  const digests = new Set(complete.map(({ stream }) => stream.digest));
  invariant(
    digests.size <= 1,
    `one scenario and seed gave different streams: ${[...digests].join(', ')}`,
  );
}
