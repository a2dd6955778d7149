import { LRUCache } from 'lru-cache';

interface Bucket {
  tokens: number;
  filledMs: number;
}

/**
 * For each key a bucket that holds up to one second's tokens and is refilled evenly: a client may make `ratePerSecond`
 * requests on average, and as many at once. Buckets not used for longest are forgotten first, and then full again.
 */
export class TokenBuckets {
  readonly #ratePerMs: number;
  readonly #capacity: number;
  readonly #buckets: LRUCache<string, Bucket>;

  constructor(ratePerSecond: number, clientsMax: number) {
    this.#ratePerMs = ratePerSecond / 1000;
    this.#capacity = Math.max(1, ratePerSecond);
    this.#buckets = new LRUCache({ max: clientsMax });
  }

  /** Takes a token: 0; or, when there is none, after how many milliseconds there will be one. */
  take(key: string, nowMs: number): number {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: this.#capacity, filledMs: nowMs };
      this.#buckets.set(key, bucket);
    }
    const gained = (nowMs - bucket.filledMs) * this.#ratePerMs;
    bucket.tokens = Math.min(this.#capacity, bucket.tokens + gained);
    bucket.filledMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / this.#ratePerMs);
    bucket.tokens--;
    return 0;
  }
}
