import { InputError } from '../base/errors.ts';
import type { Strategy } from '../store/strategy.ts';
import { explainTrace } from './explain.ts';
import type {
  Coverage,
  ExplainedSchedule,
  Exploration,
  ExplorationVerdict,
  FailureReport,
  RaceReport,
  SearchReport,
} from './exploration.ts';
import { type LockKind, type LockTerms, lockProgram } from './lock-program.ts';
import { Machine } from './machine.ts';
import type { Faults } from './moves.ts';
import { type Program, VIOLATIONS, type Violation } from './program.ts';
import type { Race } from './races.ts';
import { type ClockUse, saleProgram } from './sale-program.ts';
import { formatSchedule, parseSchedule } from './schedule.ts';
import { UnexplorableError } from './script.ts';
import { collectRaces, type FoundRace } from './search.ts';
import { type SearchOptions, searchSchedules, type TimedSearch } from './search-schedules.ts';
import { shorten } from './shorten.ts';
import type { SmallSale } from './small-sale.ts';
import { traceSchedule } from './trace.ts';

const NO_FAULTS: Faults = { crashes: 0, spurious: 0, timeOuts: 0 };

/** What to explore. */
export type Subject =
  | { readonly kind: 'strategy'; readonly strategy: Strategy; readonly sale: SmallSale }
  | { readonly kind: 'lock'; readonly lock: LockKind; readonly terms: LockTerms };

export interface ExploreOptions extends SearchOptions {
  /** Runs this one schedule instead of searching. */
  readonly schedule?: string | undefined;
}

/**
 * Runs a strategy, or a lock alone, through the interleavings of a few clients' steps.
 * @throws InputError when the subject's code cannot be explored, or the schedule cannot be followed
 */
export async function explore(subject: Subject, options: ExploreOptions): Promise<Exploration> {
  try {
    return await exploreSubject(subject, options);
  } catch (error) {
    if (!(error instanceof UnexplorableError)) throw error;
    throw new InputError(`${nameOf(subject)} ${error.message}`);
  }
}

async function exploreSubject(subject: Subject, options: ExploreOptions): Promise<Exploration> {
  const program = programOf(subject, looksAtTheClock(subject));
  if (options.schedule !== undefined) return replay(subject, program, options, options.schedule);
  return report(subject, program, options, await searchSchedules(program, options));
}

function programOf(subject: Subject, clock: ClockUse): Program {
  if (subject.kind === 'lock') return lockProgram(subject.lock, subject.terms);
  return saleProgram(subject.strategy, subject.sale, clock);
}

/** Runs one schedule to see whether anybody asks what time it is: then time has to pass, too. */
function looksAtTheClock(subject: Subject): ClockUse {
  const clock: ClockUse = { used: false };
  const machine = new Machine(programOf(subject, clock), NO_FAULTS);
  const moves: number[] = [];
  while (machine.moves(moves)) machine.move(moves[0] as number);
  return clock;
}

function report(
  subject: Subject,
  program: Program,
  options: ExploreOptions,
  searches: readonly TimedSearch[],
): Exploration {
  const last = searches.at(-1) as TimedSearch;
  const found = failureOf(program, options, last);
  const races = racesOf(searches);
  return {
    ...headOf(subject, program, options),
    verdict: verdictOf(last, found !== undefined, races.length > 0),
    interrupted: options.signal?.aborted ?? false,
    searches: searches.map(reportSearch),
    races: races.map((race) => reportRace(program, race)),
    failure: found ? failureReport(program, options, found) : null,
    replay: null,
  };
}

function replay(
  subject: Subject,
  program: Program,
  options: ExploreOptions,
  text: string,
): Exploration {
  const moves = parseSchedule(text, program.clients.length);
  const trace = traceSchedule(program, options.faults, moves);
  const steps = explainTrace(program, trace);
  const taken = moves.slice(0, steps.length);
  const { violation } = trace;
  const race = trace.races[0];
  const broken =
    violation ?? (race && program.racesAreViolations ? insideTogether(program, race) : undefined);
  return {
    ...headOf(subject, program, options),
    chosen: 'schedule',
    verdict: broken ? 'violated' : 'unproved',
    interrupted: false,
    searches: [],
    races: trace.races.map((each) => reportRace(program, { race: each, moves: taken })),
    failure: broken ? { ...explained(taken, steps), ...describeViolation(broken) } : null,
    replay: broken ? null : explained(taken, steps),
  };
}

function headOf(subject: Subject, program: Program, options: ExploreOptions) {
  const sale = subject.kind === 'strategy' ? subject.sale : { events: 0, tickets: 0 };
  const { crashes, spurious, timeOuts } = options.faults;
  return {
    schemaVersion: 1 as const,
    subject: nameOf(subject),
    kind: subject.kind,
    clients: program.clients.map(({ name, operations }) => ({ name, operations })),
    events: sale.events,
    tickets: sale.tickets,
    faults: { crashes, spurious, timeOuts },
    chosen: options.search,
  };
}

function nameOf(subject: Subject): string {
  return subject.kind === 'strategy' ? subject.strategy.name : subject.lock.name;
}

interface Found {
  readonly violation: Violation;
  readonly moves: readonly number[];
}

/** What the search found, in the words of the schedule itself: symmetry may have swapped names. */
function failureOf(
  program: Program,
  options: ExploreOptions,
  last: TimedSearch,
): Found | undefined {
  if (last.failure) {
    const { violation } = last.failure;
    const shortest = last.search === 'breadth-first';
    const moves = shortest
      ? last.failure.moves
      : shorten(program, options.faults, last.failure.moves);
    const trace = traceSchedule(program, options.faults, moves);
    return { moves, violation: trace.violation ?? violation };
  }
  const [race] = last.races;
  if (!race || !program.racesAreViolations) return undefined;
  return { moves: race.moves, violation: insideTogether(program, race.race) };
}

function insideTogether(program: Program, { word, clients }: Race): Violation {
  const who = clients.map((client) => program.clients[client]?.name).join(' and ');
  const message = `${who} are inside at once: both are about to use ${program.describe(word).name}`;
  return { kind: 'broken lock', message };
}

function failureReport(program: Program, options: ExploreOptions, found: Found): FailureReport {
  const trace = traceSchedule(program, options.faults, found.moves);
  const steps = explainTrace(program, { ...trace, violation: found.violation });
  return { ...explained(found.moves, steps), ...describeViolation(found.violation) };
}

function explained(moves: readonly number[], steps: ExplainedSchedule['steps']): ExplainedSchedule {
  return { schedule: formatSchedule(moves), steps };
}

function describeViolation({ kind, message }: Violation) {
  return { kind, message, rule: VIOLATIONS[kind] };
}

function verdictOf(last: TimedSearch, failed: boolean, races: boolean): ExplorationVerdict {
  if (failed) return 'violated';
  if (coverageOf(last) !== 'complete') return 'unproved';
  return races ? 'racy' : 'proved';
}

function coverageOf({ search, stoppedBy, bound, failure }: TimedSearch): Coverage {
  if (search === 'pct') return 'sampled';
  return bound !== undefined || stoppedBy !== undefined || failure ? 'bounded' : 'complete';
}

function reportSearch(search: TimedSearch): SearchReport {
  const { states, schedules, steps, durationMs, symmetry } = search;
  return {
    search: search.search,
    coverage: coverageOf(search),
    stoppedBy: search.stoppedBy ?? null,
    states,
    schedules,
    steps,
    durationMs,
    symmetry,
    preemptions: search.bound ?? null,
    chances: search.chances ?? null,
  };
}

function racesOf(searches: readonly TimedSearch[]): FoundRace[] {
  const races = new Map<string, FoundRace>();
  for (const search of searches) {
    for (const found of search.races) collectRaces(races, [found.race], () => found.moves);
  }
  return [...races.values()];
}

function reportRace(program: Program, { race, moves }: FoundRace): RaceReport {
  return {
    word: program.describe(race.word).name,
    clients: race.clients.map((client) => program.clients[client]?.name ?? ''),
    accesses: race.kinds,
    schedule: formatSchedule(moves),
  };
}
