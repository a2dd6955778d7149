import { dependent, type TakenStep, takenStep } from './dependence.ts';
import { HappensBefore, join } from './happens-before.ts';
import type { Machine } from './machine.ts';
import { MOVE, moveOf } from './moves.ts';
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
  stepAndFollow,
} from './search.ts';

/** What is known at one point of the schedule that is under way. */
interface Frame {
  readonly row: Int32Array;
  /** For each client a row: how much of each client's past it depends on. */
  readonly clocks: Int32Array;
  /** Clients, as bits. */
  readonly enabled: number;
  backtrack: number;
  done: number;
  /** Clients that need not step here, as bits, and the step each would take: it was explored before. */
  asleep: number;
  readonly sleepers: (TakenStep | undefined)[];
}

interface DatedStep extends TakenStep {
  /** The clock of the step: how many steps of each client come before it, in every equal schedule. */
  readonly clock: Int32Array;
}

/**
 * Visits one schedule of each class of schedules that differ only by the order of independent steps,
 * remembering no states.
 *
 * Source: Abdulla, Aronis, Jonsson and Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial
 * Order Reduction", JACM 2017, algorithm 1 (source-DPOR, with sleep sets).
 */
export function* searchSourceDpor(machine: Machine, limits: Limits): Search {
  const search = new SourceDpor(machine);
  const stoppedBy = yield* search.run(limits);
  return {
    search: 'source-dpor',
    stoppedBy,
    states: 0,
    schedules: search.schedules,
    steps: search.steps,
    failure: search.failure,
    shortest: false,
    races: [...search.races.values()],
    symmetry: 1,
  };
}

class SourceDpor {
  readonly races: Map<string, FoundRace> = new Map();
  failure: Failure | undefined;
  schedules = 0;
  steps = 0;
  readonly #machine: Machine;
  readonly #frames: Frame[] = [];
  /** The moves that are possible, each time they are asked for: a client's own step is its number. */
  readonly #moves: number[] = [];
  /** The step taken at each frame but the last. */
  readonly #taken: DatedStep[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  *run(limits: Limits): Generator<SearchProgress, Limit | undefined> {
    const machine = this.#machine;
    machine.reset();
    if (machine.violation) this.failure = { violation: machine.violation, moves: [] };
    this.#push(new Int32Array(machine.size ** 2), 0, [], -1);
    let nextLook = MOVES_BETWEEN_LOOKS;
    while (this.#frames.length > 0 && !this.failure) {
      const frame = this.#frames.at(-1) as Frame;
      const client = lowestBit(frame.backtrack & ~frame.done & ~frame.asleep);
      if (client < 0) {
        this.#frames.pop();
        this.#taken.pop();
      } else {
        this.#explore(frame, client);
      }
      if (this.steps < nextLook) continue;
      nextLook = this.steps + MOVES_BETWEEN_LOOKS;
      yield { states: 0, schedules: this.schedules, steps: this.steps };
      if (this.#machine.bytes > limits.maxBytes) return 'memory';
      if (!limits.mayGoOn()) return 'time';
    }
    return undefined;
  }

  #explore(frame: Frame, client: number): void {
    const machine = this.#machine;
    frame.done |= 1 << client;
    machine.restore(frame.row, 0, frame.row.length);
    const { step, clocks } = this.#take(frame, client);
    this.steps++;
    this.#findReversals(step);
    let asleep = 0;
    for (const sleeper of frame.sleepers) {
      if (sleeper && !dependent(sleeper, step)) asleep |= 1 << sleeper.client;
    }
    const sleepers = asleep === 0 ? [] : [...frame.sleepers];
    frame.asleep |= 1 << client;
    frame.sleepers[client] = step;
    this.#taken.push(step);
    if (machine.violation) {
      this.failure = { violation: machine.violation, moves: this.#schedule() };
      return;
    }
    this.#push(clocks, asleep, sleepers, client);
  }

  /** Lets the client step, and dates the step. */
  #take(frame: Frame, client: number): { step: DatedStep; clocks: Int32Array } {
    const machine = this.#machine;
    const { size } = machine;
    const at = machine.at(client);
    const slept = sleepersOf(machine);
    machine.move(moveOf(MOVE.step, client));
    const woken = slept & ~sleepersOf(machine);
    let ends = machine.at(client) !== at && machine.at(client).ended !== undefined;
    for (let other = 0; other < size; other++) {
      if ((woken & (1 << other)) !== 0) ends ||= machine.at(other).ended !== undefined;
    }
    const taken = takenStep(client, at, machine.lastResult, machine.sleeps(client), ends);
    const clock = frame.clocks.slice(client * size, (client + 1) * size);
    for (const earlier of this.#taken) {
      if (earlier.client !== client && dependent(earlier, taken)) join(clock, earlier.clock);
    }
    clock[client] = (clock[client] as number) + 1;
    const clocks = frame.clocks.slice();
    clocks.set(clock, client * size);
    for (let other = 0; other < size; other++) {
      // Who is woken goes on after the step that woke it.
      if ((woken & (1 << other)) !== 0) join(clocks.subarray(other * size), clock);
    }
    return { step: { ...taken, clock }, clocks };
  }

  /** For each earlier step that could as well have come after this one: sees that it will. */
  #findReversals(step: DatedStep): void {
    const { size } = this.#machine;
    const { clocks } = this.#frames.at(-1) as Frame;
    const known = clocks.slice(step.client * size, (step.client + 1) * size);
    for (let i = this.#taken.length - 1; i >= 0; i--) {
      const earlier = this.#taken[i] as DatedStep;
      if (earlier.client === step.client || !dependent(earlier, step)) continue;
      const time = earlier.clock[earlier.client] as number;
      // Something in between depends on the one, and the other on that.
      const between = time <= (known[earlier.client] as number);
      join(known, earlier.clock);
      if (!between) this.#reverse(i, step);
    }
  }

  #reverse(index: number, step: DatedStep): void {
    const frame = this.#frames[index] as Frame;
    const earlier = this.#taken[index] as DatedStep;
    const time = earlier.clock[earlier.client] as number;
    const independent = this.#taken
      .slice(index + 1)
      .filter(({ clock }) => (clock[earlier.client] as number) < time);
    const initials = initialsOf([...independent, step]);
    if ((initials & (frame.backtrack | frame.done)) !== 0) return;
    const possible = initials & frame.enabled;
    // Where none of them could step yet, anybody's step may be what makes it possible.
    frame.backtrack |= possible === 0 ? frame.enabled : 1 << lowestBit(possible);
  }

  #push(
    clocks: Int32Array,
    asleep: number,
    sleepers: (TakenStep | undefined)[],
    last: number,
  ): void {
    const machine = this.#machine;
    const goesOn = machine.moves(this.#moves);
    let enabled = 0;
    for (const move of this.#moves) enabled |= 1 << move;
    const awake = enabled & ~asleep;
    const first = last >= 0 && (awake & (1 << last)) !== 0 ? last : lowestBit(awake);
    this.#frames.push({
      row: machine.state.slice(0, machine.length),
      clocks,
      enabled,
      backtrack: first < 0 ? 0 : 1 << first,
      done: 0,
      asleep,
      sleepers: sleepers.map((each) => (each && asleep & (1 << each.client) ? each : undefined)),
    });
    if (first < 0) this.#endSchedule(goesOn);
  }

  #endSchedule(goesOn: boolean): void {
    // Where somebody could go on, all that could follow was seen after another order of the same steps.
    if (goesOn) return;
    this.schedules++;
    const violation = runEndViolation(this.#machine);
    if (violation) this.failure = { violation, moves: this.#schedule() };
    this.#collectRaces();
  }

  /** Runs the schedule once more, with clocks that only know what truly orders memory. */
  #collectRaces(): void {
    const machine = this.#machine;
    const order = new HappensBefore(machine.size);
    const moves = this.#schedule();
    machine.reset();
    for (const move of moves) stepAndFollow(machine, move, order);
    collectRaces(this.races, order.races, () => moves);
  }

  #schedule(): number[] {
    return this.#taken.map(({ client }) => moveOf(MOVE.step, client));
  }
}

/** The clients whose first step among these depends on none of the others before it. */
function initialsOf(steps: readonly DatedStep[]): number {
  let initials = 0;
  let seen = 0;
  for (const [i, step] of steps.entries()) {
    const bit = 1 << step.client;
    if ((seen & bit) !== 0) continue;
    seen |= bit;
    const follows = steps.slice(0, i).some(({ client, clock }) => {
      return (clock[client] as number) <= (step.clock[client] as number);
    });
    if (!follows) initials |= bit;
  }
  return initials;
}

/** The clients that sleep, as bits. */
function sleepersOf(machine: Machine): number {
  let bits = 0;
  for (let client = 0; client < machine.size; client++) {
    if (machine.sleeps(client)) bits |= 1 << client;
  }
  return bits;
}

/** The number of the lowest bit that is set; -1 for none. */
function lowestBit(bits: number): number {
  return bits === 0 ? -1 : 31 - Math.clz32(bits & -bits);
}
