import type { Program } from '../../src/explore/program.ts';
import type { Script } from '../../src/explore/script.ts';
import type { SharedWords } from '../../src/store/words.ts';

/** Operations that have ended, as `client.operation=outcome`. */
export interface Ended {
  readonly client: number;
  readonly operation: number;
  readonly outcome: number;
}

/** What a client does to a word. */
export interface Call {
  readonly name: string;
  readonly word: number;
  readonly value: number;
  readonly replacement: number;
  readonly timed: boolean;
}

/** What a client is about to do, found by running it from its beginning. */
export interface Pending {
  readonly call: Call | undefined;
  readonly failed: boolean;
  /** Words as a busy loop saw them: one must have changed. */
  readonly guard: readonly (readonly [word: number, value: number])[];
  /** The operation that begins with the call, or -1. */
  readonly begins: number;
  readonly ended: readonly Ended[];
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
    const woken = this.#do('notify', word, count);
    this.#wrote = true;
    return woken;
  }

  spin(): void {
    if (this.call) throw HALT;
    const last = new Map(this.#seen);
    // A turn that saw a word change is not one that goes on for ever.
    const still = this.#seen.every(([word, value]) => last.get(word) === value);
    if (!this.#wrote && still && last.size > 0) this.guard = [...last];
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
export function follow(program: Program, client: number, results: readonly number[]): Pending {
  const words = new Recorded(program.initial.length, client, results);
  let failed = false;
  try {
    program.clients[client]?.code(words satisfies SharedWords as unknown as Script);
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
