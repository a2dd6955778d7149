import { type Audit, auditSale } from '../audit/audit.ts';
import type { Fairness } from '../audit/fairness.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import type { RecorderMemory } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import type { Throughput } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';
import { measureThroughput } from './throughput.ts';

/** A run that is over, as a thread gets it: what its workers left behind is in shared memory. */
export interface AuditTask {
  readonly scenario: Scenario;
  readonly promises: readonly StrategyPromise[];
  readonly recorders: readonly RecorderMemory[];
  /** Whether the run came to its end. */
  readonly complete: boolean;
  readonly workerDied: boolean;
}

/** What the audit says, and what only all grants together can tell. */
export interface AuditedRun {
  readonly audit: Audit;
  readonly fairness: Fairness;
  readonly throughput: Throughput;
}

/** Audits a run from the memory of its workers. Takes some 0.3 us a grant. */
export function auditRun(task: AuditTask): AuditedRun {
  const { scenario, promises, complete, workerDied } = task;
  const { events, ticketsPerEvent } = scenario;
  const recorders = task.recorders.map((memory) => new Recorder(memory));
  const { audit, fairness, sales, groups } = auditSale(
    {
      events,
      ticketsPerEvent,
      ledgers: recorders.map(({ ledger }) => ledger),
      suspects: task.recorders.map(({ suspects }) => new SuspectLog(suspects)),
      settledFalseSoldOut: sum(recorders, (each) => each.settledFalseSoldOut),
      refusedEvents: mergeFlags(recorders.map((each) => each.refusedEvents)),
      asked: addColumns(recorders.map((each) => each.askedByClient)),
      granted: addColumns(recorders.map((each) => each.grantedByClient)),
      complete,
      workerDied,
    },
    promises,
  );
  const completed = sum(recorders, (each) => each.completed);
  const elapsedNs = Math.max(...recorders.map((each) => each.lastEndNs));
  const throughput = measureThroughput({ scenario, completed, elapsedNs, sales, groups });
  return { audit, fairness, throughput };
}

/** Adds columns of equal length, entry by entry. */
function addColumns(columns: readonly Int32Array[]): Int32Array {
  const [first, ...others] = columns as [Int32Array, ...Int32Array[]];
  const totals = new Int32Array(first);
  for (const column of others) {
    column.forEach((value, i) => {
      totals[i] = (totals[i] as number) + value;
    });
  }
  return totals;
}

/** 1 wherever any of the columns has it. */
function mergeFlags(columns: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = columns as [Uint8Array, ...Uint8Array[]];
  const merged = new Uint8Array(first);
  for (const column of others) {
    column.forEach((flag, i) => {
      merged[i] = (merged[i] as number) | flag;
    });
  }
  return merged;
}
