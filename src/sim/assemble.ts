import { summarize } from '../stats/summary.ts';
import type { Strategy } from '../store/strategy.ts';
import type { CrewReport } from '../workers/pool.ts';
import { OUTCOMES, type Outcome, type Recorder } from '../workers/recorder.ts';
import type { AuditedRun } from './audit-run.ts';
import { commandLine } from './command-line.ts';
import { describeEnvironment } from './environment.ts';
import { flagOf } from './fields.ts';
import { judgeHealth } from './health.ts';
import { type Health, type RunResult, SCHEMA_VERSION, type ScenarioSummary } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';
import { perSecond, scheduledPerSecond } from './throughput.ts';

/** A run that is over, and all it left behind. */
export interface EndedRun {
  readonly strategy: Strategy;
  /** What the strategy was called by: its name, or the path of its module. */
  readonly reference: string;
  readonly scenario: Scenario;
  readonly recorders: readonly Recorder[];
  /** What the audit said; undefined if it was cut short. */
  readonly audited: AuditedRun | undefined;
  readonly report: CrewReport;
  readonly interrupted: boolean;
}

/** Audits a run and puts its result together. */
export function assembleResult(ended: EndedRun): RunResult {
  const { strategy, scenario, recorders, report } = ended;
  const { audit, fairness, throughput } = ended.audited ?? unaudited(ended);
  const completed = sum(recorders, (each) => each.completed);
  const complete = audit.verdict !== 'incomplete';
  return {
    schemaVersion: SCHEMA_VERSION,
    strategy: strategy.name,
    command: commandOf(scenario, ended.reference),
    scenario: summaryOf(scenario),
    // What was generated ahead and never sold was not offered to anybody.
    stream: complete && report.produced ? report.produced : { requests: completed, digest: '' },
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, sum(recorders, (each) => each.outcome(outcome))]),
    ) as Record<Outcome, number>,
    tickets: {
      capacity: scenario.events * scenario.ticketsPerEvent,
      granted: sum(recorders, (each) => each.grantedTickets),
      returned: sum(recorders, (each) => each.returnedTickets),
    },
    audit,
    throughput,
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

/** What is known without an audit: how much was done, and nothing of whether it was right. */
function unaudited({ scenario, recorders }: EndedRun): AuditedRun {
  const completed = sum(recorders, (each) => each.completed);
  const elapsedNs = Math.max(...recorders.map((each) => each.lastEndNs));
  const nothing = { oversold: 0, duplicateTickets: 0, lostReceipts: 0, unsold: 0, falseSoldOut: 0 };
  return {
    audit: { verdict: 'incomplete', ...nothing, brokenPromises: [] },
    fairness: { jainIndex: 1, inversions: 0, mostOvertaken: 0, longestWaitNs: 0 },
    throughput: {
      offeredPerSecond: scheduledPerSecond(scenario, completed, elapsedNs),
      completedPerSecond: perSecond(completed, elapsedNs),
      grantedPerSecond: perSecond(
        sum(recorders, (each) => each.grantedTickets),
        elapsedNs,
      ),
      timeToSellOutMs: null,
    },
    failures: [],
  };
}

function healthOf(ended: EndedRun, completed: number): Health {
  const { recorders, report, interrupted } = ended;
  return judgeHealth({
    interrupted,
    unauditedGrants: ended.audited ? 0 : sum(recorders, ({ ledger }) => ledger.grants),
    failures: [...report.failures, ...(ended.audited?.failures ?? [])],
    completed,
    lateRequests: sum(recorders, (each) => each.lateRequests),
    uncheckedRefusals: sum(recorders, (each) => each.forgottenSuspects),
  });
}

/** The command line that does the same again. */
function commandOf({ fields }: Scenario, reference: string): string {
  const flags = Object.entries(fields).map(([name, text]) => [flagOf({ name }), text]);
  return commandLine('sim run', { strategy: reference, ...Object.fromEntries(flags) });
}

/** What a result says of its scenario. */
export function summaryOf(scenario: Scenario): ScenarioSummary {
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
