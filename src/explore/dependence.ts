import type { ClientState } from './client-tree.ts';
import { STEP, type Step, writes } from './step.ts';

/** A step that was taken, with all that decides whether it could change places with another. */
export interface TakenStep {
  readonly client: number;
  readonly slot: number;
  readonly writes: boolean;
  /** Whether it changed or read who sleeps on the word. */
  readonly queues: boolean;
  /** Words that a busy loop looked at before it. */
  readonly guards: readonly number[];
  /** Whether an operation began or ended with it: their order is what clients can see. */
  readonly begins: boolean;
  readonly ends: boolean;
}

export function takenStep(
  client: number,
  at: ClientState,
  result: number,
  parked: boolean,
  ends: boolean,
): TakenStep {
  const step = at.step as Step;
  return {
    client,
    slot: at.slot,
    writes: !parked && writes(step, result),
    queues: step.kind === STEP.notify || parked,
    guards: at.guardSlots,
    begins: at.begins,
    ends,
  };
}

/** Whether the two steps, of different clients, may lead elsewhere in the other order. */
export function dependent(one: TakenStep, other: TakenStep): boolean {
  if ((one.begins && other.ends) || (one.ends && other.begins)) return true;
  if (other.writes && one.guards.length > 0 && one.guards.includes(other.slot)) return true;
  if (one.writes && other.guards.length > 0 && other.guards.includes(one.slot)) return true;
  if (one.slot < 0 || one.slot !== other.slot) return false;
  return one.writes || other.writes || (one.queues && other.queues);
}
