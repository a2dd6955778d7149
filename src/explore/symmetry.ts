import type { MemberNaming } from '../store/meaning.ts';
import type { ClientState, ClientTree } from './client-tree.ts';
import { clientOf, kindOf, type Machine, moveOf } from './machine.ts';
import type { Program } from './program.ts';
import { STEP, type Step } from './step.ts';

/** More renamings than this cost more than they save. */
const MAX_RENAMINGS = 120;

/** Thrown when clients that should be alike are not: then every state has to be visited. */
export class AsymmetryError extends Error {
  override name = 'AsymmetryError';
}

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
  readonly #index: Map<string, number>;
  readonly #words: WordRenaming;
  /** For each client's state, its twins under all renamings; and the smallest number among them. */
  readonly #twins: ClientState[][] = [];
  readonly #orbits: number[] = [];
  #scratch = new Int32Array(0);

  private constructor(machine: Machine, renamings: readonly (readonly number[])[], size: number) {
    this.#machine = machine;
    this.#renamings = renamings;
    this.#index = new Map(renamings.map((renaming, index) => [renaming.join(), index]));
    this.#inverses = renamings.map((renaming) => {
      return this.#index.get(
        renaming.map((_, client) => renaming.indexOf(client)).join(),
      ) as number;
    });
    this.#words = new WordRenaming(machine.program);
    this.size = size;
  }

  /** Undefined where no two clients are alike. */
  static of(machine: Machine): Symmetry | undefined {
    const { clients } = machine.program;
    const classes = new Map<string, number[]>();
    for (const [client, { likeness }] of clients.entries()) {
      classes.set(likeness, [...(classes.get(likeness) ?? []), client]);
    }
    const size = Math.max(...[...classes.values()].map(({ length }) => length));
    if (size < 2) return undefined;
    const renamings = renamingsOf(clients.length, [...classes.values()]);
    return renamings.length > MAX_RENAMINGS ? undefined : new Symmetry(machine, renamings, size);
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

  /** The renaming that puts like clients in the order of their states. */
  #choose(machine: Machine): number {
    const { size, state } = machine;
    const { clients } = machine.program;
    const renaming = clients.map((_, client) => client);
    const order = [...renaming].sort((one, other) => {
      const likeness = clients[one]?.likeness === clients[other]?.likeness;
      if (!likeness) return one - other;
      return (
        this.#orbit(machine.at(one)) - this.#orbit(machine.at(other)) ||
        (state[size + one] as number) - (state[size + other] as number) ||
        one - other
      );
    });
    // The places of a class stay its own; only who stands where changes.
    const next = new Map<string, number[]>();
    for (const client of renaming) {
      const likeness = clients[client]?.likeness ?? '';
      next.set(likeness, [...(next.get(likeness) ?? []), client]);
    }
    for (const client of order) {
      const places = next.get(clients[client]?.likeness ?? '') as number[];
      renaming[client] = places.shift() as number;
    }
    return this.#index.get(renaming.join()) as number;
  }

  #rename(machine: Machine, index: number): void {
    const { size, state, head, slots, program } = machine;
    const renaming = this.#renamings[index] as readonly number[];
    if (this.#scratch.length < state.length) this.#scratch = new Int32Array(state.length);
    const renamed = this.#scratch;
    renamed.set(state);
    for (let client = 0; client < size; client++) {
      const place = renaming[client] as number;
      renamed[place] = this.#twin(machine.at(client), index).id;
      renamed[size + place] = state[size + client] as number;
    }
    renamed[2 * size] = program.monitor.rename(state[2 * size] as number, renaming);
    const faults = state[2 * size + 1] as number;
    if (faults >= 1 << 8) throw new AsymmetryError('sleeps that have timed out');
    for (let slot = 0; slot < slots.words.length; slot++) {
      const word = slots.words[slot] as number;
      const target = slots.of(this.#words.word(word, renaming));
      renamed[head + target] = this.#words.value(word, state[head + slot] as number, renaming);
    }
    machine.adopt(renamed);
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
    return twins[index] as ClientState;
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
      twin = this.#treeOf(before).after(before, result);
      machine.learnSlots();
    } else {
      const client = machine.trees.findIndex(({ root }) => root === state);
      twin = (machine.trees[renaming[client] as number] as ClientTree).root;
    }
    this.#check(state, twin, renaming);
    // The way back is known, too.
    this.#twins[twin.id] ??= [];
    (this.#twins[twin.id] as ClientState[])[this.#inverses[index] as number] = state;
    return twin;
  }

  #treeOf(state: ClientState): ClientTree {
    let root = state;
    while (root.parent) root = root.parent;
    return this.#machine.trees.find((tree) => tree.root === root) as ClientTree;
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
      const value = this.#words.value(word, state.guardValues[i] as number, renaming);
      return (
        words[twin.guardSlots[i] as number] === this.#words.word(word, renaming) &&
        twin.guardValues[i] === value
      );
    });
  }
}

/** How words and their values change when members are renamed. */
class WordRenaming {
  readonly #program: Program;
  readonly #namings: (MemberNaming | null)[] = [];
  readonly #members: Int32Array;
  /** The words of one name, by member. */
  readonly #families: Map<string, number[]> = new Map();

  constructor(program: Program) {
    this.#program = program;
    this.#members = new Int32Array(program.initial.length).fill(-1);
    for (let word = 0; word < program.initial.length; word++) {
      const { name, member } = program.describe(word);
      if (member === undefined) continue;
      this.#members[word] = member;
      const family = this.#families.get(name) ?? [];
      family[member] ??= word;
      this.#families.set(name, family);
    }
  }

  word(word: number, renaming: readonly number[]): number {
    const member = word < 0 ? -1 : (this.#members[word] as number);
    if (member < 0) return word;
    const family = this.#families.get(this.#program.describe(word).name) as number[];
    const target = family[renaming[member] ?? member];
    if (target === undefined || family[member] !== word) {
      throw new AsymmetryError('words that not every member has alike');
    }
    return target;
  }

  value(word: number, value: number, renaming: readonly number[]): number {
    const naming = this.#naming(word);
    if (!naming) return value;
    const member = naming.memberOf(value);
    const renamed = renaming[member];
    return renamed === undefined ? value : naming.rename(value, renamed);
  }

  result({ kind, word }: Step, result: number, renaming: readonly number[]): number {
    const counts = kind === STEP.wait || kind === STEP.notify || kind === STEP.local;
    return counts ? result : this.value(word, result, renaming);
  }

  agrees(step: Step | undefined, twin: Step | undefined, renaming: readonly number[]): boolean {
    if (!step || !twin) return step === twin;
    const { kind, word } = step;
    if (kind !== twin.kind || step.timed !== twin.timed) return false;
    if (twin.word !== this.word(word, renaming)) return false;
    const counts = kind === STEP.add || kind === STEP.sub || kind === STEP.notify;
    if (counts || kind === STEP.local) return step.value === twin.value;
    return (
      this.value(word, step.value, renaming) === twin.value &&
      this.value(word, step.replacement, renaming) === twin.replacement
    );
  }

  #naming(word: number): MemberNaming | null {
    const known = this.#namings[word];
    if (known !== undefined) return known;
    const naming = this.#program.describe(word).naming ?? null;
    this.#namings[word] = naming;
    return naming;
  }
}

/** All renamings that keep every class together, the one that changes nothing first. */
function renamingsOf(size: number, classes: readonly (readonly number[])[]): number[][] {
  let renamings: number[][] = [Array.from({ length: size }, (_, client) => client)];
  for (const members of classes) {
    renamings = renamings.flatMap((renaming) =>
      permutationsOf(members).map((permuted) => {
        const next = [...renaming];
        for (const [i, member] of members.entries()) next[member] = permuted[i] as number;
        return next;
      }),
    );
    if (renamings.length > MAX_RENAMINGS) break;
  }
  return renamings;
}

function permutationsOf(members: readonly number[]): number[][] {
  if (members.length <= 1) return [[...members]];
  return members.flatMap((first) => {
    const others = members.filter((member) => member !== first);
    return permutationsOf(others).map((rest) => [first, ...rest]);
  });
}
