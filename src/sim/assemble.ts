import type { Reconciliation } from '../audit/reconcile.ts';
import { measureTimerNs, type ProcessorProbe } from '../base/probe.ts';
import { summarize } from '../stats/summary.ts';
import { type AnyStrategy, isStored } from '../store/stored.ts';
import { OUTCOMES } from '../workers/outcome.ts';
import type { CrewReport } from '../workers/pool.ts';
import type { Recorder } from '../workers/recorder.ts';
import type { Doubt } from '../workers/store-seller.ts';
import type { WarmUp } from '../workers/warm-up.ts';
import type { AuditedRun } from './audit-run.ts';
import { commandLine } from './command-line.ts';
import { describeEnvironment } from './environment.ts';
import { flagOf } from './fields.ts';
import { judgeHealth, type Measured } from './health.ts';
import {
  type Health,
  type Outcomes,
  type RunResult,
  SCHEMA_VERSION,
  type ScenarioSummary,
  type StoreUse,
  type Throughput,
} from './result.ts';
import type { Scenario } from './scenario.ts';
import { serviceOf } from './service-use.ts';
import type { UsedStore } from './store-at-work.ts';
import { storeFlags } from './store-flags.ts';
import { sum } from './sum.ts';
import { perSecond, scheduledPerSecond } from './throughput.ts';
import { countedInSystem, measuresOf, type Times, timesOf } from './times.ts';

/** A run that is over, and all it left behind. */
export interface EndedRun {
  readonly strategy: AnyStrategy;
  /** What the strategy was called by: its name, or the path of its module. */
  readonly reference: string;
  readonly scenario: Scenario;
  readonly recorders: readonly Recorder[];
  /** What the audit said; undefined if it was cut short. */
  readonly audited: AuditedRun | undefined;
  readonly report: CrewReport;
  readonly interrupted: boolean;
  readonly warmUp: WarmUp;
  /** An idle processor before the sale and after it. */
  readonly probes: readonly [ProcessorProbe, ProcessorProbe];
  /** Threads that took part. */
  readonly threads: number;
  /** Undefined where the stock lay in memory. */
  readonly store: UsedStore | undefined;
}

/** Audits a run and puts its result together. */
export function assembleResult(ended: EndedRun): RunResult {
  const { strategy, scenario, recorders, report } = ended;
  const { audit, fairness, throughput } = ended.audited ?? unaudited(ended);
  const completed = sum(recorders, (each) => each.completed);
  const complete = audit.verdict !== 'incomplete';
  const capacity = scenario.events * scenario.ticketsPerEvent;
  const times = timesOf(recorders, capacity);
  return {
    schemaVersion: SCHEMA_VERSION,
    strategy: strategy.name,
    command: commandOf(ended),
    scenario: summaryOf(scenario),
    // What was generated ahead and never sold was not offered to anybody.
    stream: complete && report.produced ? report.produced : { requests: completed, digest: '' },
    outcomes: Object.fromEntries(
      OUTCOMES.filter((outcome) => outcome !== 'indeterminate' || isStored(strategy)).map(
        (outcome) => [outcome, sum(recorders, (each) => each.outcome(outcome))],
      ),
    ) as Outcomes,
    tickets: {
      capacity,
      granted: ended.audited?.named?.granted ?? sum(recorders, (each) => each.grantedTickets),
      returned: sum(recorders, (each) => each.returnedTickets),
    },
    audit,
    throughput,
    ...times,
    contention: {
      retries: sum(recorders, (each) => each.retries),
      waits: sum(recorders, (each) => each.waits),
    },
    ...storeOf(ended),
    fairness,
    warmUp: ended.warmUp,
    health: healthOf(ended, { times, completed, throughput, complete }),
    environment: describeEnvironment(),
  };
}

/** How the store was used; nothing where the stock lay in memory. */
function storeOf({ strategy, scenario, recorders, store: used, report, audited }: EndedRun) {
  if (!isStored(strategy) || !used) return {};
  const { family, isolation, durability } = strategy;
  const doubts = (kind: Doubt['kind']): number =>
    report.doubts.filter((doubt) => doubt.kind === kind).length;
  const store: StoreUse = {
    family,
    isolation,
    durability,
    servers: used.servers,
    connections: used.connections,
    roundTrips: sum(recorders, (each) => each.roundTrips),
    statements: sum(recorders, (each) => each.statements),
    inDoubt: {
      reserves: doubts('reserve'),
      cancels: doubts('cancel'),
      // A service that was never looked into cannot be asked for an order.
      served: used.asked.target ? null : (audited?.reconciliation?.served.length ?? null),
    },
    readBack: readBackOf(audited?.reconciliation),
    ...serviceOf(used, audited?.named, scenario.ticketsPerEvent),
  };
  return { store };
}

function readBackOf(found: Reconciliation | undefined): StoreUse['readBack'] {
  // A service that could not be asked what is left has said nothing of it.
  if (!found || found.surplus.length === 0) return null;
  const { lost, phantoms, undead, surplus } = found;
  const over = (sign: number): number =>
    surplus.reduce((total, tickets) => total + Math.max(0, sign * tickets), 0);
  return { lost, phantoms, undead, surplus: over(1), missing: over(-1) };
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

interface Found {
  readonly times: Times;
  readonly completed: number;
  readonly throughput: Throughput;
  readonly complete: boolean;
}

function healthOf(ended: EndedRun, found: Found): Health {
  const { recorders, report, interrupted } = ended;
  return judgeHealth({
    interrupted,
    unauditedGrants: ended.audited ? 0 : sum(recorders, ({ ledger }) => ledger.grants),
    failures: [...report.failures, ...(ended.audited?.failures ?? [])],
    uncheckedRefusals: sum(recorders, (each) => each.forgottenSuspects),
    measured: found.complete ? measuredOf(ended, found) : undefined,
  });
}

function measuredOf(ended: EndedRun, found: Found): Measured | undefined {
  const measures = measuresOf(ended.recorders);
  if (measures.length === 0) return undefined;
  const { times, completed, throughput } = found;
  const { threads, probes } = ended;
  const [before, after] = probes;
  return {
    completed,
    completedPerSecond: throughput.completedPerSecond,
    meanResponseNs: times.responseTimeNs.mean,
    meanServiceNs: times.serviceTimeNs.mean,
    scheduled: ended.scenario.model === 'open',
    sellers: ended.scenario.threads,
    inSystem: countedInSystem(ended.recorders),
    generatorLagNs: summarize(measures.map((each) => each.generatorLags)),
    pacingErrorNs: summarize(measures.map((each) => each.pacingErrors)),
    byTimers: isStored(ended.strategy),
    threads,
    cores: describeEnvironment().cores,
    timerNs: measureTimerNs(),
    before,
    after,
    labLimitPerSecond: ended.store?.labLimitPerSecond ?? null,
    offeredPerSecond: throughput.offeredPerSecond,
  };
}

/** The command line that does the same again. */
function commandOf({ scenario, reference, store }: EndedRun): string {
  const flags = Object.entries(scenario.fields).map(([name, text]) => [flagOf({ name }), text]);
  return commandLine('sim run', {
    strategy: reference,
    ...Object.fromEntries(flags),
    ...storeFlags(store?.asked),
  });
}

/** What a result says of its scenario. */
export function summaryOf(scenario: Scenario): ScenarioSummary {
  const { clients, ratePerSecond, events, ticketsPerEvent } = scenario;
  const { seed, threads, workInsideNs, workOutsideNs, kernel, preset, deadlineNs } = scenario;
  return {
    ...(preset === undefined ? {} : { preset }),
    clients,
    ratePerSecond,
    events,
    ticketsPerEvent,
    seed,
    threads,
    workInsideNs,
    workOutsideNs,
    ...(kernel === 'js' ? {} : { kernel }),
    ...(deadlineNs === null ? {} : { durationNs: deadlineNs }),
  };
}
