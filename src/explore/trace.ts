import { InputError } from '../base/errors.ts';
import { HappensBefore } from './happens-before.ts';
import { Machine } from './machine.ts';
import { clientOf, type Faults, kindOf, MOVE } from './moves.ts';
import type { Program, Violation } from './program.ts';
import type { Race } from './races.ts';
import { formatSchedule } from './schedule.ts';
import { runEndViolation, stepAndFollow } from './search.ts';
import type { Step } from './step.ts';

/** One move of a schedule, with what it did. */
export interface TraceStep {
  readonly move: number;
  readonly client: number;
  /** The shared-memory step; undefined for a move that is none, such as a death. */
  readonly step: Step | undefined;
  /** What the word held before and after it. */
  readonly before: number;
  readonly after: number;
  readonly result: number;
  /** Whether the step put its client to sleep. */
  readonly parked: boolean;
  readonly woken: readonly number[];
  /** The operation that began with the step, in words. */
  readonly begun: string | undefined;
  /** The operations that ended with it. */
  readonly ended: readonly EndedOperation[];
}

export interface EndedOperation {
  readonly client: number;
  readonly operation: number;
  readonly outcome: number;
}

/** A schedule run once more, looked at from all sides. */
export interface Trace {
  readonly steps: readonly TraceStep[];
  readonly violation: Violation | undefined;
  /** The races in it, with the numbers of their steps among `steps`. */
  readonly races: readonly (Race & { readonly indexes: readonly [number, number] })[];
  /** Whether everybody had ended, or could not go on. */
  readonly ended: boolean;
}

/**
 * Runs one schedule.
 * @throws InputError when somebody is to step who cannot
 */
export function traceSchedule(program: Program, faults: Faults, moves: readonly number[]): Trace {
  const machine = new Machine(program, faults);
  const order = new HappensBefore(machine.size);
  const steps: TraceStep[] = [];
  const memorySteps: number[] = [];
  const possible: number[] = [];
  let violation = machine.violation;
  for (const [i, move] of moves.entries()) {
    if (violation) break;
    machine.moves(possible);
    if (!possible.includes(move)) throw impossible(machine, moves, i);
    if (kindOf(move) === MOVE.step) memorySteps.push(i);
    steps.push(traceMove(machine, move, order));
    violation = machine.violation;
  }
  const ended = !machine.moves(possible);
  if (ended) violation ??= runEndViolation(machine);
  const races = order.races.map((race) => {
    const [one, other] = race.indexes;
    const indexes = [memorySteps[one] as number, memorySteps[other] as number] as const;
    return { ...race, indexes };
  });
  return { steps, violation, races, ended };
}

function traceMove(machine: Machine, move: number, order: HappensBefore): TraceStep {
  const client = clientOf(move);
  const at = machine.at(client);
  const before = at.slot < 0 ? 0 : machine.read(at.slot);
  const states = Array.from({ length: machine.size }, (_, each) => machine.at(each));
  const asleep = states.map((_, each) => machine.sleeps(each));
  stepAndFollow(machine, move, order);
  const stepped = kindOf(move) === MOVE.step;
  return {
    move,
    client,
    step: stepped ? at.step : undefined,
    before,
    after: at.slot < 0 ? 0 : machine.read(at.slot),
    result: machine.lastResult,
    parked: stepped && machine.sleeps(client),
    woken: asleep.flatMap((slept, each) =>
      slept && !machine.sleeps(each) && each !== client ? [each] : [],
    ),
    begun:
      stepped && at.begins ? machine.program.clients[client]?.operations[at.operation] : undefined,
    ended: states.flatMap((state, each) => {
      const now = machine.at(each);
      if (now === state || now.ended === undefined) return [];
      return [{ client: each, operation: state.operation, outcome: now.ended }];
    }),
  };
}

function impossible(machine: Machine, moves: readonly number[], index: number): InputError {
  const move = moves[index] as number;
  const client = clientOf(move);
  let why = kindOf(move) === MOVE.crash ? 'it cannot die there' : 'it does not sleep there';
  if (kindOf(move) === MOVE.step) {
    if (machine.isDead(client)) why = 'it is dead';
    else if (machine.sleeps(client)) why = 'it sleeps';
    else if (machine.hasEnded(client)) why = 'it has ended';
    else why = 'it waits in a loop until a word changes';
  }
  return new InputError(
    `--schedule cannot be followed: at move ${index + 1} (${formatSchedule([move])}) ${machine.program.clients[client]?.name} cannot go on: ${why}`,
  );
}
