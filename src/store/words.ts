/**
 * 32-bit words that threads share, and the only way strategies and locks reach them.
 *
 * Production code runs on {@link AtomicWords}. Because nothing else is ever touched, the same
 * strategy can also run on words that record and replay its steps.
 *
 * `get` and `set` are plain accesses: other threads may see them late or out of order unless a lock
 * or a later atomic operation orders them. All others are sequentially consistent and return the
 * value the word held before, as `Atomics` does.
 */
export interface SharedWords {
  readonly length: number;
  /** How many turns a busy loop is worth taking before its thread sleeps; at least one. */
  readonly patience: number;
  get(index: number): number;
  set(index: number, value: number): void;
  load(index: number): number;
  store(index: number, value: number): void;
  add(index: number, value: number): number;
  sub(index: number, value: number): number;
  exchange(index: number, value: number): number;
  compareExchange(index: number, expected: number, replacement: number): number;
  /** Sleeps while the word holds `expected`, until notified or `timeoutMs` has passed. */
  wait(index: number, expected: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out';
  /** Wakes up to `count` sleepers of the word (default all); how many were woken. */
  notify(index: number, count?: number): number;
  /** One turn of a busy loop that waits for another thread. */
  spin(): void;
}

/**
 * Critical sections here are often shorter than the microseconds that a sleep and a wake-up take; a
 * hundred turns cost about one microsecond when they are not.
 */
const PATIENCE = 100;

// Newer than the oldest Node supported: there a turn of a busy loop costs nothing extra.
const pause: () => void =
  (Atomics as typeof Atomics & { pause?: () => void }).pause?.bind(Atomics) ?? (() => {});

/** Words in a SharedArrayBuffer, through `Atomics`. */
export class AtomicWords implements SharedWords {
  readonly length: number;
  readonly patience: number = PATIENCE;
  /** The memory itself, to hand to another thread. */
  readonly buffer: SharedArrayBuffer;
  readonly #view: Int32Array<SharedArrayBuffer>;

  /** Attaches to memory that another thread allocated. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#view = new Int32Array(buffer);
    this.length = this.#view.length;
  }

  get(index: number): number {
    return this.#view[index] as number;
  }

  set(index: number, value: number): void {
    this.#view[index] = value;
  }

  /** As {@link set}, for many words in a row. */
  setAll(index: number, values: Int32Array): void {
    this.#view.set(values, index);
  }

  /** Sets `count` words to zero. */
  clear(index: number, count: number): void {
    this.#view.fill(0, index, index + count);
  }

  load(index: number): number {
    return Atomics.load(this.#view, index);
  }

  store(index: number, value: number): void {
    Atomics.store(this.#view, index, value);
  }

  add(index: number, value: number): number {
    return Atomics.add(this.#view, index, value);
  }

  sub(index: number, value: number): number {
    return Atomics.sub(this.#view, index, value);
  }

  exchange(index: number, value: number): number {
    return Atomics.exchange(this.#view, index, value);
  }

  compareExchange(index: number, expected: number, replacement: number): number {
    return Atomics.compareExchange(this.#view, index, expected, replacement);
  }

  wait(index: number, expected: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out' {
    return Atomics.wait(this.#view, index, expected, timeoutMs);
  }

  notify(index: number, count?: number): number {
    return Atomics.notify(this.#view, index, count);
  }

  spin(): void {
    pause();
  }
}

/** Allocates `length` words, all zero. */
export function allocateWords(length: number): AtomicWords {
  return new AtomicWords(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}
