import { type ClientState, ClientTree, Slots, StateNumbers } from './client-tree.ts';
import type { Program, Violation } from './program.ts';
import { NOT_EQUAL, STEP, TIMED_OUT, WOKEN } from './step.ts';

/** What can happen next: a client takes its step, or something happens to it. */
export const MOVE = { step: 0, crash: 1, wake: 2, timeOut: 3 } as const;

/** Bits of a move that tell the client. */
const CLIENT_BITS = 4;
/** Most clients of a program. */
export const MAX_CLIENTS: number = 1 << CLIENT_BITS;

export function moveOf(kind: number, client: number): number {
  return (kind << CLIENT_BITS) | client;
}

export function kindOf(move: number): number {
  return move >> CLIENT_BITS;
}

export function clientOf(move: number): number {
  return move & (MAX_CLIENTS - 1);
}

/** What may happen beside the clients' own steps, and how often. */
export interface Faults {
  /** Clients that die, between any two steps. */
  readonly crashes: number;
  /** Sleepers that wake although nobody woke them. */
  readonly spurious: number;
}

const RUNNING = 0;
const DEAD = -1;

// The fault word: how many crashes and spurious wake-ups there were; and for each client, whether its
// sleep has timed out since memory last changed.
const SPURIOUS_SHIFT = 4;
const COUNT_MASK = 15;
const TIMED_OUT_SHIFT = 8;
const COUNTS_MASK: number = (1 << TIMED_OUT_SHIFT) - 1;

/**
 * A program between two steps, and the rules by which it goes on.
 *
 * The state is a row of numbers: the clients' states; for each client whether it runs (0), is dead (-1)
 * or sleeps (its place among the sleepers); the monitor's state; the faults so far; a number of the
 * search's own; and the words that somebody has touched.
 */
export class Machine {
  readonly program: Program;
  readonly faults: Faults;
  readonly size: number;
  readonly numbers: StateNumbers = new StateNumbers();
  readonly slots: Slots;
  readonly trees: readonly ClientTree[];
  /** The first of the words in a state. */
  readonly head: number;
  state: Int32Array;
  /** What the last move broke, if anything. */
  violation: Violation | undefined;
  /** What the last step gave. */
  lastResult = 0;
  /** What each slot holds at the beginning. */
  initial: Int32Array = new Int32Array(64);
  #known = 0;
  readonly #at: ClientState[] = [];

  constructor(program: Program, faults: Faults) {
    this.program = program;
    this.faults = faults;
    this.size = program.clients.length;
    this.slots = new Slots(program.initial.length);
    this.head = 2 * this.size + 3;
    this.state = new Int32Array(this.head + this.initial.length);
    this.trees = program.clients.map(
      ({ code }) => new ClientTree(code, program.initial.length, this.slots, this.numbers),
    );
    this.reset();
  }

  /** Goes back to the beginning. */
  reset(): void {
    this.state.fill(0);
    this.#known = 0;
    this.violation = undefined;
    this.state[this.#monitor] = this.program.monitor.initial;
    this.learnSlots();
    for (const [client, { root }] of this.trees.entries()) {
      this.state[client] = root.id;
      this.#notice(client, root);
    }
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
    this.violation = undefined;
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

  /** Whether the client can take its next step now. */
  canStep(client: number): boolean {
    if (this.state[this.size + client] !== RUNNING) return false;
    const { step, guardSlots, guardValues } = this.at(client);
    if (step === undefined) return false;
    if (guardSlots.length === 0) return true;
    return guardSlots.some((slot, i) => this.read(slot) !== guardValues[i]);
  }

  /**
   * Collects all moves that are possible now.
   * @returns whether somebody goes on without a fault's help
   */
  moves(into: number[]): boolean {
    into.length = 0;
    for (let client = 0; client < this.size; client++) {
      if (this.canStep(client)) into.push(moveOf(MOVE.step, client));
    }
    let goesOn = into.length > 0;
    const stuck = !goesOn;
    const { crashes, spurious } = this.faults;
    if (crashes === 0 && spurious === 0) return goesOn;
    const faults = this.state[this.#faults] as number;
    const crashed = faults & COUNT_MASK;
    for (let client = 0; client < this.size; client++) {
      if (this.isDead(client) || this.hasEnded(client)) continue;
      if (crashed < crashes) into.push(moveOf(MOVE.crash, client));
      if (!this.sleeps(client)) continue;
      if (((faults >> SPURIOUS_SHIFT) & COUNT_MASK) < spurious) {
        into.push(moveOf(MOVE.wake, client));
      }
      // Time runs out only when nothing else happens any more, and only matters once somebody died.
      const timedOut = (faults >> (TIMED_OUT_SHIFT + client)) & 1;
      if (stuck && crashed > 0 && timedOut === 0 && this.at(client).step?.timed) {
        into.push(moveOf(MOVE.timeOut, client));
        goesOn = true;
      }
    }
    return goesOn;
  }

  /** Whether everybody who is alive has come to the end. */
  get allEnded(): boolean {
    for (let client = 0; client < this.size; client++) {
      if (!this.isDead(client) && !this.hasEnded(client)) return false;
    }
    return true;
  }

  get someDied(): boolean {
    return ((this.state[this.#faults] as number) & COUNT_MASK) > 0;
  }

  move(move: number): void {
    const client = clientOf(move);
    switch (kindOf(move)) {
      case MOVE.step:
        this.#step(client);
        break;
      case MOVE.crash:
        this.#crash(client);
        break;
      case MOVE.wake:
        this.#countFault(1 << SPURIOUS_SHIFT);
        this.#wake(client);
        break;
      default:
        this.#countFault(1 << (TIMED_OUT_SHIFT + client));
        this.#leaveSleepers(client, RUNNING);
        this.#arrive(client, TIMED_OUT);
    }
  }

  /** A number that a search may keep with the state, 0 at the beginning. */
  get note(): number {
    return this.state[this.head - 1] as number;
  }

  set note(value: number) {
    this.state[this.head - 1] = value;
  }

  get #monitor(): number {
    return 2 * this.size;
  }

  get #faults(): number {
    return 2 * this.size + 1;
  }

  #step(client: number): void {
    const at = this.at(client);
    if (at.begins) {
      const { monitor } = this.program;
      const state = this.state[this.#monitor] as number;
      this.state[this.#monitor] = monitor.begin(state, client, at.operation);
    }
    const { kind, slot } = at;
    const { value, replacement } = at.step as { value: number; replacement: number };
    const word = this.head + slot;
    const before = slot < 0 ? 0 : (this.state[word] as number);
    let result = before;
    switch (kind) {
      case STEP.set:
      case STEP.store:
      case STEP.exchange:
        this.#write(word, value);
        break;
      case STEP.add:
        this.#write(word, (before + value) | 0);
        break;
      case STEP.sub:
        this.#write(word, (before - value) | 0);
        break;
      case STEP.compareExchange:
        if (before === value) this.#write(word, replacement);
        break;
      case STEP.wait:
        if (before === value) {
          this.#sleep(client);
          return;
        }
        result = NOT_EQUAL;
        break;
      case STEP.notify:
        result = this.#notify(slot, value);
        break;
      default:
    }
    this.lastResult = result;
    this.#arrive(client, result);
  }

  #write(word: number, value: number): void {
    if (this.state[word] === value) return;
    this.state[word] = value;
    // Something has changed: a sleep may time out again.
    this.state[this.#faults] = (this.state[this.#faults] as number) & COUNTS_MASK;
  }

  #sleep(client: number): void {
    let place = RUNNING;
    for (let other = 0; other < this.size; other++) {
      place = Math.max(place, this.state[this.size + other] as number);
    }
    this.state[this.size + client] = place + 1;
  }

  /** Wakes the first sleepers of a word, those first who slept first. */
  #notify(slot: number, most: number): number {
    let woken = 0;
    while (woken < most) {
      const first = this.#firstSleeper(slot);
      if (first < 0) break;
      this.#wake(first);
      woken++;
    }
    return woken;
  }

  #firstSleeper(slot: number): number {
    let first = -1;
    for (let client = 0; client < this.size; client++) {
      if (!this.sleeps(client) || this.at(client).slot !== slot) continue;
      if (first < 0 || this.#place(client) < this.#place(first)) first = client;
    }
    return first;
  }

  #place(client: number): number {
    return this.state[this.size + client] as number;
  }

  #wake(client: number): void {
    this.#leaveSleepers(client, RUNNING);
    this.#arrive(client, WOKEN);
  }

  #leaveSleepers(client: number, status: number): void {
    const place = this.#place(client);
    this.state[this.size + client] = status;
    if (place <= RUNNING) return;
    // Places stay the smallest there are, so that equal orders of sleepers are equal states.
    for (let other = 0; other < this.size; other++) {
      if (this.#place(other) > place) this.state[this.size + other] = this.#place(other) - 1;
    }
  }

  #crash(client: number): void {
    this.#countFault(1);
    this.#leaveSleepers(client, DEAD);
    const { word, value } = this.program.death(client);
    const slot = this.slots.of(word);
    this.learnSlots();
    this.#write(this.head + slot, value);
    const state = this.state[this.#monitor] as number;
    this.state[this.#monitor] = this.program.monitor.die(state, client);
  }

  #countFault(amount: number): void {
    this.state[this.#faults] = (this.state[this.#faults] as number) + amount;
  }

  /** `client`'s step gave `result`: what it comes to by that. */
  #arrive(client: number, result: number): void {
    const tree = this.trees[client] as ClientTree;
    const next = tree.after(this.at(client), result);
    if (this.slots.words.length > this.#known) this.learnSlots();
    this.state[client] = next.id;
    this.#notice(client, next);
  }

  #notice(client: number, { ended, failure }: ClientState): void {
    if (failure !== undefined) {
      const { name } = this.program.clients[client] as { name: string };
      this.violation ??= { kind: 'failure', message: `${name} broke down: ${failure}` };
    } else if (ended !== undefined) {
      for (let each = 0; each < this.size; each++) this.#at[each] = this.at(each);
      const state = this.state[this.#monitor] as number;
      const outcome = this.program.monitor.end(state, client, this.#at);
      if (typeof outcome === 'number') this.state[this.#monitor] = outcome;
      else this.violation ??= outcome;
    }
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
