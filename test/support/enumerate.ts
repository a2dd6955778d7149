import type { Faults } from '../../src/explore/moves.ts';
import type { Program } from '../../src/explore/program.ts';
import { type Call, type Ended, follow, type Pending } from './recorded-words.ts';

/** What is true of every run of a program, found by trying all orders of all steps. */
export interface Enumeration {
  /** Complete runs; equal ends of different runs count each. */
  readonly schedules: number;
  /** Ends of runs in which everybody came to the end, as {@link endText} writes them. */
  readonly ends: ReadonlySet<string>;
  /** As {@link orderText} writes what was seen by the clients where nobody died. */
  readonly orders: ReadonlySet<string>;
  /** Whether somebody may have to wait for ever. */
  readonly stuck: boolean;
  /** Whether somebody may fail. */
  readonly fails: boolean;
  /** Whether two accesses to one word, one plain, one writing, may come next to each other. */
  readonly races: boolean;
  /** Moves of the shortest run to where `isWrong`, a failure or a wait for ever, first is the case. */
  readonly shortest: number;
}

function outcomesText(ended: readonly Ended[]): string {
  const outcomes = ended.map((each) => `${each.client}.${each.operation}=${each.outcome}`);
  return outcomes.toSorted().join(' ');
}

/** The end of a run in a line: outcomes, and memory. */
export function endText(ended: readonly Ended[], memory: Iterable<number>): string {
  return `${outcomesText(ended)} | ${[...memory].join()}`;
}

/** A run as clients see it: outcomes, and which operation ended before which began. */
export function orderText(ended: readonly Ended[], before: readonly string[]): string {
  return `${outcomesText(ended)} | ${before.toSorted().join(' ')}`;
}

interface Client {
  readonly results: readonly number[];
  readonly pending: Pending;
  readonly status: 'runs' | 'sleeps' | 'dead';
  readonly begun: boolean;
}

interface Moment {
  readonly memory: readonly number[];
  readonly clients: readonly Client[];
  readonly sleepers: readonly number[];
  readonly before: readonly string[];
  readonly crashes: number;
  readonly spurious: number;
  readonly timedOut: readonly number[];
}

function after({ name, value, replacement }: Call, before: number): number {
  if (name === 'set' || name === 'store' || name === 'exchange') return value | 0;
  if (name === 'add') return (before + value) | 0;
  if (name === 'compareExchange' && before === value) return replacement;
  return before;
}

const READS = ['get', 'load', 'wait'];
const PLAIN = ['get', 'set'];

function race(one: Call, other: Call): boolean {
  if (one.word < 0 || one.word !== other.word) return false;
  const names = [one.name, other.name];
  if (names.includes('notify')) return false;
  const plain = names.some((name) => PLAIN.includes(name));
  return plain && names.some((name) => !READS.includes(name));
}

/** So many runs are too many to try. */
export class TooManyError extends Error {}

/**
 * Runs a program in every possible order, one step of one client after the other, as naively as can be:
 * no state is ever recognized, and no order is left out. What the searches of `src/explore` find is
 * compared with it; it shares nothing with them but the clients' code.
 *
 * @param isWrong whether the operations that have ended break a rule
 * @throws TooManyError beyond `most` runs
 */
export function enumerate(
  program: Program,
  faults: Faults,
  most: number,
  isWrong: (ended: readonly Ended[]) => boolean = () => false,
): Enumeration {
  const ends = new Set<string>();
  const orders = new Set<string>();
  let [schedules, stuck, fails, races, shortest] = [0, false, false, false, Infinity];

  const visit = (moment: Moment, depth: number): void => {
    const able = moment.clients.flatMap((_, client) => (canStep(moment, client) ? [client] : []));
    const calls = able.map((client) => moment.clients[client]?.pending.call as Call);
    races ||= calls.some((one, i) => calls.slice(i + 1).some((other) => race(one, other)));
    const ended = moment.clients.flatMap(({ pending }) => pending.ended);
    const failed = moment.clients.some(({ pending }) => pending.failed);
    fails ||= failed;
    if (failed || isWrong(ended)) shortest = Math.min(shortest, depth);
    const next = nextMoments(program, faults, moment, able);
    const goesOn = able.length > 0 || timeOuts(moment).length > 0;
    if (!goesOn) {
      const all = moment.clients.every(
        ({ pending, status }) => status === 'dead' || pending.call === undefined,
      );
      stuck ||= !all;
      if (all) ends.add(endText(ended, moment.memory));
      if (all && moment.crashes === 0) orders.add(orderText(ended, moment.before));
      if (!all) shortest = Math.min(shortest, depth);
    }
    if (next.length === 0 && ++schedules > most) throw new TooManyError();
    for (const each of next) visit(each, depth + 1);
  };

  visit(firstMoment(program), 0);
  return { schedules, ends, orders, stuck, fails, races, shortest };
}

function firstMoment(program: Program): Moment {
  const clients = program.clients.map((_, client): Client => {
    return { results: [], pending: follow(program, client, []), status: 'runs', begun: false };
  });
  const nothing = { sleepers: [], before: [], crashes: 0, spurious: 0, timedOut: [] };
  return { memory: [...program.initial], clients, ...nothing };
}

function canStep({ memory, clients }: Moment, client: number): boolean {
  const { pending, status } = clients[client] as Client;
  if (status !== 'runs' || pending.call === undefined) return false;
  return pending.guard.length === 0 || pending.guard.some(([word, seen]) => memory[word] !== seen);
}

/** Sleeps run out only where somebody died, each once until memory changes. */
function timeOuts({ clients, crashes, timedOut }: Moment): number[] {
  if (crashes === 0) return [];
  return clients.flatMap(({ status, pending }, client) => {
    const may = status === 'sleeps' && pending.call?.timed && !timedOut.includes(client);
    return may ? [client] : [];
  });
}

function nextMoments(
  program: Program,
  faults: Faults,
  moment: Moment,
  able: readonly number[],
): Moment[] {
  const next = able.map((client) => step(program, moment, client));
  for (const [client, { status, pending }] of moment.clients.entries()) {
    if (status === 'dead' || pending.call === undefined) continue;
    const death = program.death(client);
    if (death && moment.crashes < faults.crashes) next.push(die(moment, client, death));
    if (status === 'sleeps' && moment.spurious < faults.spurious) {
      next.push({ ...wake(program, moment, client, 0), spurious: moment.spurious + 1 });
    }
  }
  for (const client of timeOuts(moment)) {
    const timedOut = [...moment.timedOut, client];
    next.push({ ...wake(program, moment, client, 2), timedOut });
  }
  return next;
}

function die(
  moment: Moment,
  client: number,
  { word, value }: { readonly word: number; readonly value: number },
): Moment {
  const clients = moment.clients.with(client, {
    ...(moment.clients[client] as Client),
    status: 'dead',
  });
  const sleepers = moment.sleepers.filter((each) => each !== client);
  return { ...written({ ...moment, clients, sleepers }, word, value), crashes: moment.crashes + 1 };
}

function written(moment: Moment, word: number, value: number): Moment {
  if (moment.memory[word] === value) return moment;
  return { ...moment, memory: moment.memory.with(word, value), timedOut: [] };
}

function wake(program: Program, moment: Moment, client: number, result: number): Moment {
  const sleepers = moment.sleepers.filter((each) => each !== client);
  return answer(program, { ...moment, sleepers }, client, result);
}

function answer(program: Program, moment: Moment, client: number, result: number): Moment {
  const results = [...(moment.clients[client] as Client).results, result];
  const pending = follow(program, client, results);
  const now: Client = { results, pending, status: 'runs', begun: false };
  return { ...moment, clients: moment.clients.with(client, now) };
}

function step(program: Program, from: Moment, client: number): Moment {
  let moment = from;
  const { pending, begun } = from.clients[client] as Client;
  const call = pending.call as Call;
  if (pending.begins >= 0 && !begun) {
    const done = from.clients.flatMap((each) => each.pending.ended);
    const before = done.map(
      (each) => `${each.client}.${each.operation}<${client}.${pending.begins}`,
    );
    moment = { ...moment, before: [...moment.before, ...before] };
  }
  const value = moment.memory[call.word] ?? 0;
  if (call.name === 'wait' && value === call.value) {
    const asleep: Client = {
      ...(moment.clients[client] as Client),
      status: 'sleeps',
      begun: true,
    };
    return {
      ...moment,
      clients: moment.clients.with(client, asleep),
      sleepers: [...moment.sleepers, client],
    };
  }
  if (call.name === 'wait') return answer(program, moment, client, 1);
  if (call.name === 'notify') {
    const asleep = moment.sleepers.filter(
      (each) => moment.clients[each]?.pending.call?.word === call.word,
    );
    const woken = asleep.slice(0, call.value);
    for (const each of woken) moment = wake(program, moment, each, 0);
    return answer(program, moment, client, woken.length);
  }
  if (call.word >= 0) moment = written(moment, call.word, after(call, value));
  return answer(program, moment, client, value);
}
