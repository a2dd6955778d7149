import { changeOf, isPossible, isRead, MOVE, type Moves } from './moves.ts';
import { OK, type Outcome } from './sweep.ts';

/** Bounds of a search that is exponential in how many operations overlap. */
export interface FrontierLimits {
  /** Most configurations to follow at once. */
  readonly configurations: number;
  /** Most configurations to look at in all, for each move: those that come to an end take one or two. */
  readonly looksPerMove: number;
  /** As many more, for all searches together that share them. */
  readonly looksBeside: number;
}

/** So many open moves more take as long as one look. */
const OPEN_PER_LOOK = 16;

/** A look takes a microsecond or two. */
export const FRONTIER_LIMITS: FrontierLimits = {
  configurations: 20_000,
  looksPerMove: 20,
  looksBeside: 2_000_000,
};

/** What is left of the looks that searches share. */
export interface SpareLooks {
  left: number;
}

/** One possible past: which of the open moves have had their effect, in ascending order. */
interface Configuration {
  readonly left: number;
  readonly done: readonly number[];
}

/**
 * Decides any history by following all pasts that are still possible: a move has to take effect before
 * it ends, and nothing is gained by letting it do so before something ends that needs it. What only
 * sees the stock does so as soon as it can, which costs nobody anything. Of moves that do the same,
 * the one that ends first goes first: they are interchangeable, and it is due first.
 *
 * Source: just-in-time linearizability, Lowe, "Testing for Linearizability", CCPE 2017, after Wing and
 * Gong, JPDC 1993; the reductions are for stocks.
 */
export function searchFrontier(
  moves: Moves,
  happenings: Uint32Array,
  capacity: number,
  limits: FrontierLimits = FRONTIER_LIMITS,
  spare: SpareLooks = { left: limits.looksBeside },
): Outcome {
  const frontier = new Frontier(moves, capacity, limits, spare.left);
  const outcome = follow(frontier, happenings);
  spare.left = frontier.spareLooks(spare.left);
  return outcome;
}

function follow(frontier: Frontier, happenings: Uint32Array): Outcome {
  for (const happening of happenings) {
    const move = happening >> 1;
    if ((happening & 1) === 0) frontier.begin(move);
    else if (!frontier.end(move)) return { verdict: 'violated', at: move };
    if (frontier.gaveUp) return { verdict: 'unknown' };
  }
  return OK;
}

class Frontier {
  readonly #moves: Moves;
  readonly #limits: FrontierLimits;
  /** Moves that have begun and not ended. */
  readonly #open: number[] = [];
  /** 1 for each move that another one of its client follows within a nanosecond. */
  readonly #followed: Uint8Array;
  #configurations: Configuration[];
  #looks: number;

  constructor(moves: Moves, capacity: number, limits: FrontierLimits, spareLooks: number) {
    this.#moves = moves;
    this.#limits = limits;
    this.#followed = new Uint8Array(moves.count);
    for (const before of moves.after) if (before >= 0) this.#followed[before] = 1;
    this.#configurations = [{ left: capacity, done: [] }];
    this.#looks = limits.looksPerMove * moves.count + spareLooks;
  }

  get gaveUp(): boolean {
    return this.#looks < 0 || this.#configurations.length > this.#limits.configurations;
  }

  /** Of so many looks beside its own, those that it has not needed. */
  spareLooks(given: number): number {
    return Math.max(0, Math.min(given, this.#looks));
  }

  begin(move: number): void {
    this.#open.push(move);
    if (!isRead(this.#moves, move)) return;
    this.#configurations = this.#configurations.map((configuration) => {
      const { left, done } = configuration;
      return this.#canHappen(configuration, move)
        ? { left, done: withMove(done, move) }
        : configuration;
    });
  }

  /** Keeps the pasts in which `move` has taken effect; whether there is any. */
  end(move: number): boolean {
    const next: Configuration[] = [];
    for (const configuration of this.#configurations) this.#extend(configuration, move, next);
    this.#open.splice(this.#open.indexOf(move), 1);
    this.#configurations = next.length > 1 ? distinct(this.#moves, next) : next;
    return next.length > 0 || this.gaveUp;
  }

  /** Adds all pasts that begin with `from` and end with `target` taking effect, without it. */
  #extend(from: Configuration, target: number, into: Configuration[]): void {
    if (from.done.includes(target)) {
      into.push({ left: from.left, done: without(from.done, target) });
      return;
    }
    const seen = new Set<string>();
    const waiting = [from];
    for (let past = waiting.pop(); past; past = waiting.pop()) {
      // Each of the open moves has to be looked at, and they may be many: those without an answer.
      this.#looks -= 1 + this.#open.length / OPEN_PER_LOOK;
      if (this.gaveUp) return;
      for (const move of this.#candidates(past, target)) {
        const after = this.#after(past, move);
        if (after.done.includes(target)) {
          into.push({ left: after.left, done: without(after.done, target) });
        } else {
          const key = after.done.join();
          if (!seen.has(key)) {
            seen.add(key);
            waiting.push(after);
          }
        }
      }
    }
  }

  /** The moves worth trying next, so that in the end `target` takes effect. */
  #candidates(past: Configuration, target: number): readonly number[] {
    const { move: kinds } = this.#moves;
    const bound = this.#open.some((each) => {
      return this.#isTied(each) || (isRead(this.#moves, each) && !past.done.includes(each));
    });
    if (bound) return this.#firstOfEachKind(past, () => true);
    // Nobody waits to see anything, and no order is given: then others can as well come after it, unless it needs them.
    if (this.#canHappen(past, target)) return [target];
    return this.#firstOfEachKind(past, (each) => kinds[each] === MOVE.giveBack);
  }

  /** Of the open moves that change the stock and are possible, of each kind the one that ends first. */
  #firstOfEachKind(past: Configuration, wanted: (move: number) => boolean): number[] {
    const moves = this.#moves;
    const first: number[] = [];
    for (const move of this.#open) {
      if (isRead(moves, move) || past.done.includes(move) || !wanted(move)) continue;
      if (!this.#canHappen(past, move)) continue;
      const same = first.findIndex((other) => this.#isAlike(other, move));
      if (same < 0) first.push(move);
      else if ((moves.endNs[move] as number) < (moves.endNs[first[same] as number] as number)) {
        first[same] = move;
      }
    }
    return first;
  }

  /** Whether two moves are interchangeable. */
  #isAlike(one: number, other: number): boolean {
    if (changeOf(this.#moves, one) !== changeOf(this.#moves, other)) return false;
    return !this.#isTied(one) && !this.#isTied(other);
  }

  /** Whether a move has to come right before or after another one of its client. */
  #isTied(move: number): boolean {
    const before = this.#moves.after[move] as number;
    return this.#followed[move] === 1 || (before >= 0 && this.#open.includes(before));
  }

  /** What is so once `move` has taken effect, and all have seen the stock who can. */
  #after(past: Configuration, move: number): Configuration {
    const left = past.left + changeOf(this.#moves, move);
    let done = withMove(past.done, move);
    for (const open of this.#open) {
      if (!isRead(this.#moves, open) || done.includes(open)) continue;
      if (this.#canHappen({ left, done }, open)) done = withMove(done, open);
    }
    return { left, done };
  }

  /** Whether a move can take effect next: its client's last one has, and the stock allows it. */
  #canHappen({ left, done }: Configuration, move: number): boolean {
    const before = this.#moves.after[move] as number;
    if (before >= 0 && this.#open.includes(before) && !done.includes(before)) return false;
    return isPossible(this.#moves, move, left);
  }
}

function withMove(done: readonly number[], move: number): number[] {
  const at = done.findIndex((each) => each > move);
  return at < 0 ? [...done, move] : done.toSpliced(at, 0, move);
}

function without(done: readonly number[], move: number): number[] {
  return done.filter((each) => each !== move);
}

/** Without doubles, and without those who have seen less than another that did the same. */
function distinct(moves: Moves, configurations: readonly Configuration[]): Configuration[] {
  const groups = new Map<string, Configuration[]>();
  for (const configuration of configurations) {
    const effects = configuration.done.filter((move) => !isRead(moves, move)).join();
    const group = groups.get(effects);
    if (!group) groups.set(effects, [configuration]);
    else if (!group.some((other) => hasSeen(other, configuration))) {
      groups.set(effects, [
        ...group.filter((other) => !hasSeen(configuration, other)),
        configuration,
      ]);
    }
  }
  return [...groups.values()].flat();
}

/** Whether `one` has done all that `other` has. */
function hasSeen(one: Configuration, other: Configuration): boolean {
  return other.done.every((move) => one.done.includes(move));
}
