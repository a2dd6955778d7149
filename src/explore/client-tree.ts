import { type ClientCode, type Guard, type Progress, Script } from './script.ts';
import { STEP, type Step, type StepKind, sameStep } from './step.ts';

/** A client that has come to a certain point: its code, and the results of its steps until there. */
export interface ClientState extends Progress {
  /** Unique among all clients' states, from 0. */
  readonly id: number;
  readonly parent: ClientState | undefined;
  /** What the parent's step gave. */
  readonly result: number;
  readonly kind: StepKind | -1;
  /** The step's word among those that were touched, -1 for none. */
  readonly slot: number;
  readonly guardSlots: readonly number[];
  readonly guardValues: readonly number[];
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

/** Another way to a state at rest than the one that it was first found by. */
interface Detour {
  readonly parent: ClientState;
  readonly result: number;
}

/** A client at rest turned out to remember more than what came of its operations. */
export class MemoryError extends Error {
  override name = 'MemoryError';
}

/**
 * What one client can come to, as a tree of its states; an edge is the result of a step. Code runs
 * once for each state: the second time it is looked up, so that a search pays for a client's code only
 * where the client has not been before.
 *
 * States at rest with equal pasts are taken for one, so that a search forgets how a client got there.
 * That is not believed but checked: whatever is found to follow on one of the ways there has to follow
 * on each of them.
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
   * @throws MemoryError when states must not be taken for one
   */
  after(state: ClientState, result: number): ClientState {
    const known = state.next.get(result);
    if (known) return known;
    const next = this.#arrive(state, result);
    state.next.set(result, next);
    return next;
  }

  #arrive(parent: ClientState | undefined, result: number): ClientState {
    const progress = this.#follow(parent, result, undefined, undefined);
    const rest = this.#forgets ? progress.rest : undefined;
    const known = rest === undefined ? undefined : this.#atRest.get(rest);
    if (known && parent) {
      this.#addDetour(known, { parent, result }, progress);
      return known;
    }
    const state = this.#stateOf(parent, result, progress);
    if (rest !== undefined) {
      this.#atRest.set(rest, state);
      this.#detours.set(state, []);
    }
    const base = parent && restBefore(parent, this.#detours);
    for (const detour of (base && this.#detours.get(base)) ?? []) {
      this.#check(state, base as ClientState, detour);
    }
    return state;
  }

  /** Notes one more way to a state at rest, and sees that all that is known to follow does follow. */
  #addDetour(rest: ClientState, detour: Detour, progress: Progress): void {
    requireSame(rest, progress);
    this.#detours.get(rest)?.push(detour);
    const waiting = [...rest.next.values()];
    for (let state = waiting.pop(); state; state = waiting.pop()) {
      // What lies beyond another rest is that one's matter.
      if (restBefore(state.parent as ClientState, this.#detours) !== rest) continue;
      this.#check(state, rest, detour);
      if (!this.#detours.has(state)) waiting.push(...state.next.values());
    }
  }

  #check(state: ClientState, rest: ClientState, detour: Detour): void {
    requireSame(state, this.#follow(state.parent, state.result, rest, detour));
  }

  /** Runs the code to the state after `parent`'s step gave `result`, perhaps by a detour to `rest`. */
  #follow(
    parent: ClientState | undefined,
    result: number,
    rest: ClientState | undefined,
    detour: Detour | undefined,
  ): Progress {
    const steps: Step[] = [];
    const results: number[] = [];
    let last = result;
    // A client may come to the same rest again and again: the detour is only its last way there.
    let next = detour;
    for (let at = parent; at; ) {
      steps.push(at.step as Step);
      results.push(last);
      const from: Detour | ClientState = next && at === rest ? next : at;
      if (from === next) next = undefined;
      last = from.result;
      at = from.parent;
    }
    return new Script(this.#words, steps.toReversed(), results.toReversed()).follow(this.#code);
  }

  #stateOf(parent: ClientState | undefined, result: number, progress: Progress): ClientState {
    const { step, guard = NO_GUARD } = progress;
    const state: ClientState = {
      ...progress,
      id: this.#numbers.all.length,
      parent,
      result,
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

/** The last state at rest on the way to `state`, itself included. */
function restBefore(
  state: ClientState,
  atRest: ReadonlyMap<ClientState, unknown>,
): ClientState | undefined {
  let at: ClientState | undefined = state;
  while (at && !atRest.has(at)) at = at.parent;
  return at;
}

function requireSame(state: ClientState, progress: Progress): void {
  const { step, guard = NO_GUARD } = progress;
  const same =
    (state.step && step ? sameStep(state.step, step) : state.step === step) &&
    state.guardValues.join() === guard.values.join() &&
    state.guard?.words.join() === progress.guard?.words.join() &&
    state.operation === progress.operation &&
    state.begins === progress.begins &&
    state.ended === progress.ended &&
    state.failure === progress.failure &&
    state.rest === progress.rest;
  if (!same) throw new MemoryError('a client at rest remembers how it got there');
}
