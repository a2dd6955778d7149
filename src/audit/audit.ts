import type { Ledger } from '../store/ledger.ts';
import type { SuspectLog } from '../store/refusals.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { auditConservation } from './conservation.ts';
import { auditFairness, type Fairness } from './fairness.ts';
import { auditIdentity } from './identity.ts';
import { countFalseSoldOut } from './refusal.ts';
import { collectSales, grantsByEvent, type Sales } from './sales.ts';

/** What the workers left behind: what clients were told, and nothing of what a strategy counted. */
export interface Evidence {
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly ledgers: readonly Ledger[];
  readonly suspects: readonly SuspectLog[];
  /** False sold-outs already proven while selling. */
  readonly settledFalseSoldOut: number;
  /** 1 for each event that somebody was refused at for want of tickets. */
  readonly refusedEvents: Uint8Array;
  /** For each client, how often it asked and was granted. */
  readonly asked: Int32Array;
  readonly granted: Int32Array;
  /** Whether the run came to its end. */
  readonly complete: boolean;
  /**
   * Whether a worker died, and may have been granted something that it had no time to record. What
   * was granted is then a lower bound: an oversell is still proven, a false sold-out no longer.
   * (What it may have given back is known: that is recorded before the store is asked.)
   */
  readonly workerDied: boolean;
}

/**
 * `exact`: nothing wrong. `oversold`: more tickets than there are. `inconsistent`: a ticket twice or a
 * receipt not honoured. `undersold`: buyers refused although enough was free. `incomplete`: the run
 * was cut short, so that its figures are no verdict on the strategy.
 */
export type Verdict = 'exact' | 'oversold' | 'undersold' | 'inconsistent' | 'incomplete';

export interface Findings {
  readonly oversold: number;
  readonly duplicateTickets: number;
  readonly lostReceipts: number;
  readonly unsold: number;
  readonly falseSoldOut: number;
}

export interface Audit extends Findings {
  readonly verdict: Verdict;
  readonly brokenPromises: readonly StrategyPromise[];
}

export interface AuditReport {
  readonly audit: Audit;
  readonly fairness: Fairness;
  readonly sales: Sales;
  /** The grants of each event. */
  readonly groups: readonly Uint32Array[];
}

/** Recomputes what was sold from the grants alone, and holds the strategy to its promises. */
export function auditSale(evidence: Evidence, promises: readonly StrategyPromise[]): AuditReport {
  const { ticketsPerEvent, refusedEvents, suspects } = evidence;
  const sales = collectSales(evidence.ledgers);
  const groups = grantsByEvent(sales, evidence.events);
  const findings: Findings = {
    ...auditConservation(sales, groups, ticketsPerEvent, refusedEvents),
    ...auditIdentity(sales, groups),
    falseSoldOut: evidence.workerDied
      ? 0
      : evidence.settledFalseSoldOut + countFalseSoldOut(sales, groups, ticketsPerEvent, suspects),
  };
  const verdict = evidence.complete ? verdictOn(findings) : 'incomplete';
  const brokenPromises = promises.filter((promise) => BROKEN_WHEN[promise](findings));
  const { oversold, duplicateTickets, lostReceipts, unsold, falseSoldOut } = findings;
  return {
    audit: {
      verdict,
      oversold,
      duplicateTickets,
      lostReceipts,
      unsold,
      falseSoldOut,
      brokenPromises,
    },
    fairness: auditFairness(sales, groups, evidence.asked, evidence.granted),
    sales,
    groups,
  };
}

const BROKEN_WHEN: Readonly<Record<StrategyPromise, (findings: Findings) => boolean>> = {
  noOversell: ({ oversold, duplicateTickets }) => oversold > 0 || duplicateTickets > 0,
  noLostReceipt: ({ lostReceipts }) => lostReceipts > 0,
  noFalseSoldOut: ({ falseSoldOut }) => falseSoldOut > 0,
};

function verdictOn(findings: Findings): Verdict {
  if (findings.oversold > 0) return 'oversold';
  if (findings.duplicateTickets > 0 || findings.lostReceipts > 0) return 'inconsistent';
  if (findings.falseSoldOut > 0) return 'undersold';
  return 'exact';
}
