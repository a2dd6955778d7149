import { MOVE, type Moves } from './moves.ts';

/** What a check of an event found: `violated` with the first move that fits into no order. */
export type Outcome =
  | { readonly verdict: 'ok' | 'unknown' }
  | { readonly verdict: 'violated'; readonly at: number };

export const OK: Outcome = { verdict: 'ok' };

/**
 * Whether the sweep can decide about these moves: nothing comes back, everything was answered, no
 * client did two things in one nanosecond, and where somebody looked, all groups are of one size.
 */
export function canSweep({ count, move, amount, endNs, after }: Moves): boolean {
  let looks = false;
  let sizes = 0;
  let size = 0;
  for (let i = 0; i < count; i++) {
    if (move[i] === MOVE.giveBack || endNs[i] === Number.POSITIVE_INFINITY) return false;
    if ((after[i] as number) >= 0) return false;
    looks ||= move[i] === MOVE.look;
    if (move[i] !== MOVE.grant || amount[i] === size) continue;
    size = amount[i] as number;
    sizes++;
  }
  return !looks || sizes <= 1;
}

/**
 * Decides a sale in which nothing comes back, in O(n log n). Grants commute, and only make less of the
 * stock, so at any time it is best to have done as few of them as possible for the looks still to come
 * and as many as needed for those that end: then those of the earliest ends, since they are due first.
 * Without looks, as many as have begun.
 *
 * Source: log-linear monitoring of order-insensitive types, arXiv 2509.05586 and 2410.04581.
 */
export function sweep(moves: Moves, happenings: Uint32Array, capacity: number): Outcome {
  const looks = moves.move.includes(MOVE.look);
  const sale = new Sweep(moves, capacity, looks);
  for (const happening of happenings) {
    const move = happening >> 1;
    const fits = (happening & 1) === 0 ? sale.begin(move) : sale.end(move);
    if (!fits) return { verdict: 'violated', at: move };
  }
  return OK;
}

class Sweep {
  readonly #moves: Moves;
  /** Whether grants are put off for as long as possible. */
  readonly #patient: boolean;
  /** Grants that have begun and are not done, those of the earliest ends first. */
  readonly #open: EarliestFirst;
  readonly #done: Uint8Array;
  /** How many tickets the first group has: where somebody looks, that of all; 0 without a group. */
  readonly #size: number;
  /** What is left after all that are done. */
  #left: number;
  /** What is left after those that have ended: of these it is certain that there was enough. */
  #unsold: number;

  constructor(moves: Moves, capacity: number, patient: boolean) {
    this.#moves = moves;
    this.#patient = patient;
    this.#open = new EarliestFirst(moves.endNs);
    this.#done = new Uint8Array(moves.count);
    this.#size = moves.amount[moves.move.indexOf(MOVE.grant)] ?? 0;
    this.#left = capacity;
    this.#unsold = capacity;
  }

  /** Whether `move` may begin. */
  begin(move: number): boolean {
    const { move: kinds, amount } = this.#moves;
    if (kinds[move] === MOVE.grant) {
      this.#open.add(move);
      if (!this.#patient) this.#grant(move);
    }
    return kinds[move] !== MOVE.look || this.#canComeTo(amount[move] as number);
  }

  /** Whether `move` may end as it did. */
  end(move: number): boolean {
    const { move: kinds, amount } = this.#moves;
    const seen = amount[move] as number;
    switch (kinds[move]) {
      case MOVE.grant:
        if (this.#done[move] === 0) this.#grant(move);
        this.#unsold -= seen;
        return this.#unsold >= 0;
      case MOVE.look:
        // It goes down in equal steps, so it was there if it is below now: when the look began it was
        // not.
        return this.#lower((left) => left > seen);
      default:
        return this.#lower((left) => left >= seen);
    }
  }

  /** Whether so many can be left now or later: none comes back, and all groups are of one size. */
  #canComeTo(seen: number): boolean {
    const step = this.#left - seen;
    return step === 0 || (step > 0 && this.#size > 0 && step % this.#size === 0);
  }

  /** Does open grants while there are too many left; whether there are enough of them. */
  #lower(tooMany: (left: number) => boolean): boolean {
    while (tooMany(this.#left)) {
      const next = this.#open.first(this.#done);
      if (next < 0) return false;
      this.#grant(next);
    }
    return true;
  }

  #grant(move: number): void {
    this.#done[move] = 1;
    this.#left -= this.#moves.amount[move] as number;
  }
}

/** A heap of moves by their ends. Those that are done meanwhile are dropped when they come up. */
class EarliestFirst {
  readonly #endNs: Float64Array;
  readonly #heap: number[] = [];

  constructor(endNs: Float64Array) {
    this.#endNs = endNs;
  }

  add(move: number): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(move);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isEarlier(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  /** The one with the earliest end that is not done, or -1. */
  first(done: Uint8Array): number {
    for (;;) {
      const [top] = this.#heap;
      if (top === undefined) return -1;
      if (done[top] === 0) return top;
      this.#removeTop();
    }
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop() as number;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const below = right < heap.length && this.#isEarlier(right, left) ? right : left;
      if (!this.#isEarlier(below, at)) return;
      this.#swap(at, below);
      at = below;
    }
  }

  #isEarlier(one: number, other: number): boolean {
    const endNs = this.#endNs;
    const heap = this.#heap;
    return (endNs[heap[one] as number] as number) < (endNs[heap[other] as number] as number);
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    const kept = heap[one] as number;
    heap[one] = heap[other] as number;
    heap[other] = kept;
  }
}
