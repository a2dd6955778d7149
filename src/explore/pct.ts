import { type Random, shuffled } from '../base/random.ts';
import { HappensBefore } from './happens-before.ts';
import type { Machine } from './machine.ts';
import { clientOf, kindOf, MOVE, mayFail, moveOf } from './moves.ts';
import {
  collectRaces,
  type Failure,
  type FoundRace,
  type Limits,
  runEndViolation,
  type Search,
  stepAndFollow,
} from './search.ts';

/** Bugs that need up to so many ordered steps are looked for. */
const MAX_DEPTH = 3;
const RUNS_BETWEEN_LOOKS = 16;
/** Of one run; each runs a client from its beginning where it has not been before. */
const STEPS_BETWEEN_LOOKS = 1000;
/** A run longer than this is a loop that never ends. */
const MAX_STEPS = 100_000;

/**
 * Runs schedules at random: clients have random priorities, and the one with the highest steps, but at
 * d - 1 random steps of a run that client's falls to the lowest. A bug that needs d steps in a certain
 * order then shows in each run with a probability of at least 1 / (n k^(d-1)), for n clients and k steps.
 *
 * Source: Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs",
 * ASPLOS 2010.
 */
export function* searchPct(machine: Machine, limits: Limits, random: Random, runs: number): Search {
  const sampler = new Sampler(machine, random);
  let done = 0;
  let longest = 1;
  let steps = 0;
  let failure: Failure | undefined;
  while (done < runs && !failure) {
    failure = sampler.run(1 + (done % MAX_DEPTH), longest, limits);
    longest = Math.max(longest, sampler.steps);
    steps += sampler.steps;
    done++;
    if (done % RUNS_BETWEEN_LOOKS === 0) {
      yield { states: 0, schedules: done, steps };
      if (!limits.mayGoOn()) break;
    }
  }
  return {
    search: 'pct',
    stoppedBy: done >= runs || failure !== undefined ? undefined : 'time',
    states: 0,
    schedules: done,
    steps,
    failure,
    shortest: false,
    races: [...sampler.races.values()],
    symmetry: 1,
    // A fault has its place and its kind, too, which the bound does not know of.
    ...(mayFail(machine.faults) ? {} : { chances: chancesOf(machine.size, longest, done) }),
  };
}

/** How likely at least one of the runs shows a bug of depth 1, 2, ...; a third of them look for each. */
function chancesOf(clients: number, steps: number, runs: number): number[] {
  return Array.from({ length: MAX_DEPTH }, (_, i) => {
    const chance = 1 / (clients * steps ** i);
    return 1 - (1 - chance) ** Math.floor(runs / MAX_DEPTH);
  });
}

class Sampler {
  readonly races: Map<string, FoundRace> = new Map();
  /** Steps of the last run. */
  steps = 0;
  readonly #machine: Machine;
  readonly #random: Random;

  constructor(machine: Machine, random: Random) {
    this.#machine = machine;
    this.#random = random;
  }

  /** One schedule for bugs of the given depth, about `length` steps long. */
  run(depth: number, length: number, { mayGoOn }: Limits): Failure | undefined {
    const machine = this.#machine;
    machine.reset();
    const order = new HappensBefore(machine.size);
    const priorities = this.#shuffled(machine.size, depth);
    const changes = Array.from({ length: depth - 1 }, () => this.#below(length));
    const fault = mayFail(machine.faults) ? this.#below(length) : -1;
    const taken: number[] = [];
    const moves: number[] = [];
    let violation = machine.violation;
    while (!violation && taken.length < MAX_STEPS) {
      if (taken.length % STEPS_BETWEEN_LOOKS === STEPS_BETWEEN_LOOKS - 1 && !mayGoOn()) break;
      const goesOn = machine.moves(moves);
      if (!goesOn) violation = runEndViolation(machine);
      if (!goesOn || violation) break;
      const move = this.#pick(moves, priorities, taken.length >= fault && fault >= 0);
      const change = changes.indexOf(taken.length);
      if (change >= 0) priorities[clientOf(move)] = change;
      stepAndFollow(machine, move, order);
      taken.push(move);
      violation = machine.violation;
    }
    this.steps = taken.length;
    collectRaces(this.races, order.races, () => taken);
    return violation && { violation, moves: taken };
  }

  /** The step of the client with the highest priority, or a fault once it is time for one. */
  #pick(moves: readonly number[], priorities: readonly number[], faulty: boolean): number {
    const faults = moves.filter((move) => kindOf(move) !== MOVE.step);
    const onlyFaults = faults.length === moves.length;
    if (faults.length > 0 && (faulty || onlyFaults)) {
      return faults[this.#below(faults.length)] as number;
    }
    let best = -1;
    for (const move of moves) {
      if (kindOf(move) !== MOVE.step) continue;
      const client = clientOf(move);
      if (best < 0 || (priorities[client] as number) > (priorities[best] as number)) best = client;
    }
    return moveOf(MOVE.step, best);
  }

  /** Distinct priorities from `lowest` up, in random order. */
  #shuffled(clients: number, lowest: number): number[] {
    const priorities = Array.from({ length: clients }, (_, i) => lowest + i);
    return shuffled(priorities, this.#random);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.nextDouble() * limit);
  }
}
