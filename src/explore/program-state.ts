import { type ClientState, ClientTree, Slots, StateNumbers } from './client-tree.ts';
import { COUNT_MASK } from './moves.ts';
import type { Program } from './program.ts';
import { DEAD, RUNNING } from './sleepers.ts';

// Measured on searches with many of them, and rounded up.
const BYTES_PER_CLIENT_STATE = 600;
const BYTES_PER_MONITOR_STATE = 1000;

/**
 * A program between two steps, as a row of numbers: the clients' states; for each client whether it
 * runs (0), is dead (-1) or sleeps (its place among the sleepers); the monitor's state; the faults so
 * far; a number of the search's own; and the words that somebody has touched.
 */
export class ProgramState {
  readonly program: Program;
  /** Whether clients at rest are taken to remember nothing but their operations. */
  readonly forgets: boolean;
  readonly size: number;
  readonly numbers: StateNumbers = new StateNumbers();
  readonly slots: Slots;
  readonly trees: readonly ClientTree[];
  /** The first of the words in a state. */
  readonly head: number;
  state: Int32Array;
  /** What each slot holds at the beginning. */
  initial: Int32Array = new Int32Array(64);
  /** How many words have been touched. */
  #known = 0;

  constructor(program: Program, forgets: boolean) {
    this.program = program;
    this.forgets = forgets;
    this.size = program.clients.length;
    this.slots = new Slots(program.initial.length);
    this.head = 2 * this.size + 3;
    this.state = new Int32Array(this.head + this.initial.length);
    this.trees = program.clients.map(
      ({ code, restarts = false }) =>
        new ClientTree(code, program.initial.length, this.slots, this.numbers, forgets, restarts),
    );
  }

  /** Goes back to the beginning. */
  clear(): void {
    this.state.fill(0);
    this.#known = 0;
    this.learnSlots();
    this.monitor = this.program.monitor.initial;
    for (const [client, { root }] of this.trees.entries()) this.state[client] = root.id;
  }

  /** How many numbers of the state matter: words that nobody has changed are left out at its end. */
  get length(): number {
    let length = this.head + this.#known;
    while (length > this.head && this.state[length - 1] === this.initial[length - 1 - this.head]) {
      length--;
    }
    return length;
  }

  /** Continues from a state that was copied from here. */
  restore(states: Int32Array, first: number, length: number): void {
    const { state, head } = this;
    for (let i = 0; i < length; i++) state[i] = states[first + i] as number;
    for (let i = length; i < head + this.#known; i++) state[i] = this.initial[i - head] as number;
  }

  /** Takes over a state that a search has made of this one. */
  adopt(state: Int32Array): void {
    this.state.set(state.subarray(0, this.head + this.#known));
  }

  at(client: number): ClientState {
    return this.numbers.get(this.state[client] as number);
  }

  isDead(client: number): boolean {
    return this.state[this.size + client] === DEAD;
  }

  sleeps(client: number): boolean {
    return (this.state[this.size + client] as number) > RUNNING;
  }

  hasEnded(client: number): boolean {
    return this.at(client).step === undefined;
  }

  /** About how many bytes it takes to know what the clients can come to. */
  get bytes(): number {
    const { length } = this.numbers.all;
    return length * BYTES_PER_CLIENT_STATE + this.program.monitor.size * BYTES_PER_MONITOR_STATE;
  }

  /** A copy of all words. */
  memory(): Int32Array {
    const memory = this.program.initial.slice();
    for (const [slot, word] of this.slots.words.entries()) memory[word] = this.read(slot);
    return memory;
  }

  /** What the word of a slot holds. */
  read(slot: number): number {
    return this.state[this.head + slot] as number;
  }

  /** Whether everybody who is alive has come to the end. */
  get allEnded(): boolean {
    for (let client = 0; client < this.size; client++) {
      if (!this.isDead(client) && !this.hasEnded(client)) return false;
    }
    return true;
  }

  get someDied(): boolean {
    return (this.faultsSoFar & COUNT_MASK) > 0;
  }

  /** A number that a search may keep with the state, 0 at the beginning. */
  get note(): number {
    return this.state[this.head - 1] as number;
  }

  set note(value: number) {
    this.state[this.head - 1] = value;
  }

  /** The monitor's state. */
  get monitor(): number {
    return this.state[2 * this.size] as number;
  }

  set monitor(value: number) {
    this.state[2 * this.size] = value;
  }

  /** The faults so far, packed as `moves.ts` says. */
  get faultsSoFar(): number {
    return this.state[2 * this.size + 1] as number;
  }

  set faultsSoFar(value: number) {
    this.state[2 * this.size + 1] = value;
  }

  /** Gives words that were touched for the first time their first values. */
  learnSlots(): void {
    const { words } = this.slots;
    if (words.length > this.initial.length) {
      this.initial = enlarged(this.initial, words.length * 2);
      this.state = enlarged(this.state, this.head + this.initial.length);
    }
    for (; this.#known < words.length; this.#known++) {
      const value = this.program.initial[words[this.#known] as number] as number;
      this.initial[this.#known] = value;
      this.state[this.head + this.#known] = value;
    }
  }
}

function enlarged(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
