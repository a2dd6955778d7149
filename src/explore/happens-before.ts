import { accessOf, conflict, type Race } from './races.ts';
import { STEP, type Step, writes } from './step.ts';

/** How much of each client's past is known. */
type Clock = number[] | Int32Array;

/** One access to a word, with its place in its client's order. */
interface Access {
  readonly client: number;
  readonly time: number;
  readonly step: Step;
  /** The number of the access in the run. */
  readonly index: number;
}

/** A race in one run, with the numbers of its two steps in it. */
export interface OrderedRace extends Race {
  readonly indexes: readonly [number, number];
}

/**
 * Follows one run and tells which accesses nothing orders, by vector clocks (Fidge; Mattern 1988): a
 * client knows of all that happened before what it has read atomically, or been woken by.
 */
export class HappensBefore {
  readonly races: OrderedRace[] = [];
  readonly #clocks: number[][];
  /** What a client comes to know by reading a word atomically. */
  readonly #released: Map<number, readonly number[]> = new Map();
  readonly #accesses: Map<number, Access[]> = new Map();
  #steps = 0;

  constructor(clients: number) {
    this.#clocks = Array.from({ length: clients }, () => Array.from({ length: clients }, () => 0));
  }

  /** `client` has taken `step`, which gave `result` and woke `woken`. */
  step(client: number, step: Step, result: number, woken: readonly number[]): void {
    const clock = this.#clocks[client] as number[];
    clock[client] = (clock[client] as number) + 1;
    const access: Access = {
      client,
      time: clock[client],
      step,
      index: this.#steps++,
    };
    if (step.kind === STEP.local) return;
    this.#synchronize(step, result, clock);
    for (const sleeper of woken) join(this.#clocks[sleeper] as number[], clock);
    this.#findRaces(access, clock);
  }

  #synchronize(step: Step, result: number, clock: number[]): void {
    const { kind, word } = step;
    if (kind === STEP.get || kind === STEP.set || kind === STEP.notify) return;
    const released = this.#released.get(word);
    if (released && kind !== STEP.store) join(clock, released);
    if (writes(step, result)) this.#released.set(word, [...clock]);
  }

  #findRaces(access: Access, clock: readonly number[]): void {
    const { word } = access.step;
    const earlier = this.#accesses.get(word) ?? [];
    for (const other of earlier) {
      if (other.client === access.client || other.time <= (clock[other.client] as number)) continue;
      if (conflict(other.step, access.step)) this.races.push(raceOf(other, access));
    }
    earlier.push(access);
    this.#accesses.set(word, earlier);
  }
}

/** Lets `clock` know all that `other` knows. */
export function join(clock: Clock, other: Readonly<Clock>): void {
  for (let i = 0; i < other.length; i++) {
    clock[i] = Math.max(clock[i] as number, other[i] as number);
  }
}

function raceOf(one: Access, other: Access): OrderedRace {
  return {
    word: one.step.word,
    clients: [one.client, other.client],
    kinds: [accessOf(one.step), accessOf(other.step)],
    indexes: [one.index, other.index],
  };
}
