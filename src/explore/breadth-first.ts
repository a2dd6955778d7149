import type { Machine } from './machine.ts';
import { clientOf, kindOf, MOVE } from './moves.ts';
import type { Violation } from './program.ts';
import { raceAt } from './races.ts';
import {
  collectRaces,
  type Failure,
  type FoundRace,
  type Limit,
  type Limits,
  MOVES_BETWEEN_LOOKS,
  runEndViolation,
  type Search,
  type SearchProgress,
} from './search.ts';
import { StateTable } from './state-table.ts';
import type { Symmetry } from './symmetry.ts';

/** Clocks are asked once in so many checks, each a run of a client's code. */
const CHECKS_BETWEEN_LOOKS = 512;

/** The bits of a stored move; above them stands the renaming that followed it. */
const MOVE_BITS = 8;

/**
 * Visits every state that the program can come to, nearest first, each once. So the first violation
 * found has as few steps as any.
 *
 * @param symmetry states that differ by a renaming of like clients are then taken for one
 * @param bound the most preemptions of a schedule, in which a client is left although it could go on
 */
export function* searchBreadthFirst(
  machine: Machine,
  limits: Limits,
  symmetry: Symmetry | undefined,
  bound: number = Number.POSITIVE_INFINITY,
): Search {
  const search = new BreadthFirst(machine, symmetry, bound);
  const stoppedBy = yield* search.run(limits);
  return {
    search: bound === Number.POSITIVE_INFINITY ? 'breadth-first' : 'preemption-bound',
    stoppedBy,
    ...(bound === Number.POSITIVE_INFINITY ? {} : { bound }),
    states: search.table.count,
    schedules: 0,
    steps: search.steps,
    failure: search.failure,
    // Where clients at rest were taken for one, ways that were not followed may be shorter.
    shortest: bound === Number.POSITIVE_INFINITY && !machine.forgets,
    races: [...search.races.values()],
    symmetry: symmetry?.size ?? 1,
  };
}

class BreadthFirst {
  readonly table: StateTable = new StateTable();
  readonly races: Map<string, FoundRace> = new Map();
  failure: Failure | undefined;
  steps = 0;
  readonly #machine: Machine;
  readonly #symmetry: Symmetry | undefined;
  readonly #bound: number;
  #full = false;

  constructor(machine: Machine, symmetry: Symmetry | undefined, bound: number) {
    this.#machine = machine;
    this.#symmetry = symmetry;
    this.#bound = bound;
  }

  /** Until all states were seen, or a failure. */
  *run(limits: Limits): Generator<SearchProgress, Limit | undefined> {
    const { table } = this;
    const machine = this.#machine;
    machine.reset();
    if (machine.violation) this.failure = { violation: machine.violation, moves: [] };
    table.add(machine.state, machine.length, -1, 0);
    const moves: number[] = [];
    let nextLook = MOVES_BETWEEN_LOOKS;
    // The first state beyond those that are as many moves from the beginning as this one.
    let levelEnd = 1;
    for (let state = 0; state < table.count; state++) {
      if (state === levelEnd) {
        if (this.failure) break;
        levelEnd = table.count;
      }
      if (this.steps >= nextLook || table.count > limits.maxStates) {
        nextLook = this.steps + MOVES_BETWEEN_LOOKS;
        if (table.count > limits.maxStates) return 'states';
        if (table.bytes + machine.bytes > limits.maxBytes) return 'memory';
        yield { states: table.count, schedules: 0, steps: this.steps };
        if (!limits.mayGoOn()) return 'time';
      }
      machine.restore(table.rows, table.first(state), table.lengthOf(state));
      const race = raceAt(machine);
      if (race) collectRaces(this.races, [race], () => this.#movesTo(state));
      if (!machine.moves(moves)) {
        const violation = runEndViolation(machine);
        // Shorter by a step than what a step to the next level may have broken before.
        if (violation) {
          this.#fail(violation, state);
          break;
        }
      }
      if (this.failure) continue;
      this.#expand(state, moves);
      if (this.#full) return 'memory';
    }
    return yield* this.#checkForgetting(limits);
  }

  /** Whether states were rightly taken for one; where that takes too long, nothing is certain. */
  *#checkForgetting(limits: Limits): Generator<SearchProgress, Limit | undefined> {
    let checks = 0;
    for (const tree of this.#machine.trees) {
      for (const _ of tree.checkForgetting()) {
        if (++checks % CHECKS_BETWEEN_LOOKS !== 0) continue;
        yield { states: this.table.count, schedules: 0, steps: this.steps };
        if (!limits.mayGoOn()) return 'time';
      }
    }
    return undefined;
  }

  #expand(state: number, moves: readonly number[]): void {
    const machine = this.#machine;
    const { table } = this;
    for (const [i, move] of moves.entries()) {
      if (i > 0) machine.restore(table.rows, table.first(state), table.lengthOf(state));
      if (this.#bound < Number.POSITIVE_INFINITY && !this.#countPreemption(move)) continue;
      machine.move(move);
      this.steps++;
      if (machine.violation) {
        this.#fail(machine.violation, state, move);
        return;
      }
      const renaming = this.#symmetry?.normalize(machine) ?? 0;
      if (!this.#add(state, move | (renaming << MOVE_BITS))) return;
    }
  }

  /** Remembers the machine's state; false if there is no memory left for it. */
  #add(parent: number, how: number): boolean {
    const machine = this.#machine;
    try {
      this.table.add(machine.state, machine.length, parent, how);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#full = true;
    }
    return !this.#full;
  }

  /** Notes in the state who steps, and whether that preempts somebody; false beyond the bound. */
  #countPreemption(move: number): boolean {
    const machine = this.#machine;
    const last = (machine.note & 0xff) - 1;
    let preemptions = machine.note >> 8;
    if (kindOf(move) !== MOVE.step) return true;
    const client = clientOf(move);
    if (last >= 0 && last !== client && machine.canStep(last)) preemptions++;
    machine.note = (preemptions << 8) | (client + 1);
    return preemptions <= this.#bound;
  }

  #fail(violation: Violation, state: number, move?: number): void {
    this.failure = { violation, moves: this.#movesTo(state, move) };
  }

  /** The moves from the beginning to a state and beyond, by the clients' own names. */
  #movesTo(state: number, last?: number): number[] {
    const stored: number[] = last === undefined ? [] : [last];
    for (let at = state; at > 0; at = this.table.parent(at)) stored.push(this.table.move(at));
    const moves = stored.toReversed();
    return this.#symmetry?.undo(moves, MOVE_BITS) ?? moves;
  }
}
