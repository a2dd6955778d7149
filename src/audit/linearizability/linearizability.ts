import type { History } from '../history.ts';
import { operationsByEvent } from '../history.ts';
import { type Contradiction, contradictionOf } from './contradiction.ts';
import {
  FRONTIER_LIMITS,
  type FrontierLimits,
  type SpareLooks,
  searchFrontier,
} from './frontier.ts';
import { happeningsOf, type Moves, movesOf } from './moves.ts';
import { canSweep, OK, type Outcome, sweep } from './sweep.ts';
import { accountHolds } from './witness.ts';

/** How it was decided about an event. */
export type Method = 'account' | 'sweep' | 'frontier';

export interface Linearizability {
  /** `ok`: proven for this history. `unknown`: the search grew too large for at least one event. */
  readonly verdict: 'ok' | 'violated' | 'unknown';
  /** How many events were decided in which way. */
  readonly decided: Readonly<Record<Method, number>>;
  readonly undecidedEvents: number;
  readonly violatedEvents: number;
  /** Where it shows, for the first of the events that are violated. */
  readonly contradictions: readonly Contradiction[];
}

/** Contradictions to work out: one is enough to prove, a few to see what they have in common. */
const CONTRADICTIONS_MAX = 5;

/**
 * Whether each operation of a history can have taken effect at one moment between its beginning and
 * its end (Herlihy and Wing, TOPLAS 1990). No operation touches two events, so each event is decided
 * for itself: by the store's own account of the order if that holds, by a sweep if nothing comes
 * back, else by a search that follows all possible pasts.
 */
export function checkLinearizability(
  history: History,
  limits: FrontierLimits = FRONTIER_LIMITS,
): Linearizability {
  const decided: Record<Method, number> = { account: 0, sweep: 0, frontier: 0 };
  const contradictions: Contradiction[] = [];
  let undecidedEvents = 0;
  let violatedEvents = 0;
  const spare = { left: limits.looksBeside };
  operationsByEvent(history).forEach((operations, event) => {
    const capacity = history.capacities[event] as number;
    const moves = movesOf(history, operations);
    const { method, outcome } = decide(moves, capacity, limits, spare);
    if (outcome.verdict === 'unknown') {
      undecidedEvents++;
      return;
    }
    decided[method]++;
    if (outcome.verdict !== 'violated') return;
    violatedEvents++;
    if (contradictions.length < CONTRADICTIONS_MAX) {
      contradictions.push(contradictionOf(moves, capacity, outcome.at, event));
    }
  });
  const clean = undecidedEvents > 0 ? 'unknown' : 'ok';
  const verdict = violatedEvents > 0 ? 'violated' : clean;
  return { verdict, decided, undecidedEvents, violatedEvents, contradictions };
}

function decide(
  moves: Moves,
  capacity: number,
  limits: FrontierLimits,
  spare: SpareLooks,
): { method: Method; outcome: Outcome } {
  if (accountHolds(moves, capacity)) return { method: 'account', outcome: OK };
  const happenings = happeningsOf(moves);
  if (canSweep(moves)) return { method: 'sweep', outcome: sweep(moves, happenings, capacity) };
  const outcome = searchFrontier(moves, happenings, capacity, limits, spare);
  return { method: 'frontier', outcome };
}
