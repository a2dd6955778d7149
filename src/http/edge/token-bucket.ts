import { freshNumber } from '../../base/fresh-id.ts';
import { AtomicWords } from '../../store/words.ts';

/** Buckets are looked for in one set of them: as many sets as this, of so many buckets each. */
const SETS = 4096;
const WAYS = 16;
const FREE = 0;
const TAKEN = 1;
/** A set is taken for less than a microsecond, unless its thread was stopped meanwhile: then nobody waits for that. */
const TURNS_MAX = 100_000;

const LOCK_BYTES = SETS * Int32Array.BYTES_PER_ELEMENT;
const BUCKETS_BYTES = SETS * WAYS * 2 * Float64Array.BYTES_PER_ELEMENT;

/**
 * For each key a bucket that holds up to one second's tokens and is refilled evenly: a client may make `ratePerSecond`
 * requests on average, and as many at once. All threads of a server share them.
 *
 * Of a bucket it is enough to know when it is full again (the generic cell rate algorithm). One that is full need not
 * be there: its place goes to whoever needs one. Where a set has no such place, it is that of the bucket that is full
 * soonest.
 */
export class TokenBuckets {
  readonly #tokenMs: number;
  readonly #capacityMs: number;
  readonly #seed: number;
  readonly #locks: AtomicWords;
  /** Of each bucket: whose it is, and when it is full. */
  readonly #buckets: Float64Array;

  /** @param memory as {@link allocate} gives it to all threads */
  constructor(ratePerSecond: number, memory: SharedArrayBuffer = TokenBuckets.allocate()) {
    this.#tokenMs = 1000 / ratePerSecond;
    this.#capacityMs = Math.max(1, ratePerSecond) * this.#tokenMs;
    this.#locks = new AtomicWords(memory);
    this.#buckets = new Float64Array(memory, LOCK_BYTES, SETS * WAYS * 2);
    this.#seed = new Float64Array(memory, LOCK_BYTES + BUCKETS_BYTES, 1)[0] as number;
  }

  /** Some 1 MB; nobody can tell which keys share a set. */
  static allocate(): SharedArrayBuffer {
    const seedAt = LOCK_BYTES + BUCKETS_BYTES;
    const memory = new SharedArrayBuffer(seedAt + Float64Array.BYTES_PER_ELEMENT);
    new Float64Array(memory, seedAt, 1)[0] = freshNumber() % 2 ** 31;
    return memory;
  }

  /**
   * Takes a token: 0; or, when there is none, after how many milliseconds there will be one.
   * @param nowMs on one clock for all threads
   */
  take(key: string, nowMs: number): number {
    const id = hashOf(key, this.#seed);
    const set = id % SETS;
    if (!this.#lock(set)) return 0;
    const at = this.#placeOf(id, set);
    const isThere = this.#buckets[at] === id;
    const fullAtMs = isThere ? (this.#buckets[at + 1] as number) : nowMs;
    const nextMs = Math.max(fullAtMs, nowMs) + this.#tokenMs;
    const missingMs = nextMs - nowMs - this.#capacityMs;
    if (missingMs <= 0) {
      this.#buckets[at] = id;
      this.#buckets[at + 1] = nextMs;
    }
    this.#locks.store(set, FREE);
    return missingMs <= 0 ? 0 : Math.ceil(missingMs);
  }

  #lock(set: number): boolean {
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      if (this.#locks.compareExchange(set, FREE, TAKEN) === FREE) return true;
      this.#locks.spin();
    }
    return false;
  }

  /** Its own place, or the one that can best be spared. */
  #placeOf(id: number, set: number): number {
    const first = set * WAYS * 2;
    let best = first;
    for (let at = first; at < first + WAYS * 2; at += 2) {
      if (this.#buckets[at] === id) return at;
      if ((this.#buckets[at + 1] as number) < (this.#buckets[best + 1] as number)) best = at;
    }
    return best;
  }
}

/** 53 bits, never 0: two rounds of a multiplicative hash, mixed in the end as MurmurHash 3 does. */
function hashOf(key: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0) || 1;
}
