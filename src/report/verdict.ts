import type { Exploration, RaceReport, SearchReport } from '../explore/exploration.ts';
import { markedSteps, shownSteps, unfinished } from './cast.ts';
import { counted, formatNs } from './format.ts';

// What an exploration came to, in sentences that every format shares.

/** `A: reserve 2; B: reserve 3`. */
export function describeClients({ clients }: Exploration): string {
  const parts = clients.map(({ name, operations }) =>
    operations.length === 0 ? name : `${name}: ${operations.join(', ')}`,
  );
  return parts.join('; ');
}

/** `1 event of 4 tickets`; undefined for a lock. */
export function describeStock({ kind, events, tickets }: Exploration): string | undefined {
  if (kind === 'lock') return undefined;
  return `${counted(events, 'event')} of ${counted(tickets, 'ticket')}`;
}

/** `up to 1 death`; undefined where nothing goes wrong by itself. */
export function describeFaults({ faults }: Exploration): string | undefined {
  const parts = [
    ...(faults.crashes > 0 ? [counted(faults.crashes, 'death')] : []),
    ...(faults.timeOuts > 0 ? [counted(faults.timeOuts, 'time-out')] : []),
    ...(faults.spurious > 0 ? [`${counted(faults.spurious, 'wake-up')} for no reason`] : []),
  ];
  return parts.length === 0 ? undefined : `up to ${parts.join(' and up to ')}`;
}

/** One line for each search, by the name that --search knows. */
export function describeSearches(exploration: Exploration): string[] {
  const { searches, failure, interrupted } = exploration;
  return searches.map((search, index) => {
    const last = index === searches.length - 1;
    const { durationMs, stoppedBy, coverage } = search;
    const stop = stopped(stoppedBy, interrupted && last);
    const ending = failure && last ? 'until a rule was broken' : `${coverage}${stop}`;
    const alike = search.symmetry > 1 ? ` (${search.symmetry} clients are interchangeable)` : '';
    const time = formatNs(durationMs * 1e6);
    return `${search.search}: ${describeSeen(search, stop === '' && !(failure && last))} in ${time}, ${ending}${alike}`;
  });
}

const LIMIT_FLAGS = { states: '--max-states', memory: '--memory', time: '--time-limit' } as const;

function stopped(limit: SearchReport['stoppedBy'], interrupted: boolean): string {
  if (limit === null) return '';
  // An interruption is reported as time that is up.
  return limit === 'time' && interrupted ? ', interrupted' : `, stopped by ${LIMIT_FLAGS[limit]}`;
}

function describeSeen(
  { search, states, schedules, preemptions }: SearchReport,
  whole: boolean,
): string {
  const all = whole ? 'all ' : '';
  switch (search) {
    case 'breadth-first':
      return `${all}${counted(states, 'state')}`;
    case 'source-dpor':
      return `${counted(schedules, 'schedule')}${whole ? ', which stand for all,' : ''}`;
    case 'preemption-bound':
      return `${all}${counted(states, 'state')} with up to ${counted(preemptions ?? 0, 'preemption')}`;
    case 'pct':
      return counted(schedules, 'random schedule');
  }
}

/** Which rule is broken: what anything of its kind has to keep to. */
export function describeRule({ kind, failure }: Exploration): string | undefined {
  return failure ? `a ${kind} ${failure.rule}` : undefined;
}

/** What the marks in the table of steps say; undefined without marks. */
export function describeMarks(exploration: Exploration): string | undefined {
  const marked = markedSteps(shownSteps(exploration) ?? []);
  if (marked.length === 0) return undefined;
  const [one, other] = marked;
  return marked.length === 2
    ? `look at steps ${one} and ${other}, marked with !`
    : `look at the steps marked with !`;
}

/** `event 0 remaining: a plain write by A and a plain read by B have no order`. */
export function describeRace({ word, clients, accesses }: RaceReport): string {
  const [one, other] = clients;
  const [how, otherwise] = accesses;
  return `${word}: ${article(how)} by ${one} and ${article(otherwise)} by ${other}, in no fixed order`;
}

function article(access = ''): string {
  return `${/^[aeiou]/.test(access) ? 'an' : 'a'} ${access}`;
}

/** The verdict in a sentence: what holds, within which bounds, or why nothing can be said. */
export function conclude(exploration: Exploration): string {
  const { verdict, failure } = exploration;
  switch (verdict) {
    case 'violated':
      return `${failure?.kind}: ${failure?.message}${isShortest(exploration) ? '; no schedule with fewer steps breaks a rule' : ''}`;
    case 'proved':
      return `${describeExtent(exploration)} breaks a rule, and no plain accesses race; ${describeBeyond(exploration)}`;
    case 'racy':
      return `${describeExtent(exploration)} breaks a rule; but plain accesses race, and memory may then do what no order of steps shows, so nothing is proved`;
    case 'unproved':
      return exploration.chosen === 'schedule'
        ? concludeReplay(exploration)
        : concludeSearch(exploration);
  }
}

/** Only breadth-first search sees short schedules first; and a lock may have raced before it failed. */
function isShortest({ searches, kind, races }: Exploration): boolean {
  return searches.at(-1)?.shortest === true && (kind === 'strategy' || races.length === 0);
}

/** `no order of the steps of 2 clients (...)`: all of them were seen. */
function describeExtent(exploration: Exploration): string {
  return `no order of the steps of ${describeBounds(exploration)}`;
}

function describeBeyond({ kind }: Exploration): string {
  return kind === 'lock' ? 'more clients are not covered' : 'larger sales are not covered';
}

/** `2 clients (1 operation each, 1 event of 4 tickets, no deaths or time-outs)`. */
function describeBounds(exploration: Exploration): string {
  const { clients } = exploration;
  const callers = clients.filter(({ operations }) => operations.length > 0);
  const counts = callers.map(({ operations }) => operations.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const each =
    fewest === most ? `${counted(most, 'operation')} each` : `${fewest} to ${most} operations each`;
  const helpers = clients.filter(({ operations }) => operations.length === 0);
  const stock = describeStock(exploration);
  const who = [counted(callers.length, 'client'), ...helpers.map(({ name }) => `the ${name}`)];
  const parts = [
    each,
    ...(stock === undefined ? [] : [stock]),
    describeFaults(exploration) ?? 'no deaths or time-outs',
  ];
  return `${listed(who)} (${parts.join(', ')})`;
}

function concludeReplay(exploration: Exploration): string {
  const steps = shownSteps(exploration) ?? [];
  const left = unfinished(exploration, steps);
  const many = steps.length === 1 ? 'this 1 step breaks' : `these ${steps.length} steps break`;
  const verb = left.length === 1 ? 'has' : 'have';
  const rest = left.length === 0 ? '' : `, after which ${listed(left)} ${verb} more to do`;
  return `${many} no rule${rest}; other schedules may`;
}

function concludeSearch({ interrupted, searches, races }: Exploration): string {
  const chances = searches.at(-1)?.chances;
  const until = interrupted ? 'until the interruption, ' : '';
  const sentence = `${until}no broken rule was found, which proves nothing: there are schedules that were not seen`;
  const race = races.length > 0 ? '; plain accesses race' : '';
  return `${sentence}${chances ? `; ${describeChances(chances)}` : ''}${race}`;
}

/** How likely random schedules show a bug, by the number of steps that have to come in order. */
function describeChances(chances: readonly number[]): string {
  const parts = chances.map((chance, i) => `${formatChance(chance)} if it takes ${i + 1}`);
  return `a bug would have shown at random with a chance of at least ${listed(parts)} steps in a certain order`;
}

function formatChance(chance: number): string {
  if (chance > 0.999) return '99.9 %';
  if (chance > 0 && chance < 0.0001) return '0 %';
  return `${Number((chance * 100).toPrecision(3))} %`;
}

/** `A, B and C`. */
function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `C, D and E take no step`; undefined where everybody takes one. */
export function describeIdle(
  { clients }: Exploration,
  cast: readonly string[],
): string | undefined {
  const idle = clients.map(({ name }) => name).filter((name) => !cast.includes(name));
  if (idle.length === 0) return undefined;
  return `${listed(idle)} ${idle.length === 1 ? 'takes' : 'take'} no step in it`;
}
