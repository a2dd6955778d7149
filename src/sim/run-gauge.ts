import type { Clock } from '../base/clock.ts';
import { Histogram } from '../stats/histogram.ts';
import type { Control } from '../workers/control.ts';
import type { Measures } from '../workers/measures.ts';
import { OUTCOMES, type Outcome, REFUSALS } from '../workers/outcome.ts';
import type { Recorder } from '../workers/recorder.ts';
import type { Scenario } from './scenario.ts';
import type { RunProgress } from './session-state.ts';
import { sum } from './sum.ts';

/** What is read while a run goes on. */
export interface Gauged {
  readonly strategy: string;
  readonly scenario: Scenario;
  readonly recorders: readonly Recorder[];
  readonly control: Control;
  /** Counts from the same epoch as the opening. */
  readonly clock: Clock;
}

/**
 * Looks at a run from outside, in the memory that its threads write, without asking anything of them. A
 * look reads some counters of each thread, and those of its histograms that have changed since the last
 * look; it allocates nothing of note.
 */
export class RunGauge {
  readonly #run: Gauged;
  readonly #times: readonly RecentTimes[];
  readonly #news: Histogram = Histogram.allocate();

  constructor(run: Gauged) {
    this.#run = run;
    this.#times = run.recorders.map((recorder) => new RecentTimes(recorder));
  }

  /** @param sold whether all threads have ended */
  look(sold: boolean): RunProgress {
    const { strategy, scenario, recorders } = this.#run;
    const capacity = scenario.events * scenario.ticketsPerEvent;
    const granted = sum(recorders, (each) => each.grantedTickets);
    const returned = sum(recorders, (each) => each.returnedTickets);
    return {
      strategy,
      expected: scenario.deadlineNs === null ? scenario.stream.requests : null,
      capacity,
      sold,
      elapsedMs: this.#elapsedNs(sold) / 1e6,
      completed: sum(recorders, (each) => each.completed),
      granted,
      refused: sum(recorders, (each) => sum(REFUSALS, (outcome) => each.outcome(outcome))),
      ticketsLeft: Math.max(0, capacity - granted + returned),
      ...this.#recentTimes(),
    };
  }

  #elapsedNs(sold: boolean): number {
    const { recorders, control, clock } = this.#run;
    if (sold) return Math.max(...recorders.map(({ lastEndNs }) => lastEndNs));
    const openingNs = control.openingNs();
    return openingNs < 0 ? 0 : clock.now() - openingNs;
  }

  #recentTimes(): { readonly p50Ns: number | null; readonly p99Ns: number | null } {
    this.#news.clear();
    for (const times of this.#times) times.addNews(this.#news);
    if (this.#news.count === 0) return { p50Ns: null, p99Ns: null };
    return { p50Ns: this.#news.quantile(0.5), p99Ns: this.#news.quantile(0.99) };
  }
}

/** The response times of one worker since the last look. */
class RecentTimes {
  readonly #recorder: Recorder;
  readonly #seen = new Map<Outcome, { readonly times: Histogram; count: number }>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  addNews(news: Histogram): void {
    const { measures } = this.#recorder;
    if (!measures) return;
    for (const outcome of OUTCOMES) this.#addNewsOf(outcome, measures, news);
  }

  #addNewsOf(outcome: Outcome, measures: Measures, news: Histogram): void {
    const count = this.#recorder.outcome(outcome);
    let seen = this.#seen.get(outcome);
    // Most outcomes never occur: their histograms need not be read.
    if (count === (seen?.count ?? 0)) return;
    if (!seen) {
      seen = { times: Histogram.allocate(), count };
      this.#seen.set(outcome, seen);
    }
    seen.count = count;
    measures.responseTimesOf(outcome).addNews(seen.times, news);
  }
}
