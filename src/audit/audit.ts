import type { SuspectRefusal } from '../store/refusals.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { auditConservation } from './conservation.ts';
import { auditFairness, type Fairness } from './fairness.ts';
import { countDuplicates, countLostReceipts } from './identity.ts';
import type { LastVisit } from './last-customer.ts';
import { countFalseSoldOut } from './refusal.ts';
import { grantsByEvent, type Sales } from './sales.ts';

/** What clients were told, and nothing of what a strategy counted. */
export interface Evidence {
  readonly events: number;
  readonly ticketsPerEvent: number;
  readonly sales: Sales;
  /** The refusals that may have been false. */
  readonly suspects: Iterable<SuspectRefusal>;
  /** False sold-outs already proven while selling. */
  readonly settledFalseSoldOut: number;
  /**
   * For each event, what one more customer was told when all was over; empty where none could come.
   * It shows what the sale left behind, but is no part of it.
   */
  readonly lastCustomer: readonly LastVisit[];
  /** 1 for each event that somebody was refused at for want of tickets. */
  readonly refusedEvents: Uint8Array;
  /** For each client, how often it asked and was granted. */
  readonly asked: Int32Array;
  readonly granted: Int32Array;
  /** The longest that a request took once it had begun, and how long the sale was. */
  readonly longestWaitNs: number;
  /** The longest of the worker whose longest is the shortest of all. */
  readonly leastWorstWaitNs: number;
  readonly elapsedNs: number;
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
 * was cut short, so that its figures are no verdict on the strategy. `indeterminate`: nothing wrong, but
 * requests to a service were never answered, and what became of them nobody can know.
 */
export type Verdict =
  | 'exact'
  | 'oversold'
  | 'undersold'
  | 'inconsistent'
  | 'indeterminate'
  | 'incomplete';

/** What was found to be wrong. */
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
  /** What was found at each event. */
  readonly byEvent: readonly Findings[];
  /** The grants of each event. */
  readonly groups: readonly Uint32Array[];
}

/** Recomputes what was sold from the grants alone, and holds the strategy to its promises. */
export function auditSale(evidence: Evidence, promises: readonly StrategyPromise[]): AuditReport {
  const groups = grantsByEvent(evidence.sales, evidence.events);
  const byEvent = auditEvents(evidence, groups, promises);
  const total = (name: keyof Findings): number =>
    byEvent.reduce((sum, findings) => sum + findings[name], 0);
  const findings: Findings = {
    oversold: total('oversold'),
    duplicateTickets: total('duplicateTickets'),
    lostReceipts: total('lostReceipts'),
    unsold: total('unsold'),
    // What was settled while selling is not known by event.
    falseSoldOut: total('falseSoldOut') + (evidence.workerDied ? 0 : evidence.settledFalseSoldOut),
  };
  const starved = isStarvation(evidence);
  return {
    audit: {
      verdict: evidence.complete ? verdictOn(findings) : 'incomplete',
      ...findings,
      brokenPromises: brokenBy(findings, promises, starved),
    },
    fairness: auditFairness(evidence, groups),
    byEvent,
    groups,
  };
}

function auditEvents(
  evidence: Evidence,
  groups: readonly Uint32Array[],
  promises: readonly StrategyPromise[],
): Findings[] {
  const { sales, ticketsPerEvent, refusedEvents, lastCustomer, workerDied } = evidence;
  const lostReceipts = countLostReceipts(sales, evidence.events);
  const suspects = workerDied ? [] : evidence.suspects;
  const falseSoldOut = countFalseSoldOut(sales, groups, ticketsPerEvent, suspects);
  // Who does not promise it may keep tickets back for good: seats apart for a group, say.
  const sellsAllItHas = promises.includes('noFalseSoldOut');
  return groups.map((grants, event) => {
    const { purchases = [], refused = false } = lastCustomer[event] ?? {};
    const refusedAnybody = refusedEvents[event] === 1;
    return {
      ...auditConservation(sales, grants, purchases, ticketsPerEvent, refusedAnybody),
      duplicateTickets: countDuplicates(sales, grants, purchases),
      lostReceipts: lostReceipts[event] as number,
      falseSoldOut: (falseSoldOut[event] as number) + (sellsAllItHas && refused ? 1 : 0),
    };
  });
}

/** A thread that lost its processor waits for milliseconds, on a crowded machine for tens of them. */
const STARVED_MIN_NS = 5e8;

/**
 * Whether somebody waited for half of a sale, or longer, while another worker never had to wait for
 * half of that: a machine that stands still lets all wait.
 */
function isStarvation({ longestWaitNs, leastWorstWaitNs, elapsedNs }: Evidence): boolean {
  const isLong = longestWaitNs >= Math.max(STARVED_MIN_NS, elapsedNs / 2);
  return isLong && leastWorstWaitNs < longestWaitNs / 2;
}

const BROKEN_WHEN: Readonly<
  Record<StrategyPromise, (findings: Findings, starved: boolean) => boolean>
> = {
  noOversell: ({ oversold, duplicateTickets }) => oversold > 0 || duplicateTickets > 0,
  noLostReceipt: ({ lostReceipts }) => lostReceipts > 0,
  noFalseSoldOut: ({ falseSoldOut }) => falseSoldOut > 0,
  // What a look was answered is in recorded histories only: their check holds strategies to this one.
  noStaleRead: () => false,
  noStarvation: (_findings, starved) => starved,
};

/**
 * The same audit, with what was found beside the grants: in the store where the stock lay.
 * @param isOpen whether requests are in doubt of which not even the store can tell
 */
export function withFindings(
  { audit, ...rest }: AuditReport,
  found: Partial<Findings>,
  promises: readonly StrategyPromise[],
  isOpen = false,
): AuditReport {
  const findings: Findings = {
    oversold: audit.oversold + (found.oversold ?? 0),
    duplicateTickets: audit.duplicateTickets + (found.duplicateTickets ?? 0),
    lostReceipts: audit.lostReceipts + (found.lostReceipts ?? 0),
    unsold: audit.unsold + (found.unsold ?? 0),
    falseSoldOut: audit.falseSoldOut + (found.falseSoldOut ?? 0),
  };
  const proven = audit.verdict === 'incomplete' ? 'incomplete' : verdictOn(findings);
  const verdict = proven === 'exact' && isOpen ? 'indeterminate' : proven;
  const starved = audit.brokenPromises.includes('noStarvation');
  return {
    ...rest,
    audit: { verdict, ...findings, brokenPromises: brokenBy(findings, promises, starved) },
  };
}

/** The promises that these findings break. */
export function brokenBy(
  findings: Findings,
  promises: readonly StrategyPromise[],
  starved = false,
): StrategyPromise[] {
  return promises.filter((promise) => BROKEN_WHEN[promise](findings, starved));
}

/** What is worst in the findings of a sale that came to its end. */
export function verdictOn(findings: Omit<Findings, 'unsold'>): Verdict {
  if (findings.oversold > 0) return 'oversold';
  if (findings.duplicateTickets > 0 || findings.lostReceipts > 0) return 'inconsistent';
  if (findings.falseSoldOut > 0) return 'undersold';
  return 'exact';
}
