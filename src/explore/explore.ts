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
import { MOVE, moveOf, NO_FAULTS } from './moves.ts';
import { type Program, VIOLATIONS, type Violation } from './program.ts';
import { UnexplorableError } from './progress.ts';
import { type Race, raceAt } from './races.ts';
import { CLOCK_NAME, type ClockUse, saleProgram } from './sale-program.ts';
import { formatSchedule, namesClock, parseSchedule } from './schedule.ts';
import { collectRaces, type FoundRace } from './search.ts';
import { type SearchOptions, searchSchedules, type TimedSearch } from './search-schedules.ts';
import { shorten } from './shorten.ts';
import type { SmallSale } from './small-sale.ts';
import { traceSchedule } from './trace.ts';

/** Longer than any schedule that ends. */
const LOOK_MOVES = 1000;

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
  const clock = looksAtTheClock(subject);
  let program = programOf(subject, clock);
  if (options.schedule !== undefined) {
    clock.used ||= namesClock(options.schedule);
    return replay(subject, programOf(subject, clock), options, options.schedule);
  }
  const timeless = !clock.used;
  let searches = await searchSchedules(program, options);
  if (timeless && clock.used && !searches.at(-1)?.failure) {
    // Somebody asks for the time only where others come between.
    program = programOf(subject, clock);
    searches = await searchSchedules(program, options);
  }
  return report(subject, program, options, searches);
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
  for (let move = 0; move < LOOK_MOVES && machine.moves(moves); move++) {
    machine.move(moves[0] as number);
  }
  return clock;
}

/** The clock's number among the clients, if there is one. */
function clockOf({ clients }: Program): number | undefined {
  const last = clients.length - 1;
  return clients[last]?.name === CLOCK_NAME ? last : undefined;
}

function report(
  subject: Subject,
  program: Program,
  options: ExploreOptions,
  searches: readonly TimedSearch[],
): Exploration {
  const last = searches.at(-1) as TimedSearch;
  const found = failureOf(program, options, searches);
  const races = racesOf(searches).map((race) => completed(program, options, race));
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
  const moves = parseSchedule(text, clockOf(program) ?? program.clients.length);
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
    failure: broken ? { ...explained(program, taken, steps), ...describeViolation(broken) } : null,
    replay: broken ? null : explained(program, taken, steps),
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
  searches: readonly TimedSearch[],
): Found | undefined {
  const last = searches.at(-1) as TimedSearch;
  if (last.failure) {
    const { violation } = last.failure;
    const moves = last.shortest
      ? last.failure.moves
      : shorten(program, options.faults, last.failure.moves);
    const trace = traceSchedule(program, options.faults, moves);
    return { moves, violation: trace.violation ?? violation };
  }
  const [race] = racesOf(searches);
  if (!race || !program.racesAreViolations) return undefined;
  const { moves, race: named } = completed(program, options, race);
  return { moves, violation: insideTogether(program, named) };
}

/**
 * A race with a schedule in which both its steps are taken, and with the names of that schedule: a search
 * of states ends before both, and symmetry may have swapped names.
 */
function completed(program: Program, { faults }: ExploreOptions, found: FoundRace): FoundRace {
  const { kinds } = found.race;
  const key = kinds.toSorted().join();
  const same = (race: Race): boolean => race.kinds.toSorted().join() === key;
  const known = traceSchedule(program, faults, found.moves).races.find(same);
  if (known) return { race: known, moves: found.moves };
  const machine = new Machine(program, faults);
  for (const move of found.moves) machine.move(move);
  const race = raceAt(machine);
  if (!race) return found;
  const [one, other] = race.clients;
  return { race, moves: [...found.moves, moveOf(MOVE.step, one), moveOf(MOVE.step, other)] };
}

function insideTogether(program: Program, { word, clients }: Race): Violation {
  const who = clients.map((client) => program.clients[client]?.name).join(' and ');
  const message = `${who} are inside at once: both are about to use ${program.describe(word).name}`;
  return { kind: 'broken lock', message };
}

function failureReport(program: Program, options: ExploreOptions, found: Found): FailureReport {
  const trace = traceSchedule(program, options.faults, found.moves);
  const steps = explainTrace(program, { ...trace, violation: found.violation });
  return { ...explained(program, found.moves, steps), ...describeViolation(found.violation) };
}

function explained(
  program: Program,
  moves: readonly number[],
  steps: ExplainedSchedule['steps'],
): ExplainedSchedule {
  return { schedule: formatSchedule(moves, clockOf(program)), steps };
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
  const { states, schedules, steps, durationMs, symmetry, shortest } = search;
  return {
    search: search.search,
    coverage: coverageOf(search),
    stoppedBy: search.stoppedBy ?? null,
    states,
    schedules,
    steps,
    durationMs,
    symmetry,
    shortest,
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
    schedule: formatSchedule(moves, clockOf(program)),
  };
}
