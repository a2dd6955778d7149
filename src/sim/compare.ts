import { InputError } from '../base/errors.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import type { AnyStrategy } from '../store/stored.ts';
import { type BlockOptions, planBlocks, sellBlocks } from './blocks.ts';
import { type Comparison, type RunResult, SCHEMA_VERSION } from './result.ts';
import { type RunOptions, run } from './run.ts';
import { requireSameStream } from './same-stream.ts';

export interface CompareOptions extends Omit<RunOptions, 'strategy'> {
  readonly strategies: readonly string[];
  /** Repeats everything in blocks; without it, each strategy is run once. */
  readonly blocks?: BlockOptions | undefined;
}

/**
 * Sells the same stream with one strategy after another.
 *
 * Every strategy gets the very same requests; that their digests agree is checked. Where a time and not their
 * number is given, each gets as many of them as it answers in that time. An abort ends the
 * strategy that is being run, and leaves out those that have not begun. With blocks, it leaves out the
 * block that is not complete.
 * @throws InputError for an unknown strategy, a stream to be saved whose length depends on the strategy, or
 * blocks that cannot be
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { strategies, scenario, blocks } = options;
  const loaded: AnyStrategy[] = [];
  for (const strategy of strategies) loaded.push(await loadAnyStrategy(strategy));
  if (scenario.deadlineNs !== null && options.traceOut !== undefined) {
    throw new InputError(
      '--trace-out saves one stream, and --duration without a --rate makes one of another length for each strategy; give --requests',
    );
  }
  const told = blocks
    ? await sellBlocks(planBlocks(blocks, strategies, loaded, options), options)
    : { results: await sellOnce(options) };
  return { schemaVersion: SCHEMA_VERSION, ...told };
}

async function sellOnce(options: CompareOptions): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const strategy of options.strategies) {
    if (options.signal?.aborted) break;
    // Saved once: every strategy gets the same stream.
    const traceOut = results.length === 0 ? options.traceOut : undefined;
    results.push(await run({ ...options, strategy, traceOut }));
    requireSameStream(results);
  }
  return results;
}
