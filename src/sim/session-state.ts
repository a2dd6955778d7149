// What a terminal and a browser are shown while a command sells: plain data, the same for both.
import type { Counts } from '../stats/rates.ts';

/**
 * One look at a run while it goes on. Its counts are read while others write them, so they may be some
 * requests apart from one another; those of the last look, when all have stopped, are exact.
 */
export interface Sample extends Counts {
  /** Tickets that nobody holds: at least 0, since whether too many were sold is for the audit to say. */
  readonly ticketsLeft: number;
  /** Response time of the requests that ended since the look before; null if none did or nothing is timed. */
  readonly p50Ns: number | null;
  readonly p99Ns: number | null;
}

/** How far a run has come. */
export interface RunProgress extends Sample {
  readonly strategy: string;
  /** Which part of something larger this run is, in a few words: `block 3 of 21`, `threads 4`. */
  readonly part?: string | undefined;
  /** How many requests there will be; null while only a deadline bounds them. */
  readonly expected: number | null;
  /** Tickets on sale. */
  readonly capacity: number;
  /** Whether the sale is over, and only its audit is still to come. */
  readonly sold: boolean;
}

/** The run that goes on, or the last one. */
export interface CurrentRun extends Omit<RunProgress, keyof Sample> {
  /** A bounded number, evenly spread over the run; the last one is always among them. */
  readonly samples: readonly Sample[];
}

/** What became of one strategy's runs so far. */
export interface StrategyState {
  readonly strategy: string;
  /** Runs that are over. */
  readonly runs: number;
  /** How many runs had each verdict. Names only: browsers get along without the audit. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Tickets sold too often, over all runs. */
  readonly oversold: number;
  /** Runs whose figures may not be compared. */
  readonly voidRuns: number;
  /** Of the last run that is over; undefined before. */
  readonly last?: {
    readonly completedPerSecond: number;
    readonly grantedPerSecond: number;
    /** Of all requests; null if none ended, or nothing was timed. */
    readonly responseP50Ns: number | null;
    readonly responseP99Ns: number | null;
  };
}

/** How far a command has come that makes one run or many. */
export interface SessionState {
  /** Such as `sim compare`. */
  readonly command: string;
  readonly runs: { readonly done: number; readonly expected: number };
  /** In the order given, also those whose turn is to come. */
  readonly strategies: readonly StrategyState[];
  /** Undefined until the first run began. */
  readonly current?: CurrentRun | undefined;
  /** Whether all is over; how it ended. */
  readonly end: 'done' | 'broken' | 'interrupted' | null;
}

/** What is new since somebody was told last: one more sample of the current run, or more than that. */
export type News = 'sample' | 'state';
