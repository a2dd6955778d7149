import type { Readiness } from './health.ts';

/** How often the event loop is looked at: much less than any delay that matters, and some 0.1 % of a processor. */
const TICK_MS = 20;
/** It has recovered when so many looks in a row came in time. */
const CALM_TICKS = 5;
/** The delay shown is the longest of the last one to two of these. */
const WINDOW_TICKS = 250;

/** Tells from looks at regular times whether the event loop is stalled; knows no clock. */
export class StallDetector {
  readonly #stallMs: number;
  #lastMs: number;
  /** Looks in time that are still to come until it has recovered. */
  #untilCalm = 0;
  #ticks = 0;
  #longestMs = 0;
  #longestBeforeMs = 0;

  constructor(stallMs: number, nowMs: number) {
    this.#stallMs = stallMs;
    this.#lastMs = nowMs;
  }

  /** Begins anew: what was before is nothing that this server did to anybody. */
  restart(nowMs: number): void {
    this.#lastMs = nowMs;
    this.#untilCalm = 0;
    this.#longestMs = 0;
    this.#longestBeforeMs = 0;
  }

  /** One look, which should come every {@link TICK_MS}. */
  tick(nowMs: number): void {
    const delayMs = this.#delayAt(nowMs);
    this.#lastMs = nowMs;
    if (delayMs > this.#stallMs) this.#untilCalm = CALM_TICKS;
    else if (this.#untilCalm > 0) this.#untilCalm--;
    if (++this.#ticks % WINDOW_TICKS === 0) {
      this.#longestBeforeMs = this.#longestMs;
      this.#longestMs = 0;
    }
    this.#longestMs = Math.max(this.#longestMs, delayMs);
  }

  /** Also between two looks: the requests that came during a stall are met before the next look. */
  isStalled(nowMs: number): boolean {
    return this.#untilCalm > 0 || this.#delayAt(nowMs) > this.#stallMs;
  }

  get recentDelayMs(): number {
    return Math.max(this.#longestMs, this.#longestBeforeMs);
  }

  #delayAt(nowMs: number): number {
    return Math.max(0, nowMs - this.#lastMs - TICK_MS);
  }
}

/** Watches the event loop of a thread. */
export interface StallWatch {
  isStalled(): boolean;
  /** Forgets what was before, such as the start of the server itself. */
  restart(): void;
  stop(): void;
}

/** @param seen told at every look what the longest delay of late was */
export function watchStalls(
  stallMs: number,
  nowMs: () => number,
  readiness: Readiness,
  seen: (recentDelayMs: number) => void,
): StallWatch {
  const detector = new StallDetector(stallMs, nowMs());
  const timer = setInterval(() => {
    const now = nowMs();
    detector.tick(now);
    readiness.set('stalled', detector.isStalled(now));
    seen(detector.recentDelayMs);
  }, TICK_MS);
  timer.unref();
  return {
    isStalled: () => detector.isStalled(nowMs()),
    restart() {
      detector.restart(nowMs());
      readiness.set('stalled', false);
    },
    stop: () => clearInterval(timer),
  };
}
