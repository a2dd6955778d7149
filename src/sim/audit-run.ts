import { type Audit, auditSale, type Findings, withFindings } from '../audit/audit.ts';
import type { Fairness } from '../audit/fairness.ts';
import {
  findingsOfNamed,
  type NamedEvidence,
  type NamedFindings,
  nameSales,
  reconcileNamed,
  tellNames,
} from '../audit/named-sale.ts';
import { findingsOf, type Reconciliation, reconcile } from '../audit/reconcile.ts';
import type { Sales } from '../audit/sales.ts';
import type { StoredSale } from '../store/stored.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { RecorderMemory } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import type { Doubt } from '../workers/store-seller.ts';
import type { AuditFailures, EndingTask } from './audit-call.ts';
import { closeSale } from './closing.ts';
import { gatherTestimony } from './evidence.ts';
import type { Throughput } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';
import { measureThroughput } from './throughput.ts';

/** A run that is over, as a thread gets it: what its workers left behind is in shared memory. */
export interface AuditTask extends EndingTask {
  readonly scenario: Scenario;
  readonly promises: readonly StrategyPromise[];
  readonly recorders: readonly RecorderMemory[];
  readonly workerDied: boolean;
  /** What lies in the store, for a strategy that has one; and what it left in doubt. */
  readonly kept?: StoredSale | undefined;
  readonly doubts: readonly Doubt[];
}

/** What the audit says, and what only all grants together can tell. */
export interface AuditedRun extends AuditFailures {
  readonly audit: Audit;
  readonly fairness: Fairness;
  readonly throughput: Throughput;
  /** What the store says; undefined where the stock lay in memory, or the store could not be read. */
  readonly reconciliation?: Reconciliation | undefined;
  /** What was found of tickets that somebody else's service named. */
  readonly named?: NamedFindings | undefined;
}

/** Audits a run from the memory of its workers. Takes some 0.3 us a grant. */
export async function auditRun(task: AuditTask): Promise<AuditedRun> {
  const { scenario, promises, doubts } = task;
  // What nobody knows of may have been granted: then a false sold-out cannot be proven.
  const workerDied = task.workerDied || doubts.length > 0;
  const { events, ticketsPerEvent } = scenario;
  const testimony = gatherTestimony(task.recorders);
  const { sales, elapsedNs } = testimony;
  const { lastCustomer, failures } = await closeSale(task.ended, sales);
  const complete = task.complete && failures.length === 0;
  const witness = task.kept && witnessOf(task, task.kept, sales);
  const sold = auditSale(
    { events, ticketsPerEvent, ...testimony, lastCustomer, complete, workerDied },
    promises,
  );
  const found = witness?.findings(sold.byEvent, testimony.refusedEvents) ?? {};
  // Whether a request without an answer is still worked on nobody can know, and what it will do; and a service that
  // sold nothing, to nobody, was perhaps only spoken to in the wrong way.
  const isOpen = witness?.named !== undefined && (doubts.length > 0 || sales.count === 0);
  const { audit, fairness, groups } = withFindings(sold, found, promises, isOpen);
  const completed = sum(
    task.recorders.map((memory) => new Recorder(memory)),
    (each) => each.completed,
  );
  const throughput = measureThroughput({ scenario, completed, elapsedNs, sales, groups });
  const { reconciliation, named } = witness ?? {};
  return { audit, fairness, throughput, failures, reconciliation, named };
}

/** What a store says of a sale, and what that finds. */
interface Witness {
  readonly reconciliation: Reconciliation;
  readonly named?: NamedFindings;
  readonly findings: (
    byEvent: readonly Pick<Findings, 'oversold'>[],
    refusedEvents: Uint8Array,
  ) => Partial<Findings>;
}

function witnessOf(
  { scenario: { ticketsPerEvent }, doubts, workerDied }: AuditTask,
  { named, ...stored }: StoredSale,
  sales: Sales,
): Witness {
  if (!named) {
    const open = doubts.map(({ place }) => ({ id: place }));
    const found = reconcile(sales, open, stored, ticketsPerEvent);
    return {
      reconciliation: found,
      findings: (byEvent, refusedEvents) => findingsOf(found, byEvent, refusedEvents),
    };
  }
  const { names, ...counts } = nameSales(sales, named);
  const evidence: NamedEvidence = {
    sales,
    names,
    stored: { ...stored, named },
    doubts,
    ticketsPerEvent,
  };
  const found = reconcileNamed(evidence);
  const told = tellNames(evidence, counts, found.surplus);
  return {
    reconciliation: found,
    named: told,
    findings: (byEvent, refusedEvents) =>
      findingsOfNamed(found, told, { sales, byEvent, refusedEvents, workerDied }),
  };
}
