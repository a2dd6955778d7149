import type { ViolationKind } from './program.ts';
import type { Limit, SearchName } from './search.ts';
import type { SearchChoice } from './search-schedules.ts';

/** What an exploration came to. */
export type ExplorationVerdict =
  /** A rule was broken; `failure` shows how. */
  | 'violated'
  /** Every schedule was seen; none breaks a rule, and no two plain accesses race. */
  | 'proved'
  /** Every schedule was seen and none breaks a rule, but there are races: memory may do more. */
  | 'racy'
  /** No rule was broken as far as was seen. */
  | 'unproved';

/** How much of what is possible a search has seen. */
export type Coverage = 'complete' | 'bounded' | 'sampled';

export interface SearchReport {
  readonly search: SearchName;
  readonly coverage: Coverage;
  readonly stoppedBy: Limit | null;
  readonly states: number;
  readonly schedules: number;
  readonly steps: number;
  readonly durationMs: number;
  /** How many clients were interchangeable at most; 1 is none. */
  readonly symmetry: number;
  /** Whether what it found has as few steps as any failure. */
  readonly shortest: boolean;
  /** Most preemptions of a schedule; null without a bound. */
  readonly preemptions: number | null;
  /** How likely a bug that needs 1, 2, 3 ordered steps would have been found; null if not sampled. */
  readonly chances: readonly number[] | null;
}

/** A word that two clients use without order, and a schedule after which they do. */
export interface RaceReport {
  readonly word: string;
  readonly clients: readonly string[];
  readonly accesses: readonly string[];
  readonly schedule: string;
}

/** How an operation ended, in words such as `granted ticket 0`. */
export interface ExplainedEnd {
  readonly client: string;
  readonly outcome: string;
}

/** One move of a schedule, told for people. */
export interface ExplainedStep {
  readonly client: string;
  /** What it does, in words. */
  readonly text: string;
  /** The word by name, and what it held before and after; null for moves without one. */
  readonly word: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Operations that begin and end with it. */
  readonly begins: string | null;
  readonly ends: readonly ExplainedEnd[];
  /** Whether it is one of the two steps that race. */
  readonly races: boolean;
}

export interface ExplainedSchedule {
  readonly schedule: string;
  readonly steps: readonly ExplainedStep[];
}

export interface FailureReport extends ExplainedSchedule {
  readonly kind: ViolationKind;
  readonly message: string;
  /** The rule that is broken, in words. */
  readonly rule: string;
}

/** Who takes part, and what each does. */
export interface ClientReport {
  readonly name: string;
  readonly operations: readonly string[];
}

/** The result of `sim explore`. Public, and versioned. */
export interface Exploration {
  readonly schemaVersion: 1;
  /** The strategy's name, or the lock's. */
  readonly subject: string;
  readonly kind: 'strategy' | 'lock';
  readonly clients: readonly ClientReport[];
  readonly events: number;
  readonly tickets: number;
  readonly faults: {
    readonly crashes: number;
    readonly spurious: number;
    readonly timeOuts: number;
  };
  readonly verdict: ExplorationVerdict;
  readonly chosen: SearchChoice | 'schedule';
  readonly interrupted: boolean;
  readonly searches: readonly SearchReport[];
  readonly races: readonly RaceReport[];
  readonly failure: FailureReport | null;
  /** The schedule that was asked for, where nothing is wrong with it. */
  readonly replay: ExplainedSchedule | null;
}
