import { ENDING, OPERATION } from '../../store/history-log.ts';
import type { History } from '../history.ts';
import { gather, sortedByColumn } from '../order.ts';

/** What an operation does to the stock of its event, or sees of it. */
export const MOVE = {
  /** Takes an amount; there must be as much. */
  grant: 0,
  /** Puts an amount back. */
  giveBack: 1,
  /** Sees that there is less than an amount. */
  refusal: 2,
  /** Sees that there is exactly an amount. */
  look: 3,
} as const;

/**
 * The operations of one event, as far as they have to fit into one order, in columns. An operation
 * without an answer ends at infinity: it may have happened at any moment since, or never.
 */
export interface Moves {
  readonly count: number;
  /** Their places in the history. */
  readonly operation: Uint32Array;
  readonly move: Uint8Array;
  readonly amount: Int32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /**
   * The move of the same client that ended in the very nanosecond in which this one began, or -1. Other
   * moves that meet in one nanosecond count as overlapping, since clocks are not so exact; but one
   * client's next operation comes after its last, unless it is seen to do several things at once.
   */
  readonly after: Int32Array;
  /** The order of the store's own account, NaN where it says nothing. */
  readonly sequence: Float64Array;
}

/**
 * The moves of one event.
 * @param operations those of the event, in the order in which they began
 */
export function movesOf(history: History, operations: Uint32Array): Moves {
  const kept = operations.filter((operation) => moveOf(history, operation) >= 0);
  const move = new Uint8Array(kept.length);
  const amount = new Int32Array(kept.length);
  const sequence = new Float64Array(kept.length);
  for (let i = 0; i < kept.length; i++) {
    const operation = kept[i] as number;
    move[i] = moveOf(history, operation);
    const column = move[i] === MOVE.look ? history.value : history.quantity;
    amount[i] = column[operation] as number;
    sequence[i] = sequenceOf(history, operation);
  }
  return {
    count: kept.length,
    operation: kept,
    move,
    amount,
    startNs: gather(history.startNs, kept),
    endNs: gather(history.endNs, kept),
    after: immediatePredecessors(history, kept),
    sequence,
  };
}

/** What an operation is a move of; -1 where there is nothing to be held to. */
function moveOf({ kind, ending, promises }: History, operation: number): number {
  // Who may sell more than there is has no stock that answers could agree with.
  if (!promises.includes('noOversell')) return -1;
  const ended = ending[operation];
  switch (kind[operation]) {
    case OPERATION.reserve:
      if (ended === ENDING.reserved || ended === ENDING.indeterminate) return MOVE.grant;
      return ended === ENDING.soldOut && promises.includes('noFalseSoldOut') ? MOVE.refusal : -1;
    case OPERATION.cancel:
      return ended === ENDING.cancelled || ended === ENDING.indeterminate ? MOVE.giveBack : -1;
    default:
      return ended === ENDING.browsed && promises.includes('noStaleRead') ? MOVE.look : -1;
  }
}

/** Tickets are numbered as they are sold, so their numbers are an account of the order of grants. */
function sequenceOf({ sequence, kind, ending, value }: History, operation: number): number {
  if (sequence) return sequence[operation] as number;
  const granted = kind[operation] === OPERATION.reserve && ending[operation] === ENDING.reserved;
  return granted ? (value[operation] as number) : Number.NaN;
}

function immediatePredecessors({ client, startNs, endNs }: History, kept: Uint32Array): Int32Array {
  const after = new Int32Array(kept.length).fill(-1);
  const lastOf = new Map<number, number>();
  const untilNs = new Map<number, number>();
  const overlapping = new Set<number>();
  for (let move = 0; move < kept.length; move++) {
    const operation = kept[move] as number;
    const who = client[operation] as number;
    // Who is not named may be anybody.
    if (who < 0) continue;
    const begunNs = startNs[operation] as number;
    const endedNs = endNs[operation] as number;
    const last = lastOf.get(who);
    if (last !== undefined && endNs[kept[last] as number] === begunNs) after[move] = last;
    if (begunNs < (untilNs.get(who) ?? begunNs)) overlapping.add(who);
    // Who was told nothing has gone on all the same.
    if (endedNs === Number.POSITIVE_INFINITY) continue;
    lastOf.set(who, move);
    untilNs.set(who, Math.max(endedNs, untilNs.get(who) ?? endedNs));
  }
  if (overlapping.size === 0) return after;
  // A client that does several things at once is several: what meets in one nanosecond may overlap, too.
  return after.map((before, move) => {
    return overlapping.has(client[kept[move] as number] as number) ? -1 : before;
  });
}

/**
 * The beginnings and ends of all moves, in order of time, and beginnings first: twice the move's number
 * for a beginning, one more for an end. What never ended has no end.
 */
export function happeningsOf({ count, startNs, endNs }: Moves): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, move) => move);
  const ended = all.filter((move) => (endNs[move] as number) < Number.POSITIVE_INFINITY);
  const ends = sortedByColumn(ended, endNs);
  const happenings = new Uint32Array(all.length + ends.length);
  let begun = 0;
  let over = 0;
  for (let i = 0; i < happenings.length; i++) {
    const begins =
      over >= ends.length ||
      (begun < count && (startNs[begun] as number) <= (endNs[ends[over] as number] as number));
    happenings[i] = begins ? 2 * begun++ : 2 * (ends[over++] as number) + 1;
  }
  return happenings;
}

/** By how much a move changes what is left. */
export function changeOf({ move, amount }: Moves, index: number): number {
  const kind = move[index];
  if (kind === MOVE.grant) return -(amount[index] as number);
  return kind === MOVE.giveBack ? (amount[index] as number) : 0;
}

/** Whether a move only sees the stock. */
export function isRead({ move }: Moves, index: number): boolean {
  return (move[index] as number) >= MOVE.refusal;
}

/** Whether a move can happen when `left` tickets are left. */
export function isPossible({ move, amount }: Moves, index: number, left: number): boolean {
  switch (move[index]) {
    case MOVE.grant:
      return left >= (amount[index] as number);
    case MOVE.refusal:
      return left < (amount[index] as number);
    case MOVE.look:
      return left === amount[index];
    default:
      return true;
  }
}
