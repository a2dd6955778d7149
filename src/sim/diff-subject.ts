// The results of all commands in one form: what each says of one strategy.
import type { Verdict } from '../audit/audit.ts';
import type { Spread } from '../stats/spread.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { BlockComparison, BlockMetrics, BlockRun } from './block-comparison.ts';
import type { Environment } from './environment.ts';
import type { Comparison, RunResult, ScenarioSummary, StoreUse } from './result.ts';
import type { Sweep, SweepPoint } from './sweep-result.ts';

/** The figures of a subject, by how often they were measured. */
export type Sample =
  | { readonly kind: 'run'; readonly metrics: BlockMetrics<number | null> }
  | { readonly kind: 'blocks'; readonly runs: readonly BlockRun[] }
  | {
      readonly kind: 'repeats';
      readonly runs: number;
      readonly spreads: BlockMetrics<Spread | null>;
    };

/** What an audit found, over as many runs as there were. */
export interface Audited {
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  readonly brokenPromises: readonly StrategyPromise[];
  readonly oversold: number;
  /** What else a single run counted. */
  readonly counts: Readonly<Record<string, number>>;
  /** Whether each threshold held, by its text. */
  readonly thresholds: ReadonlyMap<string, boolean>;
}

/** One strategy in one result, at one value if that is a sweep. */
export interface Subject {
  readonly strategy: string;
  readonly value: string | null;
  readonly scenario: ScenarioSummary;
  /** The flag whose value is in `value`, not in `scenario`. */
  readonly over: string | null;
  /** The command line that sells the same again. */
  readonly command: string;
  readonly environment: Environment;
  /** What was sold from, where that was no memory; of a sweep it is not known. */
  readonly store?: Pick<StoreUse, 'connections' | 'servers'> | undefined;
  /** What was sold, where it was one stream. */
  readonly digest: string | null;
  /** Why the figures do not count; empty if they do. */
  readonly faults: readonly string[];
  readonly audited: Audited;
  readonly sample: Sample;
}

/** All strategies of a result that is no sweep; of one with blocks, as the blocks tell of them. */
export function subjectsOf(result: RunResult | Comparison): Subject[] {
  if (!('results' in result)) return [subjectOfRun(result)];
  const { results, blocks } = result;
  return blocks ? subjectsOfBlocks(results, blocks) : results.map(subjectOfRun);
}

/** All points of a sweep. */
export function subjectsOfSweep({ curves, over, scenario, environment }: Sweep): Subject[] {
  return curves.flatMap(({ strategy, points }) => {
    const common = { strategy, over, scenario, environment };
    return points.map((point) => ({ ...common, ...subjectOfPoint(point) }));
  });
}

function subjectOfRun(result: RunResult): Subject {
  const { strategy, scenario, command, environment, stream, audit, health, store } = result;
  const { verdict, oversold, duplicateTickets, lostReceipts, falseSoldOut, unsold } = audit;
  const state = verdict === 'incomplete' ? 'was cut short' : 'is void';
  return {
    strategy,
    value: null,
    scenario,
    over: null,
    command,
    environment,
    store,
    digest: stream.digest,
    faults: health.valid ? [] : [`${state}: ${health.reasons.join('; ')}`],
    audited: {
      verdicts: { [verdict]: 1 },
      brokenPromises: audit.brokenPromises,
      oversold,
      counts: { duplicateTickets, lostReceipts, falseSoldOut, unsold },
      thresholds: new Map(result.thresholds?.map(({ threshold, ok }) => [threshold, ok])),
    },
    sample: { kind: 'run', metrics: metricsOf(result) },
  };
}

/** Null where nothing was timed: there is no figure then. */
function metricsOf({ throughput, responseTimeNs: times }: RunResult): BlockMetrics<number | null> {
  const { completedPerSecond, grantedPerSecond } = throughput;
  const timed = times.count > 0;
  return {
    completedPerSecond,
    grantedPerSecond,
    responseP50Ns: timed ? times.p50 : null,
    responseP99Ns: timed ? times.p99 : null,
  };
}

/** The A/A control is left out: it is the baseline once more. */
function subjectsOfBlocks(results: readonly RunResult[], { runs }: BlockComparison): Subject[] {
  return results.map((result) => {
    const own = runs.filter(({ strategy, control }) => strategy === result.strategy && !control);
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const { verdict } of own) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    return {
      ...subjectOfRun(result),
      digest: null,
      // Which blocks count is decided block by block.
      faults: [],
      audited: {
        verdicts,
        brokenPromises: [...new Set(own.flatMap(({ brokenPromises }) => brokenPromises))],
        oversold: own.reduce((total, { oversold }) => total + oversold, 0),
        counts: {},
        thresholds: keptByAll(own),
      },
      sample: { kind: 'blocks', runs: own.filter(({ counted }) => counted) },
    };
  });
}

/** Whether each threshold held in every run that was held to it. */
function keptByAll(runs: readonly BlockRun[]): ReadonlyMap<string, boolean> {
  const kept = new Map<string, boolean>();
  for (const { threshold, ok } of runs.flatMap(({ thresholds = [] }) => thresholds)) {
    kept.set(threshold, ok && (kept.get(threshold) ?? true));
  }
  return kept;
}

function subjectOfPoint(
  point: SweepPoint,
): Omit<Subject, 'strategy' | 'over' | 'scenario' | 'environment'> {
  const { value, command, runs, voidRuns, reasons, verdicts, brokenPromises, oversold } = point;
  const { completedPerSecond, grantedPerSecond, responseP50Ns, responseP99Ns } = point;
  const valid = runs - voidRuns;
  return {
    value,
    command,
    digest: null,
    faults: valid > 0 ? [] : [`has no valid run: ${reasons.join('; ')}`],
    audited: { verdicts, brokenPromises, oversold, counts: {}, thresholds: new Map() },
    sample: {
      kind: 'repeats',
      runs: valid,
      spreads: { completedPerSecond, grantedPerSecond, responseP50Ns, responseP99Ns },
    },
  };
}
