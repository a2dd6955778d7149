import { InputError } from '../base/errors.ts';
import { invariant } from '../base/invariant.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { type Comparison, type RunResult, SCHEMA_VERSION } from './result.ts';
import { type RunOptions, run } from './run.ts';

export interface CompareOptions extends Omit<RunOptions, 'strategy'> {
  readonly strategies: readonly string[];
}

/**
 * Sells the same stream with one strategy after another.
 *
 * Every strategy gets the very same requests; that their digests agree is checked. An abort ends the
 * strategy that is being run, and leaves out those that have not begun.
 * @throws InputError for an unknown strategy, or a stream whose length depends on the strategy
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { strategies, scenario, signal } = options;
  for (const strategy of strategies) await loadStrategy(strategy);
  if (scenario.deadlineNs !== null) {
    throw new InputError(
      '--duration without a --rate in requests per second makes a stream of another length for each strategy; give --requests',
    );
  }
  const results: RunResult[] = [];
  for (const strategy of strategies) {
    if (signal?.aborted) break;
    // Saved once: every strategy gets the same stream.
    const traceOut = results.length === 0 ? options.traceOut : undefined;
    results.push(await run({ ...options, strategy, traceOut }));
    requireSameStream(results);
  }
  return { schemaVersion: SCHEMA_VERSION, results };
}

function requireSameStream(results: readonly RunResult[]): void {
  const complete = results.filter(({ audit }) => audit.verdict !== 'incomplete');
  const digests = new Set(complete.map(({ stream }) => stream.digest));
  invariant(
    digests.size <= 1,
    `one scenario and seed gave different streams: ${[...digests].join(', ')}`,
  );
}
