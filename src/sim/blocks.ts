import { InputError, shown } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { randomStream, shuffled } from '../base/random.ts';
import type { StrategyFacts } from '../store/strategy.ts';
import type { BlockRun } from './block-comparison.ts';
import { MAX_SEED_LENGTH } from './fields.ts';
import type { Comparison, RunResult } from './result.ts';
import { type RunOptions, run } from './run.ts';
import { requireSameStream } from './same-stream.ts';
import { reseeded } from './scenario.ts';
import { metricsOf, summarizeBlocks } from './summarize-blocks.ts';

/** The most blocks that count, and the most that are discarded. */
export const BLOCK_LIMITS = { count: 1000, discard: 100 } as const;

/** Blocks that are discarded where nothing is said. */
const DISCARDED = 1;

/** How a comparison is repeated. */
export interface BlockOptions {
  /** Blocks that count, from 2 to 1000. */
  readonly count: number;
  /** Blocks run before those, and discarded as warm-up: 0 to 100 [1]. */
  readonly discard?: number | undefined;
  /** What the others are compared with [the first that promises not to oversell]. */
  readonly baseline?: string | undefined;
}

/** One run of a block: who sells. */
interface Turn {
  /** What the strategy is loaded by. */
  readonly reference: string;
  readonly name: string;
  readonly control: boolean;
}

/** How many runs it takes: of each strategy, and of the A/A control, in every block. */
export function runsOf({ count, discard = DISCARDED }: BlockOptions, strategies: number): number {
  return (discard + count) * (strategies + 1);
}

/** Blocks that were checked, and can be sold. */
export interface BlockPlan {
  readonly count: number;
  readonly discard: number;
  /** The strategies in the order given, and the A/A control. */
  readonly turns: readonly Turn[];
  readonly baseline: string;
}

type SaleOptions = Omit<RunOptions, 'strategy'>;
type SoldTurn = readonly [turn: Turn, result: RunResult];

/**
 * @param references what the strategies are called by
 * @throws InputError when the blocks cannot be, or the baseline is none of the strategies
 */
export function planBlocks(
  { count, discard = DISCARDED, baseline }: BlockOptions,
  references: readonly string[],
  strategies: readonly StrategyFacts[],
  options: SaleOptions,
): BlockPlan {
  requireWithin('count', count, 2);
  requireWithin('discard', discard, 0);
  requireSeedable(options, count + discard);
  const turns = strategies.map(({ name }, index): Turn => {
    return { reference: references[index] as string, name, control: false };
  });
  const base = baselineOf(turns, strategies, baseline);
  const control: Turn = { ...base, control: true };
  return { count, discard, turns: [...turns, control], baseline: base.name };
}

function requireWithin(which: keyof typeof BLOCK_LIMITS, value: number, min: number): void {
  const max = BLOCK_LIMITS[which];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InputError(
    `blocks.${which} must be a whole number from ${min} to ${max}; got ${shown(value)}`,
  );
}

/** Each block needs a stream of its own. */
function requireSeedable({ scenario, traceOut }: SaleOptions, blocks: number): void {
  if (scenario.stream.tracePath !== undefined) {
    throw new InputError(
      '--trace replays one stream, and --blocks needs another for each block; give one of them',
    );
  }
  if (traceOut !== undefined) {
    throw new InputError(
      '--trace-out saves one stream, and --blocks makes another for each block; give one of them',
    );
  }
  const longest = blockSeed(scenario.seed, blocks).length;
  if (longest <= MAX_SEED_LENGTH) return;
  const most = MAX_SEED_LENGTH - (longest - scenario.seed.length);
  throw new InputError(
    `--seed must be a text of 1 to ${most} characters with that many --blocks; got ${scenario.seed.length}`,
  );
}

function baselineOf(
  turns: readonly Turn[],
  strategies: readonly StrategyFacts[],
  asked: string | undefined,
): Turn {
  const names = turns.map(({ name }) => name);
  if (asked !== undefined) {
    const turn = turns.find(({ name, reference }) => asked === name || asked === reference);
    if (turn) return turn;
    throw new InputError(
      `--baseline must be one of the strategies compared: ${names.join(', ')}; got "${asked}"${nearest(asked, names)}`,
    );
  }
  const first = strategies.findIndex(
    ({ promises, breaks = [] }) => promises.includes('noOversell') && breaks.length === 0,
  );
  if (first >= 0) return turns[first] as Turn;
  throw new InputError(
    `none of ${names.join(', ')} keeps from overselling, to compare the others with; name one by --baseline`,
  );
}

/** The seed of one block's stream: `sim run --seed` with it sells the same again. */
function blockSeed(seed: string, block: number): string {
  return `${seed}.${block}`;
}

/**
 * Sells block after block, each on a stream of its own, all strategies in random order. Of all that
 * the runs tell only the figures that are compared are kept, so that a thousand blocks fit in memory.
 */
export async function sellBlocks(
  { count, discard, turns, baseline }: BlockPlan,
  options: SaleOptions,
): Promise<Omit<Comparison, 'schemaVersion'>> {
  const { seed, model } = options.scenario;
  const random = randomStream(seed, 'blocks/order');
  const runs: BlockRun[] = [];
  let results: RunResult[] = [];
  const of = discard + count;
  for (let number = 1; number <= of; number++) {
    const sold = await sellBlock(shuffled(turns, random), { number, of }, options);
    if (!sold) break;
    const counted = number > discard;
    runs.push(...sold.map((each, index) => blockRunOf(each, number, counted, index + 1)));
    if (number === discard + 1) results = resultsIn(turns, sold);
  }
  const strategies = turns.filter(({ control }) => !control).map(({ name }) => name);
  return { results, blocks: summarizeBlocks({ strategies, baseline, seed, model, runs }) };
}

/** All turns of one block; undefined if it was cut short. */
async function sellBlock(
  turns: readonly Turn[],
  block: { readonly number: number; readonly of: number },
  options: SaleOptions,
): Promise<SoldTurn[] | undefined> {
  const { signal, onProgress } = options;
  const scenario = reseeded(options.scenario, blockSeed(options.scenario.seed, block.number));
  const part = `block ${block.number} of ${block.of}`;
  const sold: SoldTurn[] = [];
  for (const turn of turns) {
    if (signal?.aborted) return undefined;
    const result = await run({
      ...options,
      scenario,
      strategy: turn.reference,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, part })),
    });
    sold.push([turn, result]);
  }
  if (signal?.aborted) return undefined;
  requireSameStream(sold.map(([, result]) => result));
  return sold;
}

function blockRunOf(
  [turn, result]: SoldTurn,
  block: number,
  counted: boolean,
  place: number,
): BlockRun {
  const { audit, health, scenario, stream, thresholds, throughput } = result;
  return {
    block,
    counted,
    place,
    strategy: turn.name,
    control: turn.control,
    seed: scenario.seed,
    digest: stream.digest,
    verdict: audit.verdict,
    brokenPromises: audit.brokenPromises,
    oversold: audit.oversold,
    valid: health.valid,
    reasons: health.reasons,
    metrics: metricsOf(result),
    timeToSellOutMs: throughput.timeToSellOutMs,
    ...(counted && thresholds ? { thresholds } : {}),
  };
}

/** The results of a block in the order given, without the A/A control. */
function resultsIn(turns: readonly Turn[], sold: readonly SoldTurn[]): RunResult[] {
  const inOrder = sold.toSorted(([a], [b]) => turns.indexOf(a) - turns.indexOf(b));
  return inOrder.filter(([turn]) => !turn.control).map(([, result]) => result);
}
