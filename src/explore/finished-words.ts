import type { SharedWords } from '../store/words.ts';

/** Thrown to whoever would have to wait where nobody else is left. */
export class NobodyLeftError extends Error {
  override name = 'NobodyLeftError';
}

/** Words of which only one client is left: every step happens at once, and nobody wakes a sleeper. */
export class FinishedWords implements SharedWords {
  readonly patience = 1;
  readonly #memory: Int32Array;

  constructor(memory: Int32Array) {
    this.#memory = memory;
  }

  get length(): number {
    return this.#memory.length;
  }

  get(index: number): number {
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

  wait(index: number, expected: number): 'not-equal' {
    if (this.get(index) === expected) throw new NobodyLeftError(`sleeps for ever on word ${index}`);
    return 'not-equal';
  }

  notify(): number {
    return 0;
  }

  spin(): void {
    throw new NobodyLeftError('waits in a loop for ever');
  }
}
