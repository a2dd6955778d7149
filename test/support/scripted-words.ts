import { AtomicWords } from '../../src/store/words.ts';

/** A waiting loop that comes this often makes no progress. */
const WAITS_MAX = 1_000_000;

/**
 * Words for one thread that plays all parts: where a thread would sleep, `whenWaiting` lets the
 * others go on. A wait that nobody expected fails, instead of hanging the tests.
 */
export class ScriptedWords extends AtomicWords {
  /** The words slept on and those notified, in order. */
  readonly waits: number[] = [];
  readonly notified: number[] = [];
  /** How many sleepers the next notification wakes. */
  sleepers = 0;

  whenWaiting: (index: number) => void = (index) => {
    throw new Error(`would sleep for ever on word ${index}`);
  };

  override wait(index: number, expected: number): 'ok' | 'not-equal' {
    if (this.load(index) !== expected) return 'not-equal';
    if (this.waits.push(index) > WAITS_MAX) throw new Error(`waits for ever on word ${index}`);
    this.whenWaiting(index);
    return 'ok';
  }

  override notify(index: number): number {
    this.notified.push(index);
    const woken = this.sleepers;
    this.sleepers = 0;
    return woken;
  }
}
