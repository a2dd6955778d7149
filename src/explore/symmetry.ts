import type { ClientState, ClientTree } from './client-tree.ts';
import type { Machine } from './machine.ts';
import { COUNTS_MASK, clientOf, kindOf, moveOf, TIMED_OUT_SHIFT } from './moves.ts';
import type { Program } from './program.ts';
import { MAX_RENAMINGS, renamingsOf } from './renamings.ts';
import type { Step } from './step.ts';
import { AsymmetryError, WordRenaming } from './word-renaming.ts';

/**
 * Takes states for one that differ only by which of several like clients is which: a search then
 * visits one of them. Memory is renamed along, as the meanings of its words tell: a word that each
 * member has for itself, a value that names a member.
 *
 * That clients are alike, and that the meanings are complete, is not believed but checked, for every
 * state of a client: its renamed twin must be about to do the same, renamed.
 *
 * Source: Ip and Dill, "Better Verification Through Symmetry" (1996); the check is ours.
 */
export class Symmetry {
  /** The most clients that are interchangeable. */
  readonly size: number;
  readonly #machine: Machine;
  readonly #renamings: readonly (readonly number[])[];
  readonly #inverses: readonly number[];
  readonly #index: Map<number, number>;
  readonly #words: WordRenaming;
  /** For each client's state, its twins under all renamings; and the smallest number among them. */
  readonly #twins: ClientState[][] = [];
  readonly #orbits: number[] = [];
  readonly #classes: readonly (readonly number[])[];
  readonly #monitors: number[] = [];
  readonly #slotTwins: number[][] = [];
  readonly #chosen: number[] = [];
  #scratch: Int32Array = new Int32Array(0);

  private constructor(
    machine: Machine,
    renamings: readonly (readonly number[])[],
    classes: readonly (readonly number[])[],
  ) {
    this.#machine = machine;
    this.#renamings = renamings;
    this.#classes = classes;
    this.#index = new Map(renamings.map((renaming, index) => [codeOf(renaming), index]));
    this.#inverses = renamings.map((renaming) => {
      return this.#index.get(codeOf(renaming.map((_, i) => renaming.indexOf(i)))) as number;
    });
    this.#words = new WordRenaming(machine.program);
    this.size = Math.max(...classes.map(({ length }) => length));
  }

  /** Undefined where no two clients are alike. */
  static of(machine: Machine): Symmetry | undefined {
    const { clients } = machine.program;
    const classes = new Map<string, number[]>();
    for (const [client, { likeness }] of clients.entries()) {
      classes.set(likeness, [...(classes.get(likeness) ?? []), client]);
    }
    const members = [...classes.values()];
    const renamings = renamingsOf(clients.length, members);
    if (renamings.length < 2 || renamings.length > MAX_RENAMINGS) return undefined;
    return new Symmetry(machine, renamings, members);
  }

  /**
   * Renames the machine's state to the one that stands for all its twins.
   * @returns which renaming that was
   * @throws AsymmetryError when the clients turn out to be different
   */
  normalize(machine: Machine): number {
    const renaming = this.#choose(machine);
    if (renaming !== 0) this.#rename(machine, renaming);
    return renaming;
  }

  /** Moves as they were stored, each with the renaming that followed it, by the clients' own names. */
  undo(stored: readonly number[], moveBits: number): number[] {
    let names = this.#renamings[0] as readonly number[];
    return stored.map((entry) => {
      const move = entry & ((1 << moveBits) - 1);
      const own = moveOf(kindOf(move), names[clientOf(move)] as number);
      const renaming = this.#renamings[entry >> moveBits] as readonly number[];
      const next = [...names];
      for (const [client, renamed] of renaming.entries()) next[renamed] = names[client] as number;
      names = next;
      return own;
    });
  }

  /** The renaming that puts the clients of each class in the order of their states. */
  #choose(machine: Machine): number {
    const { size, state } = machine;
    const renaming = this.#chosen;
    let code = 0;
    for (const members of this.#classes) {
      for (let i = 0; i < members.length; i++) {
        const client = members[i] as number;
        const orbit = this.#orbit(machine.at(client));
        const place = state[size + client] as number;
        let rank = 0;
        for (let j = 0; j < members.length; j++) {
          const other = members[j] as number;
          if (other === client) continue;
          const difference = this.#orbit(machine.at(other)) - orbit;
          const order = difference !== 0 ? difference : (state[size + other] as number) - place;
          if (order < 0 || (order === 0 && j < i)) rank++;
        }
        renaming[client] = members[rank] as number;
      }
    }
    for (let client = 0; client < size; client++) code = code * size + (renaming[client] as number);
    return this.#index.get(code) as number;
  }

  #rename(machine: Machine, index: number): void {
    const { size, state, head, slots, program } = machine;
    const renaming = this.#renamings[index] as readonly number[];
    if (this.#scratch.length < state.length) this.#scratch = new Int32Array(state.length);
    const renamed = this.#scratch;
    for (let client = 0; client < size; client++) {
      const place = renaming[client] as number;
      renamed[place] = this.#twin(machine.at(client), index).id;
      renamed[size + place] = state[size + client] as number;
    }
    const monitor = state[2 * size] as number;
    renamed[2 * size] = this.#renamedMonitor(program, monitor, index);
    renamed[2 * size + 1] = renamedFaults(state[2 * size + 1] as number, renaming);
    renamed[head - 1] = state[head - 1] as number;
    for (let slot = 0; slot < slots.words.length; slot++) {
      const target = this.#slotTwin(machine, slot, index);
      const value = state[head + slot] as number;
      const word = slots.words[slot] as number;
      renamed[head + target] = this.#words.value(word, value, renaming);
      this.#words.checkReverse(
        word,
        value,
        renaming,
        this.#renamings[this.#inverses[index] as number] as readonly number[],
      );
    }
    machine.adopt(renamed);
  }

  #renamedMonitor(program: Program, state: number, index: number): number {
    const key = state * this.#renamings.length + index;
    this.#monitors[key] ??= program.monitor.rename(state, this.#renamings[index] as number[]);
    return this.#monitors[key];
  }

  #slotTwin({ slots }: Machine, slot: number, index: number): number {
    this.#slotTwins[index] ??= [];
    const twins = this.#slotTwins[index];
    twins[slot] ??= slots.of(
      this.#words.word(slots.words[slot] as number, this.#renamings[index] as readonly number[]),
    );
    return twins[slot];
  }

  /** The smallest number among a state's twins: the same for all of them. */
  #orbit(state: ClientState): number {
    const known = this.#orbits[state.id];
    if (known !== undefined) return known;
    let orbit = state.id;
    for (let index = 0; index < this.#renamings.length; index++) {
      orbit = Math.min(orbit, this.#twin(state, index).id);
    }
    this.#orbits[state.id] = orbit;
    return orbit;
  }

  #twin(state: ClientState, index: number): ClientState {
    this.#twins[state.id] ??= [];
    const twins = this.#twins[state.id] as ClientState[];
    twins[index] ??= index === 0 ? state : this.#findTwin(state, index);
    return twins[index];
  }

  #findTwin(state: ClientState, index: number): ClientState {
    const renaming = this.#renamings[index] as readonly number[];
    const machine = this.#machine;
    const { parent } = state;
    let twin: ClientState;
    if (parent) {
      const step = parent.step as Step;
      const result = this.#words.result(step, state.result, renaming);
      const before = this.#twin(parent, index);
      twin = before.tree.after(before, result);
      machine.learnSlots();
    } else {
      const client = machine.trees.findIndex(({ root }) => root === state);
      twin = (machine.trees[renaming[client] as number] as ClientTree).root;
    }
    this.#check(state, twin, renaming);
    if (parent) this.#words.checkEffect(parent.step as Step, state.result, twin, renaming);
    // The way back is known, too.
    this.#twins[twin.id] ??= [];
    (this.#twins[twin.id] as ClientState[])[this.#inverses[index] as number] = state;
    return twin;
  }

  #check(state: ClientState, twin: ClientState, renaming: readonly number[]): void {
    const same =
      state.operation === twin.operation &&
      state.begins === twin.begins &&
      state.ended === twin.ended &&
      (state.failure === undefined) === (twin.failure === undefined) &&
      this.#words.agrees(state.step, twin.step, renaming) &&
      this.#guardsAgree(state, twin, renaming);
    if (!same) throw new AsymmetryError('clients that do different things');
  }

  #guardsAgree(state: ClientState, twin: ClientState, renaming: readonly number[]): boolean {
    const { words } = this.#machine.slots;
    if (state.guardSlots.length !== twin.guardSlots.length) return false;
    return state.guardSlots.every((slot, i) => {
      const word = words[slot] as number;
      const value = this.#words.value(word, state.guard?.values[i] as number, renaming);
      return (
        words[twin.guardSlots[i] as number] === this.#words.word(word, renaming) &&
        twin.guard?.values[i] === value
      );
    });
  }
}

/** A number for each renaming. */
function codeOf(renaming: readonly number[]): number {
  return renaming.reduce((code, client) => code * renaming.length + client, 0);
}

function renamedFaults(faults: number, renaming: readonly number[]): number {
  let renamed = faults & COUNTS_MASK;
  for (const [client, place] of renaming.entries()) {
    if (((faults >> (TIMED_OUT_SHIFT + client)) & 1) === 1) {
      renamed |= 1 << (TIMED_OUT_SHIFT + place);
    }
  }
  return renamed;
}
