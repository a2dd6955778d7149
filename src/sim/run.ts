import type { History } from '../audit/history.ts';
import { currentEpoch } from '../base/clock.ts';
import { probeProcessor } from '../base/probe.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import { type CrewTasks, startCrew } from '../workers/pool.ts';
import type { GenerateTask, SalePlan, Task } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { attachSale, employsClerk, threadsOf } from '../workers/sale-memory.ts';
import { allocate } from './allocate.ts';
import { assembleResult } from './assemble.ts';
import { auditIn } from './audit-call.ts';
import type { AuditedRun, AuditTask } from './audit-run.ts';
import { recordedHistory, requireRecordable } from './recorded-history.ts';
import type { RunResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';
import { heldTo, parseThreshold } from './threshold.ts';

/** How far a run has come. */
export interface RunProgress {
  readonly strategy: string;
  readonly completed: number;
  /** How many requests there will be; null while only a deadline bounds them. */
  readonly expected: number | null;
  readonly ticketsLeft: number;
  /** Where runs are repeated in blocks: which one this is, from 1, and how many there will be. */
  readonly block?: { readonly number: number; readonly of: number };
}

export interface RunOptions {
  readonly strategy: string;
  readonly scenario: Scenario;
  /** Save the stream to this file. */
  readonly traceOut?: string | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /**
   * Has every request written down, and gets the history when the sale is over.
   */
  readonly onHistory?: ((history: History) => void) | undefined;
  /** What the result is held to, such as `oversold==0` or `p99<5ms`. */
  readonly thresholds?: readonly string[];
  /** Whether to time requests; by default, yes. Without, a run is only audited. */
  readonly measures?: boolean | undefined;
  /** Ends the run early; the result then tells what was sold until there. */
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_INTERVAL_MS = 200;

/**
 * Sells one scenario's stream with one strategy, and audits what was sold.
 *
 * Never rejects for what happens during the sale: a thread that dies or an abort makes the result
 * `incomplete`, with the reason in `health`.
 * @throws InputError when there is no such strategy, or a threshold is none
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { scenario, signal, onProgress, measures = true } = options;
  const thresholds = (options.thresholds ?? []).map(parseThreshold);
  const strategy = await loadStrategy(options.strategy);
  const records = options.onHistory !== undefined;
  if (records) requireRecordable(scenario);
  const plan = planOf(scenario, absoluteReference(options.strategy), { records, measures });
  const memory = allocate(plan, strategy);
  const before = probeProcessor();
  const epoch = currentEpoch();
  const recorders = memory.recorders.map((each) => new Recorder(each));
  const crew = startCrew(
    attachSale(memory, plan, strategy),
    tasksOf(options, { plan, memory, epoch }, strategy),
  );
  const progress = (): void => onProgress?.(progressOf(strategy.name, scenario, recorders));
  const timer = onProgress && setInterval(progress, PROGRESS_INTERVAL_MS);
  signal?.addEventListener('abort', crew.stop, { once: true });
  if (signal?.aborted) crew.stop();
  const report = await crew.done;
  clearInterval(timer);
  const after = probeProcessor();
  const cutShort = signal?.aborted ?? false;
  const complete = !cutShort && report.failures.length === 0;
  const task: AuditTask = {
    scenario,
    promises: strategy.promises,
    recorders: memory.recorders,
    complete,
    workerDied: report.workerDied,
    ended: complete ? { plan, memory, epoch } : undefined,
  };
  const audited = await auditIn<AuditedRun>(crew, signal, 'auditRun', task);
  await crew.dispose();
  options.onHistory?.(recordedHistory(strategy, scenario, memory));
  signal?.removeEventListener('abort', crew.stop);
  const interrupted = cutShort || audited === undefined;
  const reference = options.strategy;
  const ended = { strategy, reference, scenario, recorders, audited, report, interrupted };
  const threads = threadsOf(plan, strategy);
  const result = assembleResult({ ...ended, probes: [before, after], threads });
  return heldTo(result, thresholds);
}

type Kept = Pick<SalePlan, 'records' | 'measures'>;

function planOf(scenario: Scenario, strategy: string, kept: Kept): SalePlan {
  const { events, ticketsPerEvent, clients, threads, model, workInsideNs, workOutsideNs } =
    scenario;
  return {
    strategy,
    events,
    ticketsPerEvent,
    clients,
    threads,
    requests: scenario.stream.requests,
    model,
    cancels: scenario.stream.demand.mix.cancel > 0,
    workInsideNs,
    workOutsideNs,
    ...kept,
    expectedNs: expectedNsOf(scenario),
    warmsUp: false,
  };
}

/** How long requests will come, if that is known. */
function expectedNsOf({ stream }: Scenario): number {
  return stream.arrivals.kind === 'unpaced' ? 0 : stream.arrivals.durationNs;
}

function tasksOf(
  { scenario, traceOut }: RunOptions,
  { plan, memory, epoch }: Task,
  strategy: Strategy,
): CrewTasks {
  const { stream, deadlineNs } = scenario;
  const common = { plan, memory, epoch, stream };
  const tasks = Array.from({ length: plan.threads }, (_, worker) => ({ ...common, worker }));
  const generator: GenerateTask = {
    ...common,
    ...(deadlineNs === null ? {} : { deadlineNs }),
    ...(traceOut === undefined ? {} : { traceOut: { path: traceOut, terms: termsOf(scenario) } }),
  };
  const sellers = { name: 'sell', tasks } as const;
  return { sellers, generator, clerk: employsClerk(plan, strategy) ? common : undefined };
}

function termsOf({ clients, events, seed, ratePerSecond, stream }: Scenario): TraceTerms {
  const { arrivals, demand } = stream;
  return {
    clients,
    events,
    seed,
    ratePerSecond,
    durationNs: arrivals.kind === 'unpaced' ? 0 : arrivals.durationNs,
    cancels: demand.mix.cancel > 0,
    maxQuantity: Math.max(...demand.quantities.keys()),
  };
}

function progressOf(
  strategy: string,
  { events, ticketsPerEvent, stream, deadlineNs }: Scenario,
  recorders: readonly Recorder[],
): RunProgress {
  const held = sum(
    recorders,
    ({ grantedTickets, returnedTickets }) => grantedTickets - returnedTickets,
  );
  return {
    strategy,
    completed: sum(recorders, ({ completed }) => completed),
    expected: deadlineNs === null ? stream.requests : null,
    ticketsLeft: Math.max(0, events * ticketsPerEvent - held),
  };
}
