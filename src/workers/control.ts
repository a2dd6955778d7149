import type { Clock } from '../base/clock.ts';
import { type Layout, LINE_WORDS } from '../store/layout.ts';
import type { SharedWords } from '../store/words.ts';

const TWO_TO_32 = 2 ** 32;
/** Bounds how late a sleeper sees a stop that came between its look and its sleep. */
const STOP_CHECK_MS = 100;

/**
 * How a run begins and ends: the start barrier and the stop word.
 *
 * Layout: three lines: how many threads have arrived; the opening (set, then nanoseconds on the
 * process's clock, lower and upper word); the stop word.
 */
export class Control {
  readonly #words: SharedWords;
  readonly #arrived: number;
  readonly #opening: number;
  readonly #stop: number;

  constructor(words: SharedWords, first: number) {
    this.#words = words;
    this.#arrived = first;
    this.#opening = first + LINE_WORDS;
    this.#stop = first + 2 * LINE_WORDS;
  }

  static reserve(layout: Layout): number {
    return layout.reserve(3 * LINE_WORDS);
  }

  /** Says that one of `crew` threads is ready. The last one opens the sale. */
  arrive(crew: number, clock: Clock): void {
    if (this.#words.add(this.#arrived, 1) + 1 < crew) return;
    // Read only now: a thread that slept between its clock and its arrival would open in the past.
    const nowNs = clock.now();
    this.#words.store(this.#opening + 1, (nowNs % TWO_TO_32) | 0);
    this.#words.store(this.#opening + 2, Math.floor(nowNs / TWO_TO_32));
    this.#words.store(this.#opening, 1);
    this.#words.notify(this.#opening);
  }

  /** Waits for the opening; its time, or -1 when stopped. */
  awaitOpening(): number {
    while (!this.stopped) {
      if (this.#words.load(this.#opening) === 1) return this.openingNs();
      this.#words.wait(this.#opening, 0, STOP_CHECK_MS);
    }
    return -1;
  }

  /** When the sale opened, or -1 if it has not. */
  openingNs(): number {
    if (this.#words.load(this.#opening) === 0) return -1;
    const upper = this.#words.load(this.#opening + 2);
    return upper * TWO_TO_32 + (this.#words.load(this.#opening + 1) >>> 0);
  }

  get stopped(): boolean {
    return this.#words.load(this.#stop) === 1;
  }

  stop(): void {
    this.#words.store(this.#stop, 1);
    this.#words.notify(this.#stop);
    this.#words.notify(this.#opening);
  }

  /** Sleeps for `ms`, or until stopped. */
  sleep(ms: number): void {
    this.#words.wait(this.#stop, 0, ms);
  }
}
