import { availableParallelism } from 'node:os';
import { checkContract } from '../audit/contract.ts';
import type { History } from '../audit/history.ts';
import { checkLinearizability } from '../audit/linearizability/linearizability.ts';
import { currentEpoch, systemClock } from '../base/clock.ts';
import type { Exploration } from '../explore/exploration.ts';
import { exploreStrategy } from '../explore/explore-strategy.ts';
import type { CheckerName } from '../store/mutants/mutant.ts';
import type { Strategy, StrategyPromise } from '../store/strategy.ts';
import { magnify } from './microscope.ts';
import type { RunResult } from './result.ts';
import { run } from './run.ts';
import { resolveScenario, type Scenario } from './scenario.ts';

/** What a checker came to. */
export interface Finding {
  readonly caught: boolean;
  /** What it saw, in words; null where nothing is wrong. */
  readonly finding: string | null;
  /** How much it looked at, until it caught it or in all. */
  readonly effort: number;
  readonly unit: 'rules' | 'steps' | 'requests' | 'rounds';
  /** How long that took where another checker had paid for it: both look at the same sales. */
  readonly sharedMs?: number;
}

/**
 * A mutant or a control has to be caught, and what is kept to be correct must not be; of a strategy of
 * somebody's own nothing is known.
 */
export type SuspectKind = 'mutant' | 'control' | 'correct' | 'own';

/** A strategy that is to be looked at. */
export interface Suspect {
  readonly strategy: Strategy;
  /** What it is loaded by, in any thread. */
  readonly reference: string;
  readonly kind: SuspectKind;
  readonly caughtBy: readonly CheckerName[];
  readonly smallSale: Readonly<Record<string, string>> | undefined;
  readonly scenario: Readonly<Record<string, string>>;
  readonly seed: string;
}

/** How each checker is asked. */
export const TRIALS: Readonly<
  Record<CheckerName, (suspect: Suspect, signal: AbortSignal | undefined) => Promise<Finding>>
> = {
  contract: tryContract,
  explorer: tryExplorer,
  audit: tryAudit,
  linearizability: tryLinearizability,
  microscope: tryMicroscope,
};

function tryContract({ strategy }: Suspect): Promise<Finding> {
  const { rules, breaches } = checkContract(strategy);
  const [first] = breaches;
  const finding = first ? `does not keep "${first.rule}": ${first.message}` : null;
  return Promise.resolve({ caught: first !== undefined, finding, effort: rules, unit: 'rules' });
}

/** Small sales that suit most: a group that does not fit, a last ticket, returns, and somebody who looks. */
const SMALL_SALES: readonly Readonly<Record<string, string>>[] = [
  { clients: '2', tickets: '4', quantity: '2,3' },
  { clients: '3', tickets: '1' },
  { clients: '2', tickets: '1', cancels: '1', operations: '2' },
  { clients: '2', tickets: '2', browses: '2', cancels: '1' },
];
/** How long a search may take for each of them. */
const SMALL_SALE_LIMIT_MS = 500;
/** And for the one in which a mutant is known to show. */
const KNOWN_SALE_LIMIT_MS = 20_000;
/** The flags of `sim explore` that are no numbers of the sale. */
const FAULT_FLAGS = new Set(['crashes', 'spurious', 'time-outs']);

async function tryExplorer(suspect: Suspect, signal: AbortSignal | undefined): Promise<Finding> {
  const { smallSale } = suspect;
  const timeLimitMs = smallSale ? KNOWN_SALE_LIMIT_MS : SMALL_SALE_LIMIT_MS;
  let steps = 0;
  for (const flags of smallSale ? [smallSale] : SMALL_SALES) {
    const exploration = await exploreFlags(suspect.strategy, flags, timeLimitMs, signal);
    steps += exploration.searches.reduce((sum, search) => sum + search.steps, 0);
    const { failure } = exploration;
    if (!failure) continue;
    return {
      caught: true,
      finding: `${failure.kind}: ${failure.message}`,
      effort: steps,
      unit: 'steps',
    };
  }
  return { caught: false, finding: null, effort: steps, unit: 'steps' };
}

function exploreFlags(
  strategy: Strategy,
  flags: Readonly<Record<string, string>>,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<Exploration> {
  const numbers = Object.entries(flags).filter(([flag]) => !FAULT_FLAGS.has(flag));
  const fault = (flag: string): number => Number(flags[flag] ?? 0);
  return exploreStrategy({
    strategy,
    fields: Object.fromEntries(numbers),
    faults: {
      crashes: fault('crashes'),
      spurious: fault('spurious'),
      timeOuts: fault('time-outs'),
    },
    timeLimitMs,
    signal,
  });
}

/** A sale on which threads meet at every ticket; a mutant may need another. */
const REAL_SALE: Readonly<Record<string, string>> = { requests: '20000', threads: '4' };
/** Threads meet by chance: what has to be caught gets so many sales to show itself. */
const SALES = 5;
/** A sale takes a second, or a few where the machine is busy; of one that takes longer nothing is said. */
const SALE_LIMIT_MS = 15_000;

interface SoldSale {
  readonly result: RunResult;
  /** Whether it was ended from outside. */
  readonly interrupted: boolean;
  readonly history: History;
  readonly durationMs: number;
}

/** The sales of each strategy: what one checker has seen sold, the other looks at, too. */
const SALES_OF: WeakMap<Suspect, Promise<SoldSale>[]> = new WeakMap();

async function trySales(
  suspect: Suspect,
  signal: AbortSignal | undefined,
  checker: CheckerName,
  fault: (sale: SoldSale) => string | null,
): Promise<Finding> {
  const wanted = suspect.caughtBy.includes(checker) ? SALES : 1;
  const sales = SALES_OF.get(suspect) ?? [];
  SALES_OF.set(suspect, sales);
  let requests = 0;
  let sharedMs = 0;
  let finding: string | null = null;
  for (let sale = 0; sale < wanted && finding === null; sale++) {
    if (signal?.aborted) break;
    const known = sales[sale];
    const selling = known ?? sell(suspect, sale, signal);
    sales[sale] = selling;
    const sold = await selling;
    if (known) sharedMs += sold.durationMs;
    requests += sold.result.stream.requests;
    finding = fault(sold);
  }
  return { caught: finding !== null, finding, effort: requests, unit: 'requests', sharedMs };
}

/** The scenario of one of the sales that a strategy is tried with. */
function saleOf({ scenario, seed }: Suspect, sale: number): Scenario {
  const fields = { ...REAL_SALE, ...scenario, seed: `${seed}.${sale}` };
  return resolveScenario({ scenario: 'last-ticket', fields });
}

async function sell(
  suspect: Suspect,
  sale: number,
  signal: AbortSignal | undefined,
): Promise<SoldSale> {
  const limit = AbortSignal.timeout(SALE_LIMIT_MS);
  const ends = signal ? AbortSignal.any([signal, limit]) : limit;
  const clock = systemClock(currentEpoch());
  let history: History | undefined;
  const result = await run({
    strategy: suspect.reference,
    scenario: saleOf(suspect, sale),
    // Verdicts are asked for, not times.
    warmsUp: false,
    signal: ends,
    onHistory(recorded) {
      history = recorded;
    },
  });
  const durationMs = clock.now() / 1e6;
  return { result, history: history as History, interrupted: ends.aborted, durationMs };
}

function tryAudit(suspect: Suspect, signal: AbortSignal | undefined): Promise<Finding> {
  return trySales(suspect, signal, 'audit', ({ result, interrupted }) => {
    const { audit, health } = result;
    if (audit.brokenPromises.length > 0) return `${audit.verdict}: ${broken(audit.brokenPromises)}`;
    // What was ended from outside may only have been slow.
    if (audit.verdict !== 'incomplete' || interrupted) return null;
    return `did not end well: ${health.reasons.join('; ')}`;
  });
}

function broken(promises: readonly StrategyPromise[]): string {
  return `broke ${promises.join(', ')}`;
}

function tryLinearizability(suspect: Suspect, signal: AbortSignal | undefined): Promise<Finding> {
  return trySales(suspect, signal, 'linearizability', ({ history }) => {
    const { verdict, violatedEvents, contradictions } = checkLinearizability(history);
    if (verdict !== 'violated') return null;
    const [first] = contradictions;
    const few = first ? `, the least of which is ${first.operations.length} operations` : '';
    return `${violatedEvents} events that no order explains${few}`;
  });
}

/** Of each size of sale; what races at the last tickets shows within a few. */
const MICROSCOPE_ROUNDS = 300;
/** They take a second; of what takes longer, what was seen until then is told. */
const MICROSCOPE_LIMIT_MS = { due: 10_000, free: 2000 } as const;

async function tryMicroscope(suspect: Suspect, signal: AbortSignal | undefined): Promise<Finding> {
  // The threads of a sale, and what they do inside, are what the real one has.
  const scenario = saleOf(suspect, 0);
  const limitMs = MICROSCOPE_LIMIT_MS[suspect.caughtBy.includes('microscope') ? 'due' : 'free'];
  const { total, firstFault, brokenPromises, verdict, health, elapsedMs } = await magnify({
    strategy: suspect.reference,
    threads: Math.max(2, availableParallelism()),
    rounds: MICROSCOPE_ROUNDS,
    cancels: scenario.stream.demand.mix.cancel > 0,
    workInsideNs: scenario.workInsideNs,
    seed: suspect.seed,
    timeLimitMs: limitMs,
    stopAtFirst: true,
    signal,
  });
  const failed = verdict === 'incomplete' && !signal?.aborted && elapsedMs < limitMs;
  const caught = brokenPromises.length > 0 || failed;
  const what = failed ? `did not end well: ${health.reasons.join('; ')}` : broken(brokenPromises);
  const finding = caught ? `${verdict}: ${what}` : null;
  return { caught, finding, effort: firstFault?.rounds ?? total.rounds, unit: 'rounds' };
}
