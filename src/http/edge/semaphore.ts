/** What becomes of who asks to be let in. */
export type Entry = 'admitted' | 'waiting' | 'refused';

export interface SemaphoreBounds {
  /** How many are let in at the same time. */
  readonly permits: number;
  /** How many may wait. */
  readonly queue: number;
  /** For so long each. */
  readonly queueTimeoutMs: number;
}

/**
 * A counting semaphore with a bounded queue, first come, first served. Knows no clock and no requests.
 *
 * A permit that is given back goes straight to who has waited longest, so nobody who comes later overtakes.
 */
export class BoundedSemaphore<Waiter> {
  readonly #bounds: SemaphoreBounds;
  #free: number;
  /** Until when each waits, in the order they came; a Map, so that who leaves early costs no search. */
  readonly #waiting = new Map<Waiter, number>();

  constructor(bounds: SemaphoreBounds) {
    this.#bounds = bounds;
    this.#free = bounds.permits;
  }

  get free(): number {
    return this.#free;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether the next to ask is refused. */
  get full(): boolean {
    return this.#free === 0 && this.#waiting.size >= this.#bounds.queue;
  }

  enter(waiter: Waiter, nowMs: number): Entry {
    if (this.take()) return 'admitted';
    if (this.full) return 'refused';
    this.#waiting.set(waiter, nowMs + this.#bounds.queueTimeoutMs);
    return 'waiting';
  }

  /** Takes a permit; false if there is none. */
  take(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Gives a permit back. Who is returned has it from now on. */
  leave(): Waiter | undefined {
    for (const waiter of this.#waiting.keys()) {
      this.#waiting.delete(waiter);
      return waiter;
    }
    this.#free++;
    return undefined;
  }

  /** Takes somebody out of the queue; false if they do not wait. */
  withdraw(waiter: Waiter): boolean {
    return this.#waiting.delete(waiter);
  }

  /** Takes out of the queue all who have waited too long. */
  expire(nowMs: number): readonly Waiter[] {
    const expired: Waiter[] = [];
    for (const [waiter, untilMs] of this.#waiting) {
      if (untilMs > nowMs) break;
      this.#waiting.delete(waiter);
      expired.push(waiter);
    }
    return expired;
  }

  /** When the first of the queue will have waited too long; undefined when nobody waits. */
  get nextExpiryMs(): number | undefined {
    for (const untilMs of this.#waiting.values()) return untilMs;
    return undefined;
  }
}
