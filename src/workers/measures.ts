import { Histogram } from '../stats/histogram.ts';
import { Series } from '../stats/series.ts';
import { OUTCOME, OUTCOMES, type Outcome, REFUSALS } from './outcome.ts';

/** Where one worker's times are kept. */
export interface MeasuresMemory {
  /** A histogram for each outcome, in their order. */
  readonly responseTimes: readonly SharedArrayBuffer[];
  readonly serviceTimes: SharedArrayBuffer;
  readonly queueDelays: SharedArrayBuffer;
  readonly pacingErrors: SharedArrayBuffer;
  readonly generatorLags: SharedArrayBuffer;
  readonly series: SharedArrayBuffer;
}

/** @param expectedNs how long the run will last, if that is known */
export function allocateMeasures(expectedNs: number): MeasuresMemory {
  return {
    responseTimes: OUTCOMES.map(allocateHistogram),
    serviceTimes: allocateHistogram(),
    queueDelays: allocateHistogram(),
    pacingErrors: allocateHistogram(),
    generatorLags: allocateHistogram(),
    series: Series.allocate(expectedNs),
  };
}

function allocateHistogram(): SharedArrayBuffer {
  return Histogram.allocate().buffer;
}

const IS_REFUSAL: readonly boolean[] = OUTCOMES.map((name) => REFUSALS.includes(name));

/**
 * The times of what one worker does, in shared memory that only it writes. All in nanoseconds. A request
 * costs three additions to histograms and five to the series.
 */
export class Measures {
  /** From the intended start to the end; a histogram for each outcome, so that quick refusals hide no slow grant. */
  readonly responseTimes: readonly Histogram[];
  /** From the actual start. */
  readonly serviceTimes: Histogram;
  /** From the intended start to the actual one. */
  readonly queueDelays: Histogram;
  /** How late this lab began what it had waited for with nothing else to do. */
  readonly pacingErrors: Histogram;
  /** How late requests came from the generator, of those that did. */
  readonly generatorLags: Histogram;
  readonly series: Series;

  constructor(memory: MeasuresMemory) {
    this.responseTimes = memory.responseTimes.map((buffer) => new Histogram(buffer));
    this.serviceTimes = new Histogram(memory.serviceTimes);
    this.queueDelays = new Histogram(memory.queueDelays);
    this.pacingErrors = new Histogram(memory.pacingErrors);
    this.generatorLags = new Histogram(memory.generatorLags);
    this.series = new Series(memory.series);
  }

  responseTimesOf(outcome: Outcome): Histogram {
    return this.responseTimes[OUTCOME[outcome]] as Histogram;
  }

  finished(outcome: number, intendedNs: number, startNs: number, endNs: number): void {
    const bucket = (this.responseTimes[outcome] as Histogram).record(endNs - intendedNs);
    this.serviceTimes.record(endNs - startNs);
    this.queueDelays.record(startNs - intendedNs);
    this.series.completed(intendedNs, endNs, bucket);
    if (IS_REFUSAL[outcome]) this.series.add('refused', endNs, 1);
  }
}
