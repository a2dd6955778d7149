// Who has guessed wrong too often, and has to wait: counted in one place for all threads of a server.
import { LRUCache } from 'lru-cache';
import { type Failures, failedAgain, LOG_IN_THROTTLE, waitMs } from './throttle.ts';

/** Names and addresses of which failures are remembered; the oldest make room. */
const REMEMBERED_MAX = 10_000;
/** How long a guess takes, of which it is not known yet whether it fails. */
const UNDER_WAY_MS = 1000;

/** A name first, then an address. */
export type GuessKeys = readonly [name: string, address: string];
/** What became of a guess; `unknown` where it could not be compared. */
export type GuessOutcome = 'right' | 'wrong' | 'unknown';

/** Counts the guesses that failed, by name and by address. */
export class LogInThrottle {
  readonly #failures = new LRUCache<string, Failures>({ max: REMEMBERED_MAX });
  /** How many guesses are compared now: each may fail. */
  readonly #underWay = new Map<string, number>();

  /** How long to wait before a guess, in milliseconds; 0: it may come now. */
  wait(keys: GuessKeys, nowMs: number): number {
    return Math.max(...keys.map((key) => waitMs(this.#failures.get(key), nowMs, LOG_IN_THROTTLE)));
  }

  /** As {@link wait}; with 0, the guess has begun, until {@link end}. */
  begin(keys: GuessKeys, nowMs: number): number {
    const wait = this.wait(keys, nowMs);
    if (wait > 0) return wait;
    if (keys.some((key) => this.#mayBeUsedUp(key))) return UNDER_WAY_MS;
    for (const key of keys) this.#underWay.set(key, this.#guessesOf(key) + 1);
    return 0;
  }

  /** A right password has the failures of its name forgotten; those of the address may be of other names. */
  end(keys: GuessKeys, nowMs: number, outcome: GuessOutcome): void {
    for (const key of keys) {
      const left = this.#guessesOf(key) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
      if (outcome !== 'wrong') continue;
      this.#failures.set(key, failedAgain(this.#failures.get(key), nowMs, LOG_IN_THROTTLE));
    }
    if (outcome === 'right') this.#failures.delete(keys[0]);
  }

  #guessesOf(key: string): number {
    return this.#underWay.get(key) ?? 0;
  }

  /** Whether one more would be one too many, if those under way fail. */
  #mayBeUsedUp(key: string): boolean {
    const underWay = this.#guessesOf(key);
    const { count } = this.#failures.peek(key) ?? { count: 0 };
    return underWay > 0 && count + underWay >= LOG_IN_THROTTLE.free;
  }
}
