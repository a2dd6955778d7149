import type { ClientState } from './client-tree.ts';
import type { Machine } from './machine.ts';
import { isPlain, STEP, type Step } from './step.ts';

/** Two steps of two clients on one word that nothing orders, one plain, one writing. */
export interface Race {
  readonly word: number;
  readonly clients: readonly [number, number];
  readonly kinds: readonly [string, string];
}

/** How a person calls what a step does to its word. */
export function accessOf({ kind }: Step): string {
  if (kind === STEP.get) return 'plain read';
  if (kind === STEP.set) return 'plain write';
  return kind === STEP.load || kind === STEP.wait ? 'atomic read' : 'atomic write';
}

function mayWrite({ kind }: Step): boolean {
  return kind !== STEP.get && kind !== STEP.load && kind !== STEP.wait && kind !== STEP.notify;
}

/** Whether two steps on the same word need an order: one of them writes, and one is plain. */
export function conflict(one: Step, other: Step): boolean {
  if (one.kind === STEP.notify || other.kind === STEP.notify) return false;
  return (isPlain(one) || isPlain(other)) && (mayWrite(one) || mayWrite(other));
}

/**
 * The race between two clients who are both about to step, if there is one.
 *
 * A program has a data race in some sequentially consistent run if and only if in some such run two
 * conflicting steps are next to each other, hence both possible in one state (Adve and Hill, "Weak
 * Ordering - A New Definition", ISCA 1990). A search of all states therefore needs no clocks.
 */
export function raceAt(machine: Machine): Race | undefined {
  for (let one = 0; one < machine.size; one++) {
    if (!machine.canStep(one)) continue;
    const at = machine.at(one);
    if (at.slot < 0) continue;
    for (let other = one + 1; other < machine.size; other++) {
      const rival = machine.at(other);
      if (rival.slot !== at.slot || !machine.canStep(other)) continue;
      if (conflict(at.step as Step, rival.step as Step)) return raceOf(at, one, rival, other);
    }
  }
  return undefined;
}

function raceOf(at: ClientState, one: number, rival: ClientState, other: number): Race {
  const steps = [at.step as Step, rival.step as Step] as const;
  return {
    word: steps[0].word,
    clients: [one, other],
    kinds: [accessOf(steps[0]), accessOf(steps[1])],
  };
}
