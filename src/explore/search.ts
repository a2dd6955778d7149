import type { HappensBefore } from './happens-before.ts';
import type { Machine } from './machine.ts';
import { clientOf, kindOf, MOVE } from './moves.ts';
import type { Violation } from './program.ts';
import type { Race } from './races.ts';

/** How an exploration went through the schedules. */
export type SearchName = 'breadth-first' | 'source-dpor' | 'preemption-bound' | 'pct';

/** A broken rule, and the moves that lead to it. */
export interface Failure {
  readonly violation: Violation;
  readonly moves: readonly number[];
}

/** A race, and the moves after which both its steps are next. */
export interface FoundRace {
  readonly race: Race;
  readonly moves: readonly number[];
}

/** What can end a search early; an interruption counts as time that is up. */
export type Limit = 'states' | 'memory' | 'time';

/** What one search found, and how far it came. */
export interface SearchOutcome {
  readonly search: SearchName;
  /** What kept it from seeing all there is to see, within `bound` if it has one. */
  readonly stoppedBy: Limit | undefined;
  /** The most preemptions in a schedule, for a search that bounds them. */
  readonly bound?: number;
  /** States of the whole program seen, for searches that remember them. */
  readonly states: number;
  /** Runs from the beginning to an end, for searches that do not. */
  readonly schedules: number;
  readonly steps: number;
  readonly failure: Failure | undefined;
  /** Whether no failure has fewer moves than the one found. */
  readonly shortest: boolean;
  readonly races: readonly FoundRace[];
  /** How many clients were taken for interchangeable at most; 1 is none. */
  readonly symmetry: number;
  /** How likely a schedule of PCT shows a bug of each depth, from depth 1. */
  readonly chances?: readonly number[];
}

export interface SearchProgress {
  readonly states: number;
  readonly schedules: number;
  readonly steps: number;
}

/** A search under way. It stops from time to time to tell how far it is, so that others get a turn. */
export type Search = Generator<SearchProgress, SearchOutcome>;

/** Where a search gives up. */
export interface Limits {
  readonly maxStates: number;
  /** Bytes for the states that a search remembers. */
  readonly maxBytes: number;
  /** Asked from time to time. */
  readonly mayGoOn: () => boolean;
}

/** Clocks are asked once in so many moves. */
export const MOVES_BETWEEN_LOOKS = 4096;

/** What is broken in a state in which nobody can go on by itself, if anything. */
export function runEndViolation(machine: Machine): Violation | undefined {
  const { program, size } = machine;
  if (!machine.allEnded) return stuckViolation(machine);
  const at = Array.from({ length: size }, (_, client) => machine.at(client));
  return program.monitor.finish(at, machine.memory(), machine.someDied);
}

/** Nobody can go on: why, from the point of view of those who wait. */
function stuckViolation(machine: Machine): Violation {
  const { program, size } = machine;
  const waiting: string[] = [];
  let lost = false;
  for (let client = 0; client < size; client++) {
    if (machine.isDead(client) || machine.hasEnded(client)) continue;
    const { step, slot, guardSlots } = machine.at(client);
    const name = program.clients[client]?.name ?? '';
    if (machine.sleeps(client)) {
      const word = program.describe(step?.word ?? 0).name;
      const changed = machine.read(slot) !== step?.value;
      lost ||= changed;
      waiting.push(`${name} sleeps on ${word}${changed ? ' although it has changed since' : ''}`);
    } else {
      const words = guardSlots.map((each) => program.describe(machine.slots.words[each] ?? 0).name);
      waiting.push(`${name} waits in a loop for ${words.join(' or ')} to change`);
    }
  }
  const kind = lost ? 'lost wake-up' : 'deadlock';
  return { kind, message: `nobody can go on: ${waiting.join('; ')}` };
}

/** Takes a move and tells `order` of it. */
export function stepAndFollow(machine: Machine, move: number, order: HappensBefore): void {
  const client = clientOf(move);
  const { step } = machine.at(client);
  const asleep: number[] = [];
  for (let other = 0; other < machine.size; other++) if (machine.sleeps(other)) asleep.push(other);
  machine.move(move);
  if (kindOf(move) !== MOVE.step || step === undefined) return;
  const woken = asleep.filter((other) => !machine.sleeps(other));
  order.step(client, step, machine.lastResult, woken);
}

/** Adds races of which none of the kind was known. */
export function collectRaces(
  known: Map<string, FoundRace>,
  races: readonly Race[],
  moves: () => readonly number[],
): void {
  for (const race of races) {
    const key = `${race.word} ${race.kinds.toSorted().join(' ')}`;
    if (!known.has(key)) known.set(key, { race, moves: moves() });
  }
}
