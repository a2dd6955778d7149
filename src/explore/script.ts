import { messageOf } from '../base/errors.ts';
import type { SharedWords } from '../store/words.ts';
import {
  type Guard,
  MemoryError,
  NONDETERMINISTIC,
  type Progress,
  REMEMBERS,
  requireSame,
  UnexplorableError,
} from './progress.ts';
import { STEP, type Step, type StepKind, sameStep, WAIT_RESULTS } from './step.ts';

/** Thrown through a client to suspend it. Not an Error: nobody looks at its stack. */
const SUSPENDED: object = Object.freeze({});

/** A busy loop that goes on for so many turns with nothing changed goes on for ever. */
const ENDLESS_TURNS = 1000;

/** A client that goes on this often after it was suspended loops for ever around a catch. */
const MAX_CALLS_WHILE_SUSPENDED = 1000;

/** One client's way through its code, told by the results of its steps. */
export type ClientCode = (script: Script) => void;

/**
 * Words for one pass of one client: they answer its first steps with results that are known already,
 * and suspend it at the first step whose result is not. The client can then be continued by another
 * pass from its beginning, with one result more.
 *
 * Source: Koppel, Kuper and Might's "thermometer continuations" (ICFP 2018), for shared memory.
 */
export class Script implements SharedWords {
  readonly length: number;
  /** Busy loops that end in sleep are not taken: a turn only repeats the first look. */
  readonly patience = 1;
  /** What words hold that nobody changes any more, while a busy loop is tried out. */
  #still: ReadonlyMap<number, number> | undefined;
  #turns = 0;
  readonly #path: readonly Progress[];
  readonly #results: readonly number[];
  readonly #checkedFrom: number;
  #done = 0;
  #calls = 0;
  #next: Step | undefined;
  #guard: Guard | undefined;
  // What the turn of a busy loop has read; undefined once it wrote something.
  #read: Map<number, number> | undefined = new Map();
  #operation = -1;
  #stepsBefore = 0;
  #begins = false;
  #ended: number | undefined;
  /** The operations that have ended, and how. */
  readonly #past: string[] = [];
  #rested = false;

  /**
   * @param path what the client has come to so far, step by step
   * @param results what each of the steps gave
   * @param checkedFrom from this step on the client has to come to all that `path` says, not only to
   * its steps
   */
  constructor(
    length: number,
    path: readonly Progress[],
    results: readonly number[],
    checkedFrom: number = Number.POSITIVE_INFINITY,
  ) {
    this.length = length;
    this.#path = path;
    this.#results = results;
    this.#checkedFrom = checkedFrom;
  }

  /** Runs the client until it does something new, ends, or fails. */
  follow(code: ClientCode): Progress {
    let failure: string | undefined;
    try {
      code(this);
      if (this.#calls > 0) throw new UnexplorableError(SWALLOWED);
    } catch (error) {
      if (error instanceof UnexplorableError) throw error;
      if (error !== SUSPENDED) {
        if (this.#calls > 0) throw new UnexplorableError(SWALLOWED);
        failure = messageOf(error);
      }
    }
    if (this.#done < this.#results.length) throw this.#otherwise();
    return this.#progress(this.#next, failure);
  }

  /**
   * Whether a client that has come to a busy loop stays in it for as long as no word changes. If not, it
   * counts its turns, and to wait for a change would be to leave out what comes after the last one.
   */
  staysIn(code: ClientCode, { words, values }: Guard): boolean {
    this.#still = new Map(words.map((word, i) => [word, values[i] as number]));
    try {
      code(this);
    } catch (error) {
      return error === SUSPENDED && this.#turns > ENDLESS_TURNS;
    }
    return false;
  }

  #progress(step: Step | undefined, failure: string | undefined): Progress {
    return {
      step,
      guard: step && this.#guard,
      operation: this.#operation,
      begins: this.#begins,
      ended: this.#ended,
      failure,
      rest: this.#rested ? this.#restText(step) : undefined,
    };
  }

  /**
   * Says that what the client does from here on may depend on nothing but shared words and what has come
   * of its operations so far. Whether it does is checked.
   */
  rest(): void {
    if (this.#calls > 0) throw SUSPENDED;
    this.#rested = true;
  }

  /** What a look gives where nothing changes; anything else leaves the loop. */
  #stillAnswer({ kind, word, value }: Step): number {
    const seen = this.#still?.get(word);
    const looks = kind === STEP.get || kind === STEP.load || kind === STEP.compareExchange;
    if (seen === undefined || !looks || (kind === STEP.compareExchange && seen === value)) {
      throw SUSPENDED;
    }
    return seen;
  }

  #restText(step: Step | undefined): string {
    const guard = step && this.#guard;
    return [...this.#past, ...(guard ? [guard.words, guard.values] : [])].join(' ');
  }

  /** Begins operation `index` of the client. */
  begin(index: number): void {
    this.#operation = index;
    this.#begins = true;
    this.#stepsBefore = this.#done;
    this.#read = new Map();
  }

  /** Ends the current operation with `outcome`. */
  end(outcome: number): void {
    if (this.#calls > 0) throw new UnexplorableError(SWALLOWED);
    if (this.#done === this.#stepsBefore) this.#step(STEP.local, -1, 0, 0, false);
    this.#ended = outcome;
    this.#past.push(`${this.#operation}:${outcome}`);
    this.#operation = -1;
    this.rest();
  }

  get(index: number): number {
    return this.#look(STEP.get, index);
  }

  set(index: number, value: number): void {
    this.#write(STEP.set, index, value);
  }

  load(index: number): number {
    return this.#look(STEP.load, index);
  }

  store(index: number, value: number): void {
    this.#write(STEP.store, index, value);
  }

  add(index: number, value: number): number {
    return this.#write(STEP.add, index, value);
  }

  sub(index: number, value: number): number {
    return this.#write(STEP.sub, index, value);
  }

  exchange(index: number, value: number): number {
    return this.#write(STEP.exchange, index, value);
  }

  compareExchange(index: number, expected: number, replacement: number): number {
    const seen = this.#step(STEP.compareExchange, index, expected | 0, replacement | 0, false);
    if (seen === (expected | 0)) this.#read = undefined;
    else this.#noteRead(index, seen);
    return seen;
  }

  wait(index: number, expected: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out' {
    const timed = timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY;
    const result = this.#step(STEP.wait, index, expected | 0, 0, timed);
    this.#read = undefined;
    return WAIT_RESULTS[result] as 'ok';
  }

  notify(index: number, count: number = 2 ** 31 - 1): number {
    const woken = this.#step(STEP.notify, index, count, 0, false);
    this.#read = undefined;
    return woken;
  }

  /** The next step waits until a word that was read since the last turn has changed. */
  spin(): void {
    if (this.#calls > 0 || (this.#still && this.#turns++ > ENDLESS_TURNS)) throw SUSPENDED;
    const read = this.#read;
    this.#read = new Map();
    if (read === undefined || read.size === 0) return;
    this.#guard = { words: [...read.keys()], values: [...read.values()] };
  }

  #look(kind: StepKind, index: number): number {
    const seen = this.#step(kind, index, 0, 0, false);
    this.#noteRead(index, seen);
    return seen;
  }

  #noteRead(index: number, value: number): void {
    // A turn that saw a word change might do something else the next time: nothing to wait for.
    if (this.#read?.has(index) && this.#read.get(index) !== value) this.#read = undefined;
    this.#read?.set(index, value);
  }

  #write(kind: StepKind, index: number, value: number): number {
    const before = this.#step(kind, index, value | 0, 0, false);
    this.#read = undefined;
    return before;
  }

  #step(kind: StepKind, word: number, value: number, replacement: number, timed: boolean): number {
    if (this.#calls > 0) this.#refuse();
    const step: Step = { kind, word, value, replacement, timed };
    if (kind !== STEP.local && !(Number.isInteger(word) && word >= 0 && word < this.length)) {
      throw new RangeError(`there is no word ${word}; there are ${this.length}`);
    }
    const at = this.#done;
    if (at === this.#results.length) {
      if (this.#still) return this.#stillAnswer(step);
      this.#next = step;
      this.#calls = 1;
      throw SUSPENDED;
    }
    const known = this.#path[at] as Progress;
    if (at >= this.#checkedFrom) requireSame(known, this.#progress(step, undefined));
    else if (!sameStep(known.step, step)) throw this.#otherwise();
    this.#done = at + 1;
    this.#guard = undefined;
    this.#begins = false;
    this.#ended = undefined;
    this.#rested = false;
    return this.#results[at] as number;
  }

  /** The client did not do again what it did before. */
  #otherwise(): Error {
    const checks = this.#checkedFrom < Number.POSITIVE_INFINITY;
    return checks ? new MemoryError(REMEMBERS) : new UnexplorableError(NONDETERMINISTIC);
  }

  /** A client that was suspended must not go on: its `finally` clauses get here. */
  #refuse(): never {
    if (this.#calls++ > MAX_CALLS_WHILE_SUSPENDED) throw new UnexplorableError(SWALLOWED);
    throw SUSPENDED;
  }
}

const SWALLOWED =
  'cannot be explored: it catches everything that is thrown, also what suspends it between two steps';
