import { changeOf, isPossible, type Moves } from '../../src/audit/linearizability/moves.ts';

/**
 * Whether there is an order that explains all moves, by trying every one: the plainest definition,
 * to compare the checkers with. For a handful of moves.
 */
export function someOrderExplains(moves: Moves, capacity: number, client: Int32Array): boolean {
  const required: number[] = [];
  for (let move = 0; move < moves.count; move++) {
    if (moves.endNs[move] !== Number.POSITIVE_INFINITY) required.push(move);
  }
  const seen = new Set<string>();
  const tryFrom = (done: readonly number[], left: number): boolean => {
    if (required.every((move) => done.includes(move))) return true;
    const key = done.toSorted((a, b) => a - b).join();
    if (seen.has(key)) return false;
    seen.add(key);
    for (let move = 0; move < moves.count; move++) {
      if (done.includes(move) || !isPossible(moves, move, left)) continue;
      const waits = required.some((other) => {
        return !done.includes(other) && other !== move && precedes(moves, client, other, move);
      });
      if (!waits && tryFrom([...done, move], left + changeOf(moves, move))) return true;
    }
    return false;
  };
  return tryFrom([], capacity);
}

/** Whether `one` was over before `other` began. */
function precedes(
  { startNs, endNs }: Moves,
  client: Int32Array,
  one: number,
  other: number,
): boolean {
  const endedNs = endNs[one] as number;
  const begunNs = startNs[other] as number;
  if (endedNs !== begunNs) return endedNs < begunNs;
  return client[one] === client[other] && one < other;
}
