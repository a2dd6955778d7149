import { FRONTIER_LIMITS, type SpareLooks, searchFrontier } from './frontier.ts';
import { changeOf, happeningsOf, isRead, type Moves } from './moves.ts';

/** The least that shows that a history is not linearizable. */
export interface Contradiction {
  readonly event: number;
  /** Tickets left by all operations that ended before those below began to matter. */
  readonly left: number;
  /** Operations of the history, in the order in which they began, that fit into no order. */
  readonly operations: readonly number[];
  /** The one among them that ends first of all that cannot be explained. */
  readonly unexplained: number;
}

/** Moves to go through to find out which reads can be left out: more would take long, and tell little. */
const TRIED_MOVES_MAX = 200_000;
/** Looks that all the searches for one contradiction may take beside those of their own. */
const SPARE_LOOKS = 500_000;

/**
 * Makes a violation small: of all that had ended before, only what it left behind is kept; of the
 * rest, only those reads without which it would be none.
 *
 * All operations that ended before some moment are replaced by the sum of their effects, and reads that
 * were in progress then are left out. Whatever explains the whole explains that, too: so if nothing
 * explains that, nothing explains the whole. The later the moment, the less remains; it is found by
 * going back until the violation shows.
 */
export function contradictionOf(
  moves: Moves,
  capacity: number,
  at: number,
  event: number,
): Contradiction {
  const endsNs = moves.endNs.filter((endNs) => endNs <= (moves.startNs[at] as number)).toSorted();
  const limitNs = moves.endNs[at] as number;
  const spare: SpareLooks = { left: SPARE_LOOKS };
  const isViolated = (window: Window): boolean => firstUnexplained(window, spare) >= 0;
  const windowBack = (ends: number): Window => {
    const fromNs = ends === 0 ? (moves.startNs[at] as number) : endsNs[endsNs.length - ends];
    return windowFrom(moves, capacity, ends > endsNs.length ? undefined : fromNs, limitNs);
  };
  let ends = 0;
  while (ends <= endsNs.length && !isViolated(windowBack(ends))) ends = 2 * ends + 1;
  let enough = Math.min(ends, endsNs.length + 1);
  let tooFew = ends === 0 ? 0 : (ends - 1) / 2;
  while (enough - tooFew > 1) {
    const middle = (enough + tooFew) >> 1;
    if (isViolated(windowBack(middle))) enough = middle;
    else tooFew = middle;
  }
  return {
    event,
    ...describe(
      withoutNeedlessReads(windowBack(enough), isViolated),
      moves.operation[at] as number,
      spare,
    ),
  };
}

/** A stretch of time, and what was left when it began. */
interface Window {
  readonly moves: Moves;
  readonly left: number;
}

/** All that matters from a moment until `limitNs`; the whole beginning without a moment. */
function windowFrom(
  moves: Moves,
  capacity: number,
  fromNs: number = Number.NEGATIVE_INFINITY,
  limitNs: number,
): Window {
  let left = capacity;
  const kept: number[] = [];
  for (let move = 0; move < moves.count; move++) {
    const startNs = moves.startNs[move] as number;
    const endNs = moves.endNs[move] as number;
    if (endNs < fromNs) left += changeOf(moves, move);
    else if (isRead(moves, move) ? startNs >= fromNs && endNs <= limitNs : startNs <= limitNs) {
      kept.push(move);
    }
  }
  return { moves: unendedAfter(limitNs, pick(moves, kept)), left };
}

/** What ends after the limit need not have happened before: of what explains that, not all is kept. */
function unendedAfter(limitNs: number, moves: Moves): Moves {
  const endNs = moves.endNs.map((each) => (each <= limitNs ? each : Number.POSITIVE_INFINITY));
  return { ...moves, endNs };
}

function pick(moves: Moves, kept: readonly number[]): Moves {
  const placeOf = new Map(kept.map((move, place) => [move, place]));
  const places = Uint32Array.from(kept);
  const operation = places.map((move) => moves.operation[move] as number);
  return {
    count: kept.length,
    operation,
    move: Uint8Array.from(kept, (move) => moves.move[move] as number),
    amount: Int32Array.from(kept, (move) => moves.amount[move] as number),
    startNs: Float64Array.from(kept, (move) => moves.startNs[move] as number),
    endNs: Float64Array.from(kept, (move) => moves.endNs[move] as number),
    // Whoever is left out was done before; who stays keeps its place.
    after: Int32Array.from(kept, (move) => placeOf.get(moves.after[move] as number) ?? -1),
    sequence: Float64Array.from(kept, (move) => moves.sequence[move] as number),
  };
}

function firstUnexplained({ moves, left }: Window, spare: SpareLooks): number {
  const outcome = searchFrontier(moves, happeningsOf(moves), left, FRONTIER_LIMITS, spare);
  return outcome.verdict === 'violated' ? outcome.at : -1;
}

function withoutNeedlessReads(window: Window, isViolated: (window: Window) => boolean): Window {
  let least = window;
  let tried = 0;
  for (let move = window.moves.count - 1; move >= 0 && tried < TRIED_MOVES_MAX; move--) {
    if (!isRead(window.moves, move)) continue;
    tried += least.moves.count;
    const operation = window.moves.operation[move];
    const { moves } = least;
    const others = Array.from({ length: moves.count }, (_, each) => each).filter(
      (each) => moves.operation[each] !== operation,
    );
    const fewer = { ...least, moves: pick(moves, others) };
    if (isViolated(fewer)) least = fewer;
  }
  return least;
}

/** @param known what cannot be explained by the check that found it, should this one give up */
function describe(window: Window, known: number, spare: SpareLooks): Omit<Contradiction, 'event'> {
  const { moves, left } = window;
  const found = firstUnexplained(window, spare);
  const at = found < 0 ? moves.operation.indexOf(known) : found;
  const endNs = moves.endNs[at] as number;
  const involved = moves.operation.filter((_, move) => (moves.startNs[move] as number) <= endNs);
  return { left, operations: [...involved], unexplained: moves.operation[at] as number };
}
