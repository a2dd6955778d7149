import {
  COUNTS_TURNS,
  type Guard,
  type Progress,
  requireRepeatable,
  requireSame,
  UnexplorableError,
} from './progress.ts';
import { type ClientCode, Script } from './script.ts';
import { STEP } from './step.ts';

/** A client that has come to a certain point: its code, and the results of its steps until there. */
export interface ClientState extends Progress {
  /** Unique among all clients' states, from 0. */
  readonly id: number;
  readonly tree: ClientTree;
  readonly parent: ClientState | undefined;
  /** What the parent's step gave. */
  readonly result: number;
  /** The step's word among those that were touched, -1 for none. */
  readonly slot: number;
  readonly guardSlots: readonly number[];
  readonly next: Map<number, ClientState>;
}

/** Numbers the words that any client has touched: memory, as far as it matters. */
export class Slots {
  readonly #slotOf: Int32Array;
  /** The word of each slot. */
  readonly words: number[] = [];

  constructor(words: number) {
    this.#slotOf = new Int32Array(words).fill(-1);
  }

  of(word: number): number {
    if (word < 0) return -1;
    const known = this.#slotOf[word] as number;
    if (known >= 0) return known;
    this.words.push(word);
    this.#slotOf[word] = this.words.length - 1;
    return this.words.length - 1;
  }
}

/** All states of all clients of one program, by their number. */
export class StateNumbers {
  readonly all: ClientState[] = [];

  get(id: number): ClientState {
    return this.all[id] as ClientState;
  }
}

const NO_SLOTS: readonly number[] = [];

/**
 * What one client can come to, as a tree of its states; an edge is the result of a step. Code runs
 * once for each state: the second time it is looked up, so that a search pays for a client's code only
 * where the client has not been before.
 *
 * States at rest with equal pasts are taken for one, so that a search forgets how a client got there.
 * That is not believed but checked, once all is found: see {@link checkForgetting}. Only a client that
 * begins anew at each rest needs no check.
 */
export class ClientTree {
  readonly root: ClientState;
  readonly #code: ClientCode;
  readonly #words: number;
  readonly #slots: Slots;
  readonly #numbers: StateNumbers;
  readonly #forgets: boolean;
  readonly #restarts: boolean;
  /** The states at rest, by what they know of the past. */
  readonly #atRest: Map<string, ClientState> = new Map();
  /** Whether states were taken for one that have to be checked. */
  #hasForgotten = false;

  /**
   * @param forgets whether states at rest are taken for one
   * @param restarts whether the client begins anew at each rest: then they are one
   */
  constructor(
    code: ClientCode,
    words: number,
    slots: Slots,
    numbers: StateNumbers,
    forgets: boolean,
    restarts: boolean,
  ) {
    this.#code = code;
    this.#words = words;
    this.#slots = slots;
    this.#numbers = numbers;
    this.#forgets = forgets || restarts;
    this.#restarts = restarts;
    this.root = this.#arrive(undefined, 0);
  }

  /**
   * The state after `state`'s step gave `result`.
   * @throws MemoryError when it shows at once that states must not be taken for one
   */
  after(state: ClientState, result: number): ClientState {
    const known = state.next.get(result);
    if (known) return known;
    const next = this.#arrive(state, result);
    state.next.set(result, next);
    return next;
  }

  /**
   * Follows every way from the beginning to an end that was found, over states taken for one as well, and
   * sees that the client's code comes by all the states on it: one run for each way.
   * @throws MemoryError when it does not
   */
  *checkForgetting(): Generator<void> {
    if (!this.#hasForgotten) return;
    const path: ClientState[] = [this.root];
    const results: number[] = [];
    const branches: Iterator<[number, ClientState]>[] = [this.root.next.entries()];
    while (branches.length > 0) {
      const { done, value } = (branches.at(-1) as Iterator<[number, ClientState]>).next();
      if (done) {
        branches.pop();
        path.pop();
        results.pop();
        continue;
      }
      const [result, next] = value;
      results.push(result);
      path.push(next);
      branches.push(next.next.entries());
      if (next.next.size > 0) continue;
      const script = new Script(this.#words, path.slice(0, -1), [...results], 0);
      requireSame(next, script.follow(this.#code));
      yield;
    }
  }

  #arrive(parent: ClientState | undefined, result: number): ClientState {
    const progress = this.#follow(parent, result);
    // Steps are compared whenever they are repeated; an outcome would be believed without this.
    if (progress.ended !== undefined) requireRepeatable(progress, this.#follow(parent, result));
    const rest = this.#forgets ? progress.rest : undefined;
    const known = rest === undefined ? undefined : this.#atRest.get(rest);
    if (known && parent) {
      requireSame(known, progress);
      this.#hasForgotten ||= !this.#restarts;
      return known;
    }
    if (progress.guard) this.#requireEndless(parent, result, progress.guard);
    const state = this.#stateOf(parent, result, progress);
    if (rest !== undefined) this.#atRest.set(rest, state);
    return state;
  }

  #requireEndless(parent: ClientState | undefined, result: number, guard: Guard): void {
    if (!this.#scriptTo(parent, result).staysIn(this.#code, guard)) {
      throw new UnexplorableError(COUNTS_TURNS);
    }
  }

  #follow(parent: ClientState | undefined, result: number): Progress {
    return this.#scriptTo(parent, result).follow(this.#code);
  }

  /** A pass of the code to the state after `parent`'s step gave `result`. */
  #scriptTo(parent: ClientState | undefined, result: number): Script {
    const path: ClientState[] = [];
    const results: number[] = [];
    let last = result;
    for (let at = parent; at; at = at.parent) {
      path.push(at);
      results.push(last);
      last = at.result;
    }
    return new Script(this.#words, path.toReversed(), results.toReversed());
  }

  #stateOf(parent: ClientState | undefined, result: number, progress: Progress): ClientState {
    const { step, guard, operation, begins, ended, failure, rest } = progress;
    const state: ClientState = {
      id: this.#numbers.all.length,
      tree: this,
      parent,
      result,
      step,
      slot: step && step.kind !== STEP.local ? this.#slots.of(step.word) : -1,
      guard,
      guardSlots: guard ? guard.words.map((word) => this.#slots.of(word)) : NO_SLOTS,
      operation,
      begins,
      ended,
      failure,
      rest,
      next: new Map(),
    };
    this.#numbers.all.push(state);
    return state;
  }
}
