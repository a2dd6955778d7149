import { type Progress, requireRepeatable, requireSame } from './progress.ts';
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

/** Another way to a state at rest than the one that it was first found by. */
interface Detour {
  readonly parent: ClientState;
  readonly result: number;
}

/**
 * What one client can come to, as a tree of its states; an edge is the result of a step. Code runs
 * once for each state: the second time it is looked up, so that a search pays for a client's code only
 * where the client has not been before.
 *
 * States at rest with equal pasts are taken for one, so that a search forgets how a client got there.
 * That is not believed but checked, once all is found: see {@link checkDetours}.
 */
export class ClientTree {
  readonly root: ClientState;
  readonly #code: ClientCode;
  readonly #words: number;
  readonly #slots: Slots;
  readonly #numbers: StateNumbers;
  readonly #forgets: boolean;
  /** The states at rest, by what they know of the past. */
  readonly #atRest: Map<string, ClientState> = new Map();
  readonly #detours: Map<ClientState, Detour[]> = new Map();

  /** @param forgets whether states at rest are taken for one */
  constructor(
    code: ClientCode,
    words: number,
    slots: Slots,
    numbers: StateNumbers,
    forgets: boolean,
  ) {
    this.#code = code;
    this.#words = words;
    this.#slots = slots;
    this.#numbers = numbers;
    this.#forgets = forgets;
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
   * Sees that all that was found to follow on a state at rest follows on every way there: one run of the
   * code for each way and each end of what follows.
   * @throws MemoryError when it does not
   */
  *checkDetours(): Generator<void> {
    for (const [rest, detours] of this.#detours) {
      if (detours.length === 0) continue;
      for (const { parent, result, end } of this.#endsBeyond(rest)) {
        for (const detour of detours) {
          requireSame(end, this.#follow(parent, result, { rest, detour }));
          yield;
        }
      }
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
      this.#detours.get(known)?.push({ parent, result });
      return known;
    }
    const state = this.#stateOf(parent, result, progress);
    if (rest !== undefined) {
      this.#atRest.set(rest, state);
      this.#detours.set(state, []);
    }
    return state;
  }

  /**
   * The last steps that follow on `rest` before the next rest, the step there included: also those to a
   * rest that was first found by another step.
   */
  #endsBeyond(rest: ClientState): (Detour & { readonly end: ClientState })[] {
    const ends: (Detour & { readonly end: ClientState })[] = [];
    const waiting: ClientState[] = [rest];
    for (let parent = waiting.pop(); parent; parent = waiting.pop()) {
      for (const [result, end] of parent.next) {
        if (this.#detours.has(end) || end.next.size === 0) ends.push({ parent, result, end });
        else waiting.push(end);
      }
    }
    return ends;
  }

  /** Runs the code to the state after `parent`'s step gave `result`, perhaps by a detour. */
  #follow(
    parent: ClientState | undefined,
    result: number,
    by?: { readonly rest: ClientState; readonly detour: Detour },
  ): Progress {
    const path: ClientState[] = [];
    const results: number[] = [];
    let last = result;
    let checked = 0;
    // A client may come to the same rest again and again: the detour is only its last way there.
    let ahead = by;
    for (let at = parent; at; ) {
      path.push(at);
      results.push(last);
      if (ahead) checked++;
      const from: Detour | ClientState = ahead && at === ahead.rest ? ahead.detour : at;
      if (from !== at) ahead = undefined;
      last = from.result;
      at = from.parent;
    }
    const checkedFrom = by ? path.length - checked : Number.POSITIVE_INFINITY;
    const [forth, given] = [path.toReversed(), results.toReversed()];
    return new Script(this.#words, forth, given, checkedFrom).follow(this.#code);
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
