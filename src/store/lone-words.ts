import type { SharedWords } from './words.ts';

/** Thrown to whoever would have to wait where nobody else is left. */
export class NobodyLeftError extends Error {
  override name = 'NobodyLeftError';
}

/** More steps than any request takes that ends. */
const STEPS_MAX = 100_000_000;

/**
 * Words of which only one thread is left: every step happens at once, and nobody wakes a sleeper.
 * Whoever has somebody else to play gives a `turn`: it runs whenever one waits.
 */
export class LoneWords implements SharedWords {
  readonly patience = 1;
  turn: (() => void) | undefined;
  readonly #memory: Int32Array;
  #steps = 0;

  constructor(memory: Int32Array) {
    this.#memory = memory;
  }

  /** Begins something new: the steps of the next request are counted from here. */
  rest(): void {
    this.#steps = 0;
  }

  get length(): number {
    return this.#memory.length;
  }

  get(index: number): number {
    // A loop without a pause looks at some word again and again.
    if (++this.#steps > STEPS_MAX) throw new NobodyLeftError('goes on for ever');
    return this.#memory[index] as number;
  }

  set(index: number, value: number): void {
    this.#memory[index] = value;
  }

  load(index: number): number {
    return this.get(index);
  }

  store(index: number, value: number): void {
    this.set(index, value);
  }

  add(index: number, value: number): number {
    return this.exchange(index, this.get(index) + value);
  }

  sub(index: number, value: number): number {
    return this.exchange(index, this.get(index) - value);
  }

  exchange(index: number, value: number): number {
    const before = this.get(index);
    this.set(index, value);
    return before;
  }

  compareExchange(index: number, expected: number, replacement: number): number {
    const before = this.get(index);
    if (before === (expected | 0)) this.set(index, replacement);
    return before;
  }

  wait(index: number, expected: number): 'ok' | 'not-equal' {
    if (this.get(index) !== expected) return 'not-equal';
    this.#pass(`sleeps for ever on word ${index}`);
    return 'ok';
  }

  notify(): number {
    return 0;
  }

  spin(): void {
    this.#pass('waits in a loop for ever');
  }

  #pass(fault: string): void {
    if (!this.turn) throw new NobodyLeftError(fault);
    this.turn();
  }
}
