import type { Verdict } from '../audit/audit.ts';
import type { Environment } from './environment.ts';
import type { SCHEMA_VERSION, ScenarioSummary } from './result.ts';

/** Runs over the values of one field of a scenario. */
export interface Sweep {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly kind: 'sweep';
  readonly command: string;
  /** The flag that takes the values, e.g. `threads`. */
  readonly over: string;
  readonly values: readonly string[];
  readonly repeats: number;
  readonly curves: readonly SweepCurve[];
  readonly scenario: ScenarioSummary;
  readonly environment: Environment;
}

export interface SweepCurve {
  readonly strategy: string;
  readonly points: readonly SweepPoint[];
  readonly usl: UslFit | null;
  readonly knee: Knee | null;
}

export interface SweepPoint {
  readonly value: string;
  readonly x: number | null;
  readonly runs: number;
  readonly voidRuns: number;
  readonly reasons: readonly string[];
  readonly verdicts: Partial<Record<Verdict, number>>;
  readonly oversold: number;
  readonly completedPerSecond: Spread;
  readonly grantedPerSecond: Spread;
  readonly offeredPerSecond: Spread;
  readonly responseP50Ns: Spread;
  readonly responseP99Ns: Spread;
}

/** Of the repeats. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A fit of the Universal Scalability Law. */
export interface UslFit {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
  readonly rSquared: number;
  readonly peak: number | null;
  readonly says: string;
}

/** Where response times take off. */
export interface Knee {
  readonly x: number;
  readonly responseP99Ns: number;
  readonly says: string;
}
