import { type ClientCode, type Guard, Script } from './script.ts';
import { STEP, type Step, type StepKind } from './step.ts';

/** A client that has come to a certain point: its code, and the results of its steps until there. */
export interface ClientState {
  /** Unique among all clients' states, from 0. */
  readonly id: number;
  readonly parent: ClientState | undefined;
  /** What the parent's step gave. */
  readonly result: number;
  /** The next step; undefined when the client has ended. */
  readonly step: Step | undefined;
  readonly kind: StepKind | -1;
  /** The step's word among those that were touched, -1 for none. */
  readonly slot: number;
  readonly guardSlots: readonly number[];
  readonly guardValues: readonly number[];
  readonly operation: number;
  readonly begins: boolean;
  readonly ended: number | undefined;
  readonly failure: string | undefined;
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

const NO_GUARD: Guard = { words: [], values: [] };

/**
 * What one client can come to, as a tree of its states; an edge is the result of a step. Code runs
 * once for each state: the second time it is looked up, so that a search pays for a client's code only
 * where the client has not been before.
 */
export class ClientTree {
  readonly root: ClientState;
  readonly #code: ClientCode;
  readonly #words: number;
  readonly #slots: Slots;
  readonly #numbers: StateNumbers;

  constructor(code: ClientCode, words: number, slots: Slots, numbers: StateNumbers) {
    this.#code = code;
    this.#words = words;
    this.#slots = slots;
    this.#numbers = numbers;
    this.root = this.#run(undefined, 0);
  }

  /** The state after `state`'s step gave `result`. */
  after(state: ClientState, result: number): ClientState {
    const known = state.next.get(result);
    if (known) return known;
    const next = this.#run(state, result);
    state.next.set(result, next);
    return next;
  }

  #run(parent: ClientState | undefined, result: number): ClientState {
    const steps: Step[] = [];
    const results: number[] = [];
    let last = result;
    for (let at = parent; at; at = at.parent) {
      steps.push(at.step as Step);
      results.push(last);
      last = at.result;
    }
    const script = new Script(this.#words, steps.toReversed(), results.toReversed());
    const followed = script.follow(this.#code);
    if (followed === 'at the beginning') return this.root;
    const { step, guard = NO_GUARD, ...progress } = followed;
    const state: ClientState = {
      ...progress,
      id: this.#numbers.all.length,
      parent,
      result,
      step,
      kind: step?.kind ?? -1,
      slot: step && step.kind !== STEP.local ? this.#slots.of(step.word) : -1,
      guardSlots: guard.words.map((word) => this.#slots.of(word)),
      guardValues: guard.values,
      next: new Map(),
    };
    this.#numbers.all.push(state);
    return state;
  }
}
