import type { Reservation } from '../terms.ts';

interface Hold {
  readonly id: string;
  readonly endsAtMs: number;
}

/** When holds end, the first first. Those that were settled meanwhile come up in their turn, too. */
export class Holds {
  readonly #holds: Hold[] = [];
  #next = 0;

  add({ id, state, expiresAtMs }: Reservation): void {
    if (state !== 'held' || expiresAtMs === null) return;
    const hold = { id, endsAtMs: expiresAtMs };
    // All are held for the same time, so it is nearly always the last.
    let at = this.#holds.length;
    while (at > this.#next && isBefore(hold, this.#holds[at - 1] as Hold)) at--;
    this.#holds.splice(at, 0, hold);
  }

  /** Takes the first out if it is over. */
  takeOver(atMs: number): string | undefined {
    const first = this.#holds[this.#next];
    if (!first || first.endsAtMs > atMs) return undefined;
    this.#next++;
    if (this.#next * 2 > this.#holds.length) this.#forget();
    return first.id;
  }

  /** Half of the list at a time, so that taking one out costs the same however many there are. */
  #forget(): void {
    this.#holds.splice(0, this.#next);
    this.#next = 0;
  }
}

function isBefore(one: Hold, other: Hold): boolean {
  if (one.endsAtMs !== other.endsAtMs) return one.endsAtMs < other.endsAtMs;
  return one.id < other.id;
}
