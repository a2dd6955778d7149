import type { ClientState, ClientTree } from './client-tree.ts';
import {
  COUNT_MASK,
  COUNTS_MASK,
  clientOf,
  type Faults,
  kindOf,
  MOVE,
  mayFail,
  moveOf,
  SPURIOUS_SHIFT,
  TIME_OUTS_SHIFT,
  TIMED_OUT_SHIFT,
} from './moves.ts';
import type { Program, Violation } from './program.ts';
import { ProgramState } from './program-state.ts';
import { DEAD, joinSleepers, leaveSleepers, RUNNING } from './sleepers.ts';
import { NOT_EQUAL, STEP, type Step, TIMED_OUT, valueAfter, WOKEN } from './step.ts';

/** The rules by which a program goes on from one state to the next. */
export class Machine extends ProgramState {
  readonly faults: Faults;
  /** What the last move broke, if anything. */
  violation: Violation | undefined;
  /** What the last step gave. */
  lastResult = 0;
  readonly #at: ClientState[] = [];

  /** @param forgets whether clients at rest are taken to remember nothing but their operations */
  constructor(program: Program, faults: Faults, forgets: boolean = false) {
    super(program, forgets);
    this.faults = faults;
    this.reset();
  }

  /** Goes back to the beginning. */
  reset(): void {
    this.clear();
    this.violation = undefined;
    for (const [client, { root }] of this.trees.entries()) this.#notice(client, root);
  }

  override restore(states: Int32Array, first: number, length: number): void {
    super.restore(states, first, length);
    this.violation = undefined;
  }

  /** Whether the client can take its next step now. */
  canStep(client: number): boolean {
    if (this.state[this.size + client] !== RUNNING) return false;
    const { step, guard, guardSlots } = this.at(client);
    if (step === undefined) return false;
    if (guardSlots.length === 0) return true;
    return guardSlots.some((slot, i) => this.read(slot) !== guard?.values[i]);
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
    const steps = into.length > 0;
    if (!mayFail(this.faults)) return steps;
    const { timeOuts } = this.faults;
    // Once somebody has died, those who wait for him go on because their time is up: at any moment, but
    // again only after something has changed.
    const overdue = this.someDied;
    let goesOn = steps;
    for (let client = 0; client < this.size; client++) {
      if (this.isDead(client) || this.hasEnded(client)) continue;
      this.#faultMoves(client, into);
      if (!overdue || !this.#mayTimeOut(client)) continue;
      if (!this.#hasFault(TIME_OUTS_SHIFT, timeOuts)) into.push(moveOf(MOVE.timeOut, client));
      goesOn = true;
    }
    return goesOn;
  }

  #faultMoves(client: number, into: number[]): void {
    const { crashes, spurious, timeOuts } = this.faults;
    const mortal = this.program.death(client) !== undefined;
    if (mortal && this.#hasFault(0, crashes)) into.push(moveOf(MOVE.crash, client));
    if (!this.sleeps(client)) return;
    if (this.#hasFault(SPURIOUS_SHIFT, spurious)) into.push(moveOf(MOVE.wake, client));
    const timed = this.at(client).step?.timed ?? false;
    if (timed && this.#hasFault(TIME_OUTS_SHIFT, timeOuts)) {
      into.push(moveOf(MOVE.timeOut, client));
    }
  }

  /** Whether one more of the faults that are counted at `shift` may happen. */
  #hasFault(shift: number, most: number): boolean {
    return ((this.faultsSoFar >> shift) & COUNT_MASK) < most;
  }

  /** Whether the client sleeps for a limited time, and has not woken for nothing already. */
  #mayTimeOut(client: number): boolean {
    if (!this.sleeps(client) || !this.at(client).step?.timed) return false;
    return ((this.faultsSoFar >> (TIMED_OUT_SHIFT + client)) & 1) === 0;
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
        this.#countTimeOut(client);
        leaveSleepers(this.state, this.size, client, RUNNING);
        this.#arrive(client, TIMED_OUT);
    }
  }

  #step(client: number): void {
    const at = this.at(client);
    if (at.begins) {
      this.monitor = this.program.monitor.begin(this.monitor, client, at.operation);
    }
    const { slot } = at;
    const step = at.step as Step;
    const before = slot < 0 ? 0 : this.read(slot);
    let result = before;
    if (step.kind === STEP.wait) {
      if (before === step.value) {
        joinSleepers(this.state, this.size, client);
        return;
      }
      result = NOT_EQUAL;
    } else if (step.kind === STEP.notify) {
      result = this.#notify(slot, step.value);
    } else if (slot >= 0) {
      this.#write(this.head + slot, valueAfter(step, before));
    }
    this.lastResult = result;
    this.#arrive(client, result);
  }

  #write(word: number, value: number): void {
    if (this.state[word] === value) return;
    this.state[word] = value;
    // Something has changed: a sleep may time out again.
    this.faultsSoFar &= COUNTS_MASK;
  }

  #wake(client: number): void {
    leaveSleepers(this.state, this.size, client, RUNNING);
    this.#arrive(client, WOKEN);
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
      if (first < 0 || this.#status(client) < this.#status(first)) first = client;
    }
    return first;
  }

  #status(client: number): number {
    return this.state[this.size + client] as number;
  }

  #crash(client: number): void {
    this.#countFault(1);
    leaveSleepers(this.state, this.size, client, DEAD);
    const { word, value } = this.program.death(client) as { word: number; value: number };
    const slot = this.slots.of(word);
    this.learnSlots();
    this.#write(this.head + slot, value);
    this.monitor = this.program.monitor.die(this.monitor, client);
  }

  /** One that was allowed for, or else one that only happens when all others wait, too. */
  #countTimeOut(client: number): void {
    const free = this.#hasFault(TIME_OUTS_SHIFT, this.faults.timeOuts);
    this.#countFault(1 << (free ? TIME_OUTS_SHIFT : TIMED_OUT_SHIFT + client));
  }

  #countFault(amount: number): void {
    this.faultsSoFar += amount;
  }

  /** `client`'s step gave `result`: what it comes to by that. */
  #arrive(client: number, result: number): void {
    const tree = this.trees[client] as ClientTree;
    const next = tree.after(this.at(client), result);
    this.learnSlots();
    this.state[client] = next.id;
    this.#notice(client, next);
  }

  #notice(client: number, { ended, failure }: ClientState): void {
    if (failure !== undefined) {
      const { name } = this.program.clients[client] as { name: string };
      this.violation ??= { kind: 'failure', message: `${name} broke down: ${failure}` };
    } else if (ended !== undefined) {
      for (let each = 0; each < this.size; each++) this.#at[each] = this.at(each);
      const outcome = this.program.monitor.end(this.monitor, client, this.#at);
      if (typeof outcome === 'number') this.monitor = outcome;
      else this.violation ??= outcome;
    }
  }
}
