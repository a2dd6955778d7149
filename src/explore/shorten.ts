import { Machine } from './machine.ts';
import { clientOf, type Faults } from './moves.ts';
import type { Program, ViolationKind } from './program.ts';
import { runEndViolation } from './search.ts';

/** Runs that shortening may take: each is a few dozen steps. */
const MAX_RUNS = 2000;

/**
 * A schedule that breaks the same rule with fewer changes from one client to another, and so is easier
 * to follow: as long as it still fails, a client's steps are put together with its earlier ones. For
 * failures of searches that do not find the shortest by themselves.
 */
export function shorten(
  program: Program,
  faults: Faults,
  moves: readonly number[],
): readonly number[] {
  const machine = new Machine(program, faults);
  const kind = brokenBy(machine, moves)?.kind;
  if (kind === undefined) return moves;
  let best = moves;
  let runs = 0;
  for (let improved = true; improved && runs < MAX_RUNS; ) {
    improved = false;
    for (const candidate of candidatesOf(best)) {
      if (++runs > MAX_RUNS) break;
      const outcome = brokenBy(machine, candidate);
      if (outcome?.kind !== kind) continue;
      best = candidate.slice(0, outcome.length);
      improved = true;
      break;
    }
  }
  return best;
}

/** What a schedule breaks, and after how many moves; undefined if nothing, or if it cannot be followed. */
export function brokenBy(
  machine: Machine,
  moves: readonly number[],
): { readonly kind: ViolationKind; readonly length: number } | undefined {
  const possible: number[] = [];
  machine.reset();
  for (const [i, move] of moves.entries()) {
    machine.moves(possible);
    if (!possible.includes(move)) return undefined;
    machine.move(move);
    if (machine.violation) return { kind: machine.violation.kind, length: i + 1 };
  }
  const violation = machine.moves(possible) ? undefined : runEndViolation(machine);
  return violation && { kind: violation.kind, length: moves.length };
}

/** The schedule with one client's block of steps moved up to its block before. */
function* candidatesOf(moves: readonly number[]): Generator<number[]> {
  const blocks = blocksOf(moves);
  for (const [i, block] of blocks.entries()) {
    const client = clientOf(block[0] as number);
    const earlier = blocks
      .slice(0, i)
      .findLastIndex(([first]) => clientOf(first as number) === client);
    if (earlier < 0) continue;
    const others = blocks.filter((_, index) => index !== i);
    yield others.flatMap((each, index) => (index === earlier ? [...each, ...block] : each));
  }
}

/** The schedule in pieces of one client each. */
function blocksOf(moves: readonly number[]): number[][] {
  const blocks: number[][] = [];
  for (const move of moves) {
    const last = blocks.at(-1);
    if (last && clientOf(last[0] as number) === clientOf(move)) last.push(move);
    else blocks.push([move]);
  }
  return blocks;
}
