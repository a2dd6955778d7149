import { verdictOn } from '../audit/audit.ts';
import { estimateProbability } from '../stats/interval.ts';
import { PROMISES, type StrategyPromise } from '../store/strategy.ts';
import type { RoundCounts } from './audit-rounds.ts';
import { commandLine } from './command-line.ts';
import { describeEnvironment } from './environment.ts';
import type { FirstFault, Magnification, RoundFindings, SizeFindings } from './magnification.ts';
import { SCHEMA_VERSION } from './result.ts';

/** All that was seen, and of what. */
export interface Seen {
  readonly strategy: string;
  /** What was asked for; its strategy as it was called: by its name, or the path of its module. */
  readonly asked: Pick<
    Magnification,
    'strategy' | 'threads' | 'rounds' | 'cancels' | 'workInsideNs' | 'seed'
  > & { readonly sizes: readonly number[] };
  /** What was seen, by the number of tickets. */
  readonly counts: ReadonlyMap<number, RoundCounts>;
  readonly broken: ReadonlySet<StrategyPromise>;
  readonly firstFault: FirstFault | null;
  /** Why it did not come to its end; empty if it did. */
  readonly reasons: readonly string[];
  readonly elapsedMs: number;
}

/** Puts together what the microscope shows. */
export function assembleMagnification(seen: Seen): Magnification {
  const { strategy, asked, counts, broken, firstFault, reasons, elapsedMs } = seen;
  const { threads, rounds, cancels, workInsideNs, seed } = asked;
  const total = findingsOf([...counts.values()].reduce(addCounts, NOTHING_SEEN));
  return {
    schemaVersion: SCHEMA_VERSION,
    strategy,
    command: commandOf(asked),
    threads,
    rounds,
    cancels,
    workInsideNs,
    seed,
    sizes: Array.from(counts, ([tickets, each]): SizeFindings => {
      return { tickets, ...findingsOf(each) };
    }),
    total,
    verdict: reasons.length > 0 ? 'incomplete' : verdictOf(total),
    brokenPromises: (Object.keys(PROMISES) as StrategyPromise[]).filter((each) => broken.has(each)),
    firstFault,
    elapsedMs,
    health: { valid: reasons.length === 0, reasons },
    environment: describeEnvironment(),
  };
}

const NOTHING_SEEN: RoundCounts = {
  rounds: 0,
  contested: 0,
  oversold: 0,
  duplicated: 0,
  dishonoured: 0,
  falselyRefused: 0,
  worstSurplus: 0,
};

/** What was seen in these rounds and in those. */
export function addCounts(these: RoundCounts, those: RoundCounts): RoundCounts {
  return {
    rounds: these.rounds + those.rounds,
    contested: these.contested + those.contested,
    oversold: these.oversold + those.oversold,
    duplicated: these.duplicated + those.duplicated,
    dishonoured: these.dishonoured + those.dishonoured,
    falselyRefused: these.falselyRefused + those.falselyRefused,
    worstSurplus: Math.max(these.worstSurplus, those.worstSurplus),
  };
}

function findingsOf({ worstSurplus, ...counts }: RoundCounts): RoundFindings {
  const probability = estimateProbability(counts.oversold, counts.rounds);
  return { ...counts, probability, worstSurplus };
}

/** By the words of the audit: what is worst in any round. */
function verdictOf(total: RoundFindings): Magnification['verdict'] {
  return verdictOn({
    oversold: total.oversold,
    duplicateTickets: total.duplicated,
    lostReceipts: total.dishonoured,
    falseSoldOut: total.falselyRefused,
  });
}

function commandOf(asked: Seen['asked']): string {
  const { strategy, threads, sizes, rounds, cancels, workInsideNs, seed } = asked;
  return commandLine('sim microscope', {
    strategy,
    threads: `${threads}`,
    tickets: sizes.join(','),
    rounds: `${rounds}`,
    ...(cancels ? { cancels: undefined } : {}),
    'work-inside': textOfTime(workInsideNs),
    seed,
  });
}

/** As the command line takes it. */
function textOfTime(timeNs: number): string {
  if (timeNs === 0) return '0';
  return timeNs % 1000 === 0 ? `${timeNs / 1000}us` : `${timeNs}ns`;
}
