import { type AuditReport, auditSale } from '../audit/audit.ts';
import { summarize } from '../stats/summary.ts';
import type { SuspectLog } from '../store/refusals.ts';
import type { Strategy } from '../store/strategy.ts';
import type { CrewReport } from '../workers/pool.ts';
import { OUTCOMES, type Outcome, type Recorder } from '../workers/recorder.ts';
import { describeEnvironment } from './environment.ts';
import { judgeHealth } from './health.ts';
import { type Health, type RunResult, SCHEMA_VERSION, type ScenarioSummary } from './result.ts';
import type { Scenario } from './scenario.ts';
import { measureThroughput } from './throughput.ts';

/**
 * Whoever interrupts a run wants it to end. An audit takes some 0.3 us a grant, so with more grants
 * than this it would keep them waiting for over a second, and is left out.
 */
const MAX_GRANTS_WHEN_INTERRUPTED = 2_000_000;

/** A run that is over, and all it left behind. */
export interface EndedRun {
  readonly strategy: Strategy;
  readonly scenario: Scenario;
  readonly recorders: readonly Recorder[];
  readonly suspects: readonly SuspectLog[];
  readonly report: CrewReport;
  readonly interrupted: boolean;
}

/** Audits a run and puts its result together. */
export function assembleResult(ended: EndedRun): RunResult {
  const { strategy, scenario, recorders, report } = ended;
  const { audit, fairness, sales } = audited(ended);
  const completed = sum(recorders, (each) => each.completed);
  const elapsedNs = Math.max(...recorders.map((each) => each.lastEndNs));
  return {
    schemaVersion: SCHEMA_VERSION,
    strategy: strategy.name,
    scenario: summaryOf(scenario),
    stream: {
      requests: report.produced?.requests ?? completed,
      digest: report.produced?.digest ?? '',
    },
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, sum(recorders, (each) => each.outcome(outcome))]),
    ) as Record<Outcome, number>,
    tickets: {
      capacity: scenario.events * scenario.ticketsPerEvent,
      granted: sum(recorders, (each) => each.grantedTickets),
      returned: sum(recorders, (each) => each.returnedTickets),
    },
    audit,
    throughput: measureThroughput({ scenario, completed, elapsedNs, sales }),
    responseTimeNs: summarize(recorders.map((each) => each.responseTimes)),
    serviceTimeNs: summarize(recorders.map((each) => each.serviceTimes)),
    contention: {
      retries: sum(recorders, (each) => each.retries),
      waits: sum(recorders, (each) => each.waits),
    },
    fairness,
    health: healthOf(ended, completed),
    environment: describeEnvironment(),
  };
}

function audited(ended: EndedRun): AuditReport {
  const { strategy, scenario, recorders, suspects, report, interrupted } = ended;
  const failed = report.failures.length > 0;
  return auditSale(
    {
      events: scenario.events,
      ticketsPerEvent: scenario.ticketsPerEvent,
      ledgers: isAudited(ended) ? recorders.map(({ ledger }) => ledger) : [],
      suspects: isAudited(ended) ? suspects : [],
      settledFalseSoldOut: sum(recorders, (each) => each.settledFalseSoldOut),
      refusedEvents: mergeFlags(recorders.map((each) => each.refusedEvents)),
      asked: addColumns(recorders.map((each) => each.askedByClient)),
      granted: addColumns(recorders.map((each) => each.grantedByClient)),
      complete: !interrupted && !failed,
      workerDied: report.workerDied,
    },
    strategy.promises,
  );
}

function isAudited({ recorders, interrupted }: EndedRun): boolean {
  return !interrupted || sum(recorders, grantsOf) <= MAX_GRANTS_WHEN_INTERRUPTED;
}

function grantsOf({ ledger }: Recorder): number {
  return ledger.grants;
}

function healthOf(ended: EndedRun, completed: number): Health {
  const { recorders, report, interrupted } = ended;
  return judgeHealth({
    interrupted,
    unauditedGrants: isAudited(ended) ? 0 : sum(recorders, grantsOf),
    failures: report.failures,
    completed,
    lateRequests: sum(recorders, (each) => each.lateRequests),
    uncheckedRefusals: sum(recorders, (each) => each.forgottenSuspects),
  });
}

function summaryOf(scenario: Scenario): ScenarioSummary {
  const { clients, ratePerSecond, events, ticketsPerEvent } = scenario;
  const { seed, threads, workInsideNs, workOutsideNs } = scenario;
  return {
    clients,
    ratePerSecond,
    events,
    ticketsPerEvent,
    seed,
    threads,
    workInsideNs,
    workOutsideNs,
  };
}

export function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
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
