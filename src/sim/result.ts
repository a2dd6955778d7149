import type { Audit } from '../audit/audit.ts';
import type { Fairness } from '../audit/fairness.ts';
import type { ServerFacts } from '../servers/describe.ts';
import type { Kernel } from '../store/compiled-words.ts';
import type { StoreFamily } from '../store/stored.ts';
import type { Contention, StrategyPromise } from '../store/strategy.ts';
import type { Outcome } from '../workers/outcome.ts';
import type { WarmUp } from '../workers/warm-up.ts';
import type { BlockComparison } from './block-comparison.ts';
import type { Environment } from './environment.ts';
import type { ThresholdOutcome } from './threshold-outcome.ts';
import type { Times } from './times.ts';

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
export const SCHEMA_VERSION = 1;

/** What was simulated. */
export interface ScenarioSummary {
  /** The preset that it was made from, whatever was given beside it; absent if from none. */
  readonly preset?: string;
  readonly clients: number;
  /** Offered rate; "max" when saturating, null in the closed model. */
  readonly ratePerSecond: number | 'max' | null;
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly seed: string;
  readonly threads: number;
  readonly workInsideNs: number;
  readonly workOutsideNs: number;
  /** What executed the operations on shared words; absent where it was JavaScript, as by default. */
  readonly kernel?: Kernel;
  /** How long requests came, where that and not their number was given beforehand; absent elsewhere. */
  readonly durationNs?: number;
}

export interface Throughput {
  /** Requests scheduled per second; without a schedule, as many as were completed. */
  readonly offeredPerSecond: number;
  /** Requests completed per second, from the opening to the last end. */
  readonly completedPerSecond: number;
  /** Goodput: tickets granted per second until all were sold, or to the end if they never were. */
  readonly grantedPerSecond: number;
  /** From the opening until every ticket was in a client's hands; null if that never happened. */
  readonly timeToSellOutMs: number | null;
}

export interface Health {
  /** Whether the figures may be compared with those of other runs. */
  readonly valid: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  /** What was measured about the measuring. */
  readonly checks: readonly HealthCheck[];
}

/** One figure that tells whether a run measured what it was meant to. */
export interface HealthCheck {
  /** Such as `littles-law`; the same in every run. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'ns';
  /** The most that is allowed; null where the figure is only told. */
  readonly limit: number | null;
  readonly ok: boolean;
  /** The same in words. */
  readonly says: string;
}

/** How many requests came to what. `indeterminate` is said of stores alone: memory always answers. */
export type Outcomes = Readonly<
  Record<Exclude<Outcome, 'indeterminate'>, number> & Partial<Record<'indeterminate', number>>
>;

/** A server that a sale was made on. */
export interface StoreServer extends ServerFacts {
  /** Whether the lab started it for this; else its URL was given. */
  readonly private: boolean;
}

/** How a store outside of memory was used, and what lay in it when all was over. */
export interface StoreUse {
  readonly family: StoreFamily;
  readonly isolation: string;
  readonly durability: string;
  /** What served, as it says itself; none where the stock lay in files. */
  readonly servers: readonly StoreServer[];
  /** Connections to each server, of all threads together. */
  readonly connections: number;
  readonly roundTrips: number;
  /** Statements or commands; several may share a round trip. */
  readonly statements: number;
  /** Requests that were sent and never answered; of the reserves, how many the store did serve, if it could be asked. */
  readonly inDoubt: {
    readonly reserves: number;
    readonly cancels: number;
    readonly served: number | null;
  };
  /** What does not agree with what clients were told; null if the store could not be read. */
  readonly readBack: {
    /** Grants that were acknowledged, and are not there. */
    readonly lost: number;
    /** Grants that are there, and nobody was told of or left in doubt about. */
    readonly phantoms: number;
    /** Grants that were given back, and are still there. */
    readonly undead: number;
    /** Tickets for sale beyond the capacity, and tickets that are neither sold nor for sale. */
    readonly surplus: number;
    readonly missing: number;
  } | null;
  /** What a service of somebody's own sold; absent elsewhere. */
  readonly service?: ServiceUse;
}

/** A service that was asked over HTTP, and what is known of the tickets that it named. */
export interface ServiceUse {
  readonly target: string;
  readonly adapter: string;
  /** Requests a second that the lab made to a server that does nothing; null where the run was cut short before. */
  readonly labLimitPerSecond: number | null;
  /** Grants with fewer tickets than were asked for, and with more. */
  readonly shortGrants: number;
  readonly overGrants: number;
  /** Times that a ticket was granted again after it had come back. */
  readonly reissued: number;
  /** The first tickets that were granted to somebody while somebody held them, and who was granted them. */
  readonly duplicates: readonly {
    readonly ticket: string;
    /** As the service calls it. */
    readonly event: string;
    readonly clients: readonly number[];
  }[];
  /** The events whose tickets do not add up, the worst first, ten at most. */
  readonly wrongEvents: readonly {
    readonly event: string;
    readonly capacity: number;
    /** In clients' hands at the end. */
    readonly granted: number;
    /** As the service lists it; null where it could not be asked. */
    readonly available: number | null;
  }[];
}

/** All that is known about one run: one strategy, one stream. Also the JSON that is printed. */
export interface RunResult extends Times {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly strategy: string;
  /** The command line that does the same again. */
  readonly command: string;
  readonly scenario: ScenarioSummary;
  readonly stream: {
    /** How many requests there were; in an incomplete run, how many were completed. */
    readonly requests: number;
    /** SHA-256 of all request records; equal streams have equal digests. Empty if incomplete. */
    readonly digest: string;
  };
  readonly outcomes: Outcomes;
  readonly tickets: {
    readonly capacity: number;
    readonly granted: number;
    /** Tickets given back; they may have been granted again. */
    readonly returned: number;
  };
  readonly audit: Audit;
  readonly throughput: Throughput;
  readonly contention: Contention;
  /** Absent where the stock lay in memory. */
  readonly store?: StoreUse;
  readonly fairness: Fairness;
  /** Of each thread, before the sale opened; not measured. */
  readonly warmUp: WarmUp;
  readonly health: Health;
  /** In the order asked for; absent when none was. */
  readonly thresholds?: readonly ThresholdOutcome[];
  readonly environment: Environment;
}

/**
 * Whether a run ended badly: it was cut short or left in doubt, broke a promise, or a threshold that it was held to.
 * @param expected promises that the strategy is kept to break, as controls are: those are forgiven
 */
export function isBroken(
  {
    audit,
    thresholds = [],
  }: {
    readonly audit: Pick<Audit, 'verdict' | 'brokenPromises'>;
    readonly thresholds?: readonly ThresholdOutcome[] | undefined;
  },
  expected: readonly StrategyPromise[] = [],
): boolean {
  const isUnknown = audit.verdict === 'incomplete' || audit.verdict === 'indeterminate';
  if (isUnknown || thresholds.some(({ ok }) => !ok)) return true;
  return audit.brokenPromises.some((promise) => !expected.includes(promise));
}

/** Several strategies on one stream. */
export interface Comparison {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly results: readonly RunResult[];
  /** When it was repeated in blocks; `results` are then those of the first block that counts. */
  readonly blocks?: BlockComparison;
}
