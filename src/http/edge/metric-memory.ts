import { invariant } from '../../base/invariant.ts';
import {
  BUCKETS_SECONDS,
  COUNTERS,
  type CounterName,
  type CounterValues,
  GAUGES,
  type GaugeName,
  STATUS_CLASSES,
} from './metric-names.ts';

/** More than the server has, each method on its own. What does not fit is counted as unmatched. */
export const ROUTES_MAX = 256;

/** Where in a thread's part each value of each counter is. */
const counterAt = new Map<string, number>();
for (const [name, { values }] of Object.entries(COUNTERS)) {
  for (const value of values) counterAt.set(`${name} ${value}`, counterAt.size);
}
const gaugeNames = Object.keys(GAUGES) as GaugeName[];
const GAUGES_AT = counterAt.size;
const ROUTES_AT = GAUGES_AT + gaugeNames.length;

// Of each route: requests by class of status, then by duration (the last bucket has no bound), then all durations.
const DURATIONS_AT = STATUS_CLASSES.length;
const SUM_AT = DURATIONS_AT + BUCKETS_SECONDS.length + 1;
const ROUTE_WORDS = SUM_AT + 1;
const THREAD_WORDS = ROUTES_AT + ROUTES_MAX * ROUTE_WORDS;

/** What one thread, or all together, counted of one route. */
export interface RouteCounts {
  readonly byClass: readonly number[];
  readonly byBucket: readonly number[];
  readonly secondsSum: number;
}

/**
 * Counters of all threads, in one memory: each thread writes in a part of its own, and whoever is asked adds them up.
 * As nobody else writes there, plain additions are enough; 64-bit floats count exactly to 2^53.
 */
export class MetricMemory {
  readonly buffer: SharedArrayBuffer;
  readonly threads: number;
  readonly #words: Float64Array;
  readonly #offset: number;
  readonly #counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly #gauges: Readonly<Record<string, number>>;

  /** @param thread whose part this thread writes, from 0 */
  constructor(buffer: SharedArrayBuffer, thread: number) {
    this.buffer = buffer;
    this.#words = new Float64Array(buffer);
    this.threads = this.#words.length / THREAD_WORDS;
    invariant(Number.isInteger(this.threads), `metrics in ${buffer.byteLength} bytes`);
    invariant(thread >= 0 && thread < this.threads, `thread ${thread} of ${this.threads}`);
    this.#offset = thread * THREAD_WORDS;
    this.#counters = Object.fromEntries(
      Object.entries(COUNTERS).map(([name, { values }]) => [
        name,
        Object.fromEntries(values.map((value) => [value, this.#counterWord(name, value)])),
      ]),
    );
    this.#gauges = Object.fromEntries(
      gaugeNames.map((name, index) => [name, this.#offset + GAUGES_AT + index]),
    );
  }

  static allocate(threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(threads * THREAD_WORDS * Float64Array.BYTES_PER_ELEMENT);
  }

  add<Name extends CounterName>(name: Name, value: CounterValues[Name], by: number): void {
    this.#add(this.#counters[name]?.[value] as number, by);
  }

  setGauge(name: GaugeName, value: number): void {
    this.#words[this.#gauges[name] as number] = value;
  }

  addRequest(route: number, status: number, durationMs: number): void {
    const at = this.#offset + ROUTES_AT + route * ROUTE_WORDS;
    const seconds = durationMs / 1000;
    let bucket = 0;
    // Most requests are short, and then this is over at once.
    while (seconds > (BUCKETS_SECONDS[bucket] as number)) bucket++;
    this.#add(at + Math.min(4, Math.max(0, Math.floor(status / 100) - 1)), 1);
    this.#add(at + DURATIONS_AT + bucket, 1);
    this.#add(at + SUM_AT, seconds);
  }

  /** What all threads counted. */
  counter(name: CounterName, value: string): number {
    return this.#sum(counterAt.get(`${name} ${value}`) as number);
  }

  /** What a thread set. */
  gauge(name: GaugeName, thread: number): number {
    return this.#words[thread * THREAD_WORDS + GAUGES_AT + gaugeNames.indexOf(name)] as number;
  }

  route(route: number): RouteCounts {
    const at = ROUTES_AT + route * ROUTE_WORDS;
    const buckets = BUCKETS_SECONDS.length + 1;
    return {
      byClass: STATUS_CLASSES.map((_, index) => this.#sum(at + index)),
      byBucket: Array.from({ length: buckets }, (_, index) => this.#sum(at + DURATIONS_AT + index)),
      secondsSum: this.#sum(at + SUM_AT),
    };
  }

  #counterWord(name: string, value: string): number {
    return this.#offset + (counterAt.get(`${name} ${value}`) as number);
  }

  #add(at: number, by: number): void {
    this.#words[at] = (this.#words[at] as number) + by;
  }

  #sum(at: number): number {
    let sum = 0;
    for (let thread = 0; thread < this.threads; thread++) {
      sum += this.#words[thread * THREAD_WORDS + at] as number;
    }
    return sum;
  }
}
