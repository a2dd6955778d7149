import { currentEpoch, systemClock } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { randomStream } from '../base/random.ts';
import { searchBreadthFirst } from './breadth-first.ts';
import { Machine } from './machine.ts';
import { type Faults, mayFail } from './moves.ts';
import { searchPct } from './pct.ts';
import type { Program } from './program.ts';
import { MemoryError } from './progress.ts';
import type {
  Failure,
  Limits,
  Search,
  SearchName,
  SearchOutcome,
  SearchProgress,
} from './search.ts';
import { brokenBy } from './shorten.ts';
import { searchSourceDpor } from './source-dpor.ts';
import { Symmetry } from './symmetry.ts';
import { AsymmetryError } from './word-renaming.ts';

/** Which search to use: one, or one after the other until one comes to the end. */
export type SearchChoice = SearchName | 'auto';

export interface SearchOptions {
  readonly search: SearchChoice;
  readonly faults: Faults;
  /** States that a search remembers at most. */
  readonly maxStates: number;
  /** Bytes that they may take. */
  readonly maxBytes: number;
  readonly timeLimitMs: number;
  /** Most preemptions of a schedule, for the search that bounds them. */
  readonly preemptions: number;
  /** Schedules to sample with PCT. */
  readonly samples: number;
  readonly seed: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SearchProgress & { search: SearchName }) => void) | undefined;
}

/** One search that was made, and for how long. */
export interface TimedSearch extends SearchOutcome {
  readonly durationMs: number;
}

/** With fewer states it takes longer to check that clients at rest are equal than it saves. */
const SMALL_PROGRAM_STATES = 200_000;

// Shares of the time limit: what breadth-first search and source-DPOR cannot finish is left to those
// that always have something to show.
const BREADTH_FIRST_SHARE = 0.4;
const DPOR_SHARE = 0.25;
const PREEMPTION_SHARE = 0.25;

/**
 * Searches the schedules of a program for one that breaks a rule.
 * @returns the searches that were made, the last of them with the verdict
 */
export async function searchSchedules(
  program: Program,
  options: SearchOptions,
): Promise<TimedSearch[]> {
  const searcher = new Searcher(program, options);
  const { search, faults } = options;
  if (search === 'source-dpor' && mayFail(faults)) {
    throw new InputError(
      'source-dpor explores without faults: deaths, time-outs and wake-ups for no reason need another search',
    );
  }
  if (search === 'auto') return searcher.searchAll();
  return [await searcher.searchWith(search, options.timeLimitMs)];
}

class Searcher {
  readonly #program: Program;
  readonly #options: SearchOptions;
  readonly #clock = systemClock(currentEpoch());

  constructor(program: Program, options: SearchOptions) {
    this.#program = program;
    this.#options = options;
  }

  /** One search after the other, until one has seen all or has found something. */
  async searchAll(): Promise<TimedSearch[]> {
    const { faults, signal, timeLimitMs } = this.#options;
    const searches: TimedSearch[] = [];
    const endNs = this.#clock.now() + this.#options.timeLimitMs * 1e6;
    // Moves that are no steps of a client do not fit the theory of source-DPOR.
    const plan: [SearchName, number][] = [
      ['breadth-first', BREADTH_FIRST_SHARE],
      ...(!mayFail(faults) ? [['source-dpor', DPOR_SHARE] as [SearchName, number]] : []),
      ['preemption-bound', PREEMPTION_SHARE],
      ['pct', 1],
    ];
    for (const [name, share] of plan) {
      const leftMs = (endNs - this.#clock.now()) / 1e6;
      const outcome = await this.searchWith(name, Math.min(leftMs, share * timeLimitMs));
      searches.push(outcome);
      const complete =
        outcome.stoppedBy === undefined && (name === 'breadth-first' || name === 'source-dpor');
      if (complete || outcome.failure || signal?.aborted) break;
    }
    return searches;
  }

  async searchWith(name: SearchName, limitMs: number): Promise<TimedSearch> {
    const begunNs = this.#clock.now();
    const outcome = await this.#search(name, begunNs + limitMs * 1e6);
    return { ...outcome, durationMs: (this.#clock.now() - begunNs) / 1e6 };
  }

  async #search(name: SearchName, untilNs: number): Promise<SearchOutcome> {
    const { maxStates, maxBytes, signal } = this.#options;
    const mayGoOn = (): boolean => this.#clock.now() < untilNs && !signal?.aborted;
    const limits: Limits = { maxStates, maxBytes, mayGoOn };
    switch (name) {
      case 'breadth-first':
        return this.#breadthFirst(limits);
      case 'source-dpor':
        return this.#drive(name, searchSourceDpor(this.#machine(), limits));
      case 'preemption-bound':
        return this.#boundPreemptions(limits);
      case 'pct': {
        const { seed, samples } = this.#options;
        const random = randomStream(seed, 'pct');
        return this.#drive(name, searchPct(this.#machine(), limits, random, samples));
      }
    }
  }

  /**
   * Small programs as they are; larger ones with clients at rest taken for one, where the clients turn
   * out to allow that.
   */
  async #breadthFirst(limits: Limits): Promise<SearchOutcome> {
    const { maxStates } = limits;
    const small = { ...limits, maxStates: Math.min(maxStates, SMALL_PROGRAM_STATES) };
    const plain = await this.#searchStates(small, false);
    if (plain.stoppedBy !== 'states' || small.maxStates === maxStates) return plain;
    try {
      return await this.#searchStates(limits, true);
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      return this.#searchStates(limits, false);
    }
  }

  /** Whether a failure of a search that took states for one shows without that, too. */
  #isReal({ moves }: Failure): boolean {
    return brokenBy(this.#machine(), moves) !== undefined;
  }

  /** With like clients taken for interchangeable, where they turn out to be. */
  async #searchStates(limits: Limits, forgets: boolean): Promise<SearchOutcome> {
    const machine = new Machine(this.#program, this.#options.faults, forgets);
    try {
      const search = searchBreadthFirst(machine, limits, Symmetry.of(machine));
      const outcome = await this.#drive('breadth-first', search);
      if (!outcome.failure || this.#isReal(outcome.failure)) return outcome;
    } catch (error) {
      if (!(error instanceof AsymmetryError)) throw error;
    }
    const again = new Machine(this.#program, this.#options.faults, forgets);
    return this.#drive('breadth-first', searchBreadthFirst(again, limits, undefined));
  }

  /** Allows one preemption more each time, as far as the limits go; the last search that finished. */
  async #boundPreemptions(limits: Limits): Promise<SearchOutcome> {
    let best: SearchOutcome | undefined;
    for (let bound = 0; bound <= this.#options.preemptions; bound++) {
      const search = searchBreadthFirst(this.#machine(), limits, undefined, bound);
      const outcome = await this.#drive('preemption-bound', search);
      if (outcome.failure) return outcome;
      if (outcome.stoppedBy !== undefined) return best ?? outcome;
      best = outcome;
    }
    return best as SearchOutcome;
  }

  #machine(): Machine {
    return new Machine(this.#program, this.#options.faults);
  }

  /** Runs a search to its end, letting others have a turn whenever it pauses. */
  async #drive(name: SearchName, search: Search): Promise<SearchOutcome> {
    for (;;) {
      const { done, value } = search.next();
      if (done) return value;
      this.#options.onProgress?.({ ...value, search: name });
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
