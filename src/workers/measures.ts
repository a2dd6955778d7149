import { Histogram } from '../stats/histogram.ts';
import { Series } from '../stats/series.ts';
import { OUTCOME, OUTCOMES, type Outcome, REFUSALS } from './outcome.ts';

/** Where one worker's times are kept. */
export interface MeasuresMemory {
  /** A histogram for each outcome, in their order. */
  readonly responseTimes: readonly SharedArrayBuffer[];
  /** Undefined where every request is due when it begins. */
  readonly delays: DelaysMemory | undefined;
  readonly pacingErrors: SharedArrayBuffer;
  readonly generatorLags: SharedArrayBuffer;
  readonly series: SharedArrayBuffer;
}

interface DelaysMemory {
  readonly serviceTimes: SharedArrayBuffer;
  readonly queueDelays: SharedArrayBuffer;
}

/**
 * @param delayed whether requests may begin later than they are due
 * @param expectedNs how long the run will last, if that is known
 */
export function allocateMeasures(delayed: boolean, expectedNs: number): MeasuresMemory {
  return {
    responseTimes: OUTCOMES.map(allocateHistogram),
    delays: delayed
      ? { serviceTimes: allocateHistogram(), queueDelays: allocateHistogram() }
      : undefined,
    pacingErrors: allocateHistogram(),
    generatorLags: allocateHistogram(),
    series: Series.allocate(expectedNs),
  };
}

function allocateHistogram(): SharedArrayBuffer {
  return Histogram.allocate().buffer;
}

const IS_REFUSAL: readonly boolean[] = OUTCOMES.map((name) => REFUSALS.includes(name));

interface Delays {
  readonly serviceTimes: Histogram;
  readonly queueDelays: Histogram;
}

/**
 * The times of what one worker does, in shared memory that only it writes. All in nanoseconds. A request
 * costs one addition to a histogram, two more where it may have been delayed, and one or two to the series.
 */
export class Measures {
  /** From the intended start to the end; a histogram for each outcome, so that quick refusals hide no slow grant. */
  readonly responseTimes: readonly Histogram[];
  /** Undefined where every request is due when it begins, and is answered in its service time. */
  readonly #delays: Delays | undefined;
  /** How late this lab began what it had waited for with nothing else to do. */
  readonly pacingErrors: Histogram;
  /** How late requests came from the generator, of those that did. */
  readonly generatorLags: Histogram;
  readonly series: Series;

  constructor(memory: MeasuresMemory) {
    this.responseTimes = memory.responseTimes.map((buffer) => new Histogram(buffer));
    this.#delays = memory.delays && {
      serviceTimes: new Histogram(memory.delays.serviceTimes),
      queueDelays: new Histogram(memory.delays.queueDelays),
    };
    this.pacingErrors = new Histogram(memory.pacingErrors);
    this.generatorLags = new Histogram(memory.generatorLags);
    this.series = new Series(memory.series);
  }

  responseTimesOf(outcome: Outcome): Histogram {
    return this.responseTimes[OUTCOME[outcome]] as Histogram;
  }

  /** From the actual start, of all requests. */
  get serviceTimes(): Histogram {
    return this.#delays?.serviceTimes ?? this.#allResponses();
  }

  /** From the intended start to the actual one, of all requests. */
  get queueDelays(): Histogram {
    if (this.#delays) return this.#delays.queueDelays;
    const none = Histogram.allocate();
    none.recordCount(0, this.#allResponses().count);
    return none;
  }

  #allResponses(): Histogram {
    const all = Histogram.allocate();
    for (const each of this.responseTimes) all.merge(each);
    return all;
  }

  /** A chunk of requests, each of which was due and began when the one before it ended, the first at `beganNs`. */
  timed(outcomes: Uint8Array, beganNs: number, endsNs: Float64Array, count: number): void {
    const { responseTimes, series } = this;
    let startNs = beganNs;
    for (let i = 0; i < count; i++) {
      const outcome = outcomes[i] as number;
      const endNs = endsNs[i] as number;
      const bucket = (responseTimes[outcome] as Histogram).record(endNs - startNs);
      series.completed(startNs, endNs, bucket, IS_REFUSAL[outcome] as boolean);
      startNs = endNs;
    }
  }

  finished(outcome: number, intendedNs: number, startNs: number, endNs: number): void {
    const bucket = (this.responseTimes[outcome] as Histogram).record(endNs - intendedNs);
    this.series.completed(intendedNs, endNs, bucket, IS_REFUSAL[outcome] as boolean);
    if (!this.#delays) return;
    this.#delays.serviceTimes.record(endNs - startNs);
    this.#delays.queueDelays.record(startNs - intendedNs);
  }
}
