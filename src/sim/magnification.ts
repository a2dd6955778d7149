import type { Verdict } from '../audit/audit.ts';
import type { Probability } from '../stats/interval.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { Environment } from './environment.ts';
import type { Health, SCHEMA_VERSION } from './result.ts';

/** What was seen in many sales of a few tickets, which threads raced for. */
export interface RoundFindings {
  /** How many sales came to their end. */
  readonly rounds: number;
  /** In so many of them somebody was granted a ticket while another thread was asking for one. */
  readonly contested: number;
  /** In so many, more tickets were in clients' hands than there were. */
  readonly oversold: number;
  /** In so many, one ticket was handed out twice. */
  readonly duplicated: number;
  /** In so many, a receipt was not honoured. */
  readonly dishonoured: number;
  /** In so many, somebody was refused although a ticket was free throughout: the last customer, too. */
  readonly falselyRefused: number;
  /**
   * How likely a sale oversells. The interval takes sales as independent; where other programs come and go,
   * there are good times for races and bad ones, and the true interval is wider.
   */
  readonly probability: Probability;
  /** Most tickets beyond the capacity in one sale. */
  readonly worstSurplus: number;
}

/** The sales of so many tickets. */
export interface SizeFindings extends RoundFindings {
  readonly tickets: number;
}

/** The first sale in which a promise was broken. */
export interface FirstFault {
  readonly tickets: number;
  /** The sales up to this one and with it, of all sizes. */
  readonly rounds: number;
  /** From the beginning until it was known. */
  readonly elapsedMs: number;
}

/** All that a look through the microscope shows. Also the JSON that is printed. */
export interface Magnification {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly strategy: string;
  /** The command line that does the same again. */
  readonly command: string;
  readonly threads: number;
  /** How many sales of each size were wanted. */
  readonly rounds: number;
  /** Whether tickets came back while others were sold. */
  readonly cancels: boolean;
  readonly workInsideNs: number;
  /** Of the threads' small delays. */
  readonly seed: string;
  /** In the order asked for; without those that were not come to. */
  readonly sizes: readonly SizeFindings[];
  /** All sizes together. */
  readonly total: RoundFindings;
  readonly verdict: Verdict;
  readonly brokenPromises: readonly StrategyPromise[];
  /** The first sale that broke a promise; null if none did. */
  readonly firstFault: FirstFault | null;
  readonly elapsedMs: number;
  readonly health: Pick<Health, 'valid' | 'reasons'>;
  readonly environment: Environment;
}
