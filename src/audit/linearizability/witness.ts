import { changeOf, isPossible, isRead, MOVE, type Moves } from './moves.ts';

/** Changes that a look may have to try before it is left to a search. */
const CHANGES_MAX = 10_000;

/**
 * Whether the store's own account of the order explains all moves: grants in the order of their
 * numbers, each as early as that allows, and returns as they begin. Then that is an order in which
 * each took effect at one moment between its beginning and its end, which proves that there is one. If
 * it does not explain them, that proves nothing. Takes O(n log n).
 */
export function accountHolds(moves: Moves, capacity: number): boolean {
  const effects = orderedEffects(moves);
  if (!effects) return false;
  const { order, atNs } = effects;
  const levels = new Float64Array(order.length + 1);
  levels[0] = capacity;
  for (let i = 0; i < order.length; i++) {
    const move = order[i] as number;
    if (!isPossible(moves, move, levels[i] as number)) return false;
    levels[i + 1] = (levels[i] as number) + changeOf(moves, move);
  }
  for (let move = 0; move < moves.count; move++) {
    if (isRead(moves, move) && !isExplained(moves, move, atNs, levels)) return false;
  }
  return true;
}

interface Effects {
  /** Those that change the stock, in the order in which they are taken to have happened. */
  readonly order: Uint32Array;
  /** When that was. */
  readonly atNs: Float64Array;
}

/** Undefined where the account contradicts the times. */
function orderedEffects(moves: Moves): Effects | undefined {
  const { sequence, startNs, endNs, after } = moves;
  const numbered: number[] = [];
  const others: number[] = [];
  for (let move = 0; move < moves.count; move++) {
    if (isRead(moves, move) || endNs[move] === Number.POSITIVE_INFINITY) continue;
    if (!Number.isNaN(sequence[move])) numbered.push(move);
    else if (moves.move[move] === MOVE.grant) return undefined;
    else others.push(move);
  }
  numbered.sort((one, other) => (sequence[one] as number) - (sequence[other] as number));
  const placedNs = new Float64Array(moves.count);
  let nowNs = Number.NEGATIVE_INFINITY;
  for (const move of numbered) {
    nowNs = Math.max(nowNs, startNs[move] as number);
    if (nowNs > (endNs[move] as number)) return undefined;
    placedNs[move] = nowNs;
  }
  for (const move of others) placedNs[move] = startNs[move] as number;
  const order = Uint32Array.from(mergeByTime(numbered, others, placedNs, after));
  if (!keepsClientsInOrder(order, after)) return undefined;
  return { order, atNs: Float64Array.from(order, (move) => placedNs[move] as number) };
}

/**
 * Merges two lists that are in order of time. In one moment the others come first, as tickets have to
 * come back before they are sold; unless their client did something right before.
 */
function mergeByTime(
  numbered: readonly number[],
  others: readonly number[],
  placedNs: Float64Array,
  after: Int32Array,
): number[] {
  const merged: number[] = [];
  let next = 0;
  for (const move of numbered) {
    const atNs = placedNs[move] as number;
    while (next < others.length) {
      const other = others[next] as number;
      const otherNs = placedNs[other] as number;
      if (otherNs > atNs || (otherNs === atNs && (after[other] as number) >= 0)) break;
      merged.push(other);
      next++;
    }
    merged.push(move);
  }
  while (next < others.length) merged.push(others[next++] as number);
  return merged;
}

function keepsClientsInOrder(order: Uint32Array, after: Int32Array): boolean {
  const seen = new Uint8Array(after.length);
  const follows = new Uint8Array(after.length);
  for (const move of order) {
    seen[move] = 1;
    const before = after[move] as number;
    if (before >= 0) follows[before] = 1;
    // Whoever comes now must not be what something else has already followed.
    if (follows[move] === 1) return false;
  }
  return true;
}

/**
 * Whether what a move saw was true at some moment of it, after the changes of its first nanosecond and
 * before those of its last: in these its own client may have done something else.
 */
function isExplained(
  moves: Moves,
  read: number,
  atNs: Float64Array,
  levels: Float64Array,
): boolean {
  const startNs = moves.startNs[read] as number;
  const untilNs = moves.endNs[read] as number;
  let change = firstAfter(atNs, startNs);
  if (startNs === untilNs && atNs[change - 1] === startNs) return false;
  for (let tries = 0; tries < CHANGES_MAX; tries++, change++) {
    if (isPossible(moves, read, levels[change] as number)) return true;
    if (change === atNs.length || (atNs[change] as number) >= untilNs) return false;
  }
  return false;
}

/** How many changes came until `timeNs`. */
function firstAfter(atNs: Float64Array, timeNs: number): number {
  let low = 0;
  let high = atNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((atNs[middle] as number) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
