import type { Faults } from '../../src/explore/moves.ts';
import type { Program } from '../../src/explore/program.ts';
import type { Script } from '../../src/explore/script.ts';
import type { SharedWords } from '../../src/store/words.ts';

/** Every word that clients share, one small number of them that can die included. */
export type Memory = readonly number[];

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

/** Operations that have ended, as `client.operation=outcome`. */
export interface Ended {
  readonly client: number;
  readonly operation: number;
  readonly outcome: number;
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

interface Call {
  readonly name: string;
  readonly word: number;
  readonly value: number;
  readonly replacement: number;
  readonly timed: boolean;
}

/** What a client is about to do, found by running it from its beginning. */
interface Pending {
  readonly call: Call | undefined;
  readonly failed: boolean;
  /** Words as a busy loop saw them: one must have changed. */
  readonly guard: readonly (readonly [word: number, value: number])[];
  /** The operation that begins with the call, or -1. */
  readonly begins: number;
  readonly ended: readonly Ended[];
}

interface Client {
  readonly results: readonly number[];
  readonly pending: Pending;
  readonly status: 'runs' | 'sleeps' | 'dead';
  readonly begun: boolean;
}

interface Moment {
  readonly memory: Memory;
  readonly clients: readonly Client[];
  readonly sleepers: readonly number[];
  readonly before: readonly string[];
  readonly crashes: number;
  readonly spurious: number;
  readonly timedOut: readonly number[];
}

const HALT = Symbol('halt');
const WAIT_ENDS = ['ok', 'not-equal', 'timed-out'] as const;

/** Answers the calls of a client from a list, and stops it at the first call beyond. */
class Recorded {
  readonly patience = 1;
  readonly length: number;
  call: Call | undefined;
  guard: (readonly [number, number])[] = [];
  begins = -1;
  readonly ended: Ended[] = [];
  readonly #client: number;
  readonly #results: readonly number[];
  #at = 0;
  #operation = -1;
  #begunAt = 0;
  #seen: [number, number][] = [];
  #wrote = false;

  constructor(length: number, client: number, results: readonly number[]) {
    this.length = length;
    this.#client = client;
    this.#results = results;
  }

  begin(operation: number): void {
    this.#operation = operation;
    this.begins = operation;
    this.#begunAt = this.#at;
    this.#seen = [];
    this.#wrote = false;
  }

  end(outcome: number): void {
    if (this.#at === this.#begunAt) this.#do('nothing', -1);
    this.ended.push({ client: this.#client, operation: this.#operation, outcome });
  }

  rest(): void {}

  get = (word: number): number => this.#read('get', word);
  load = (word: number): number => this.#read('load', word);
  set = (word: number, value: number): void => void this.#write('set', word, value);
  store = (word: number, value: number): void => void this.#write('store', word, value);
  add = (word: number, value: number): number => this.#write('add', word, value);
  sub = (word: number, value: number): number => this.#write('add', word, -value);
  exchange = (word: number, value: number): number => this.#write('exchange', word, value);

  compareExchange(word: number, expected: number, replacement: number): number {
    const before = this.#do('compareExchange', word, expected, replacement);
    if (before === expected) this.#wrote = true;
    else this.#seen.push([word, before]);
    return before;
  }

  wait(word: number, expected: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out' {
    const end = this.#do('wait', word, expected, 0, timeoutMs !== undefined);
    this.#wrote = true;
    return WAIT_ENDS[end] as 'ok';
  }

  notify(word: number, count: number = Number.POSITIVE_INFINITY): number {
    return this.#do('notify', word, count);
  }

  spin(): void {
    if (this.call) throw HALT;
    if (!this.#wrote && this.#seen.length > 0) this.guard = [...new Map(this.#seen)];
    this.#seen = [];
    this.#wrote = false;
  }

  #read(name: string, word: number): number {
    const value = this.#do(name, word);
    this.#seen.push([word, value]);
    return value;
  }

  #write(name: string, word: number, value: number): number {
    const before = this.#do(name, word, value);
    this.#wrote = true;
    return before;
  }

  #do(name: string, word: number, value = 0, replacement = 0, timed = false): number {
    if (this.call) throw HALT;
    const result = this.#results[this.#at];
    if (result === undefined) {
      this.call = { name, word, value, replacement, timed };
      throw HALT;
    }
    this.#at++;
    this.begins = -1;
    this.guard = [];
    return result;
  }
}

/** Makes a client's code stop at the first thing it does beyond what is known. */
function follow(program: Program, client: number, results: readonly number[]): Pending {
  const words = new Recorded(program.initial.length, client, results);
  let failed = false;
  try {
    program.clients[client]?.code((words satisfies SharedWords) as unknown as Script);
  } catch (error) {
    failed = error !== HALT;
  }
  return {
    call: failed ? undefined : words.call,
    failed,
    guard: words.guard,
    begins: words.begins,
    ended: words.ended,
  };
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
    const goesOn = able.length > 0 || timeOuts(moment, able).length > 0;
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

/** Sleeps run out only where somebody died and nobody can go on, each once until memory changes. */
function timeOuts({ clients, crashes, timedOut }: Moment, able: readonly number[]): number[] {
  if (able.length > 0 || crashes === 0) return [];
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
  for (const client of timeOuts(moment, able)) {
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
