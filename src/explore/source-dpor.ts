import { dependent, type TakenStep, takenStep } from './dependence.ts';
import { HappensBefore, join, zeros } from './happens-before.ts';
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
  /** For each client, how much of the others' past it depends on. */
  readonly clocks: readonly (readonly number[])[];
  /** Clients, as bits. */
  readonly enabled: number;
  backtrack: number;
  done: number;
  /** Clients that need not step here, with the step each would take: that was explored before. */
  readonly sleep: Map<number, TakenStep>;
}

interface DatedStep extends TakenStep {
  /** The clock of the step: how many steps of each client come before it, in every equal schedule. */
  readonly clock: readonly number[];
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
  /** The step taken at each frame but the last. */
  readonly #taken: DatedStep[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  *run(limits: Limits): Generator<SearchProgress, Limit | undefined> {
    const machine = this.#machine;
    machine.reset();
    if (machine.violation) this.failure = { violation: machine.violation, moves: [] };
    const nothing = Array.from({ length: machine.size }, () => zeros(machine.size));
    this.#push(nothing, new Map(), -1);
    let nextLook = MOVES_BETWEEN_LOOKS;
    while (this.#frames.length > 0 && !this.failure) {
      const frame = this.#frames.at(-1) as Frame;
      const client = lowestBit(frame.backtrack & ~frame.done & ~bitsOf(frame.sleep.keys()));
      if (client < 0) {
        this.#frames.pop();
        this.#taken.pop();
      } else {
        this.#explore(frame, client);
      }
      if (this.steps < nextLook) continue;
      nextLook = this.steps + MOVES_BETWEEN_LOOKS;
      yield { states: 0, schedules: this.schedules, steps: this.steps };
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
    const sleep = new Map([...frame.sleep].filter(([, other]) => !dependent(other, step)));
    frame.sleep.set(client, step);
    this.#taken.push(step);
    if (machine.violation) {
      this.failure = { violation: machine.violation, moves: this.#moves() };
      return;
    }
    this.#push(clocks, sleep, client);
  }

  /** Lets the client step, and dates the step. */
  #take(frame: Frame, client: number): { step: DatedStep; clocks: number[][] } {
    const machine = this.#machine;
    const at = machine.at(client);
    const before = Array.from({ length: machine.size }, (_, other) => machine.sleeps(other));
    machine.move(moveOf(MOVE.step, client));
    const woken = before.flatMap((slept, other) =>
      slept && !machine.sleeps(other) ? [other] : [],
    );
    const ends = [client, ...woken].some((other) => {
      return machine.at(other) !== at && machine.at(other).ended !== undefined;
    });
    const taken = takenStep(client, at, machine.lastResult, machine.sleeps(client), ends);
    const clock = [...(frame.clocks[client] as readonly number[])];
    for (const earlier of this.#taken) {
      if (earlier.client !== client && dependent(earlier, taken)) join(clock, earlier.clock);
    }
    clock[client] = (clock[client] as number) + 1;
    const clocks = frame.clocks.map((own) => [...own]);
    clocks[client] = clock;
    // Who is woken goes on after the step that woke it.
    for (const other of woken) join(clocks[other] as number[], clock);
    return { step: { ...taken, clock }, clocks };
  }

  /** For each earlier step that could as well have come after this one: sees that it will. */
  #findReversals(step: DatedStep): void {
    const known = [...((this.#frames.at(-1) as Frame).clocks[step.client] as readonly number[])];
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

  #push(clocks: readonly (readonly number[])[], sleep: Map<number, TakenStep>, last: number): void {
    const machine = this.#machine;
    const moves: number[] = [];
    const goesOn = machine.moves(moves);
    const enabled = bitsOf(moves);
    const awake = enabled & ~bitsOf(sleep.keys());
    const first = last >= 0 && (awake & (1 << last)) !== 0 ? last : lowestBit(awake);
    this.#frames.push({
      row: machine.state.slice(0, machine.length),
      clocks,
      enabled,
      backtrack: first < 0 ? 0 : 1 << first,
      done: 0,
      sleep,
    });
    if (first < 0) this.#endSchedule(goesOn);
  }

  #endSchedule(goesOn: boolean): void {
    // Where somebody could go on, all that could follow was seen after another order of the same steps.
    if (goesOn) return;
    this.schedules++;
    const violation = runEndViolation(this.#machine);
    if (violation) this.failure = { violation, moves: this.#moves() };
    this.#collectRaces();
  }

  /** Runs the schedule once more, with clocks that only know what truly orders memory. */
  #collectRaces(): void {
    const machine = this.#machine;
    const order = new HappensBefore(machine.size);
    const moves = this.#moves();
    machine.reset();
    for (const move of moves) stepAndFollow(machine, move, order);
    collectRaces(this.races, order.races, () => moves);
  }

  #moves(): number[] {
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

function bitsOf(clients: Iterable<number>): number {
  let bits = 0;
  for (const client of clients) bits |= 1 << client;
  return bits;
}

/** The number of the lowest bit that is set; -1 for none. */
function lowestBit(bits: number): number {
  return bits === 0 ? -1 : 31 - Math.clz32(bits & -bits);
}
