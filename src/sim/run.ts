import type { History } from '../audit/history.ts';
import { currentEpoch, systemClock } from '../base/clock.ts';
import { probeProcessor } from '../base/probe.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import { type CrewTasks, startCrew } from '../workers/pool.ts';
import type { GenerateTask, SalePlan, SellTask } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { attachSale, employsClerk, threadsOf } from '../workers/sale-memory.ts';
import { NO_WARM_UP, warmUpOf } from '../workers/warm-up.ts';
import { allocate } from './allocate.ts';
import { assembleResult } from './assemble.ts';
import { auditIn } from './audit-call.ts';
import type { AuditedRun, AuditTask } from './audit-run.ts';
import { recordedHistory, requireRecordable } from './recorded-history.ts';
import type { RunResult } from './result.ts';
import { type Gauged, RunGauge } from './run-gauge.ts';
import type { Scenario } from './scenario.ts';
import type { RunProgress } from './session-state.ts';
import { heldTo, parseThreshold } from './threshold.ts';

export interface RunOptions {
  readonly strategy: string;
  readonly scenario: Scenario;
  /** Save the stream to this file. */
  readonly traceOut?: string | undefined;
  /** Called five times a second, and once more when the sale is over. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Called with each run's result, also where several are made. */
  readonly onResult?: ((result: RunResult) => void) | undefined;
  /**
   * Has every request written down, and gets the history when the sale is over.
   */
  readonly onHistory?: ((history: History) => void) | undefined;
  /** What the result is held to, such as `oversold==0` or `p99<5ms`. */
  readonly thresholds?: readonly string[];
  /** Whether to time requests; by default, yes. Without, a run is only audited. */
  readonly measures?: boolean | undefined;
  /** Whether each thread warms up before the sale; by default, yes. Without, the first times are too long. */
  readonly warmsUp?: boolean | undefined;
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
  const { scenario, signal, onProgress, measures = true, warmsUp = true } = options;
  const thresholds = (options.thresholds ?? []).map(parseThreshold);
  const strategy = await loadStrategy(options.strategy);
  const records = options.onHistory !== undefined;
  if (records) requireRecordable(scenario);
  const plan = planOf(scenario, absoluteReference(options.strategy), { records, measures });
  const memory = allocate(plan, strategy);
  const before = probeProcessor();
  const epoch = currentEpoch();
  const recorders = memory.recorders.map((each) => new Recorder(each));
  const sale = attachSale(memory, plan, strategy);
  const warmUp = warmsUp ? warmUpOf(scenario.threads) : NO_WARM_UP;
  const crew = startCrew(sale, tasksOf(options, { plan, memory, epoch, warmUp }, strategy));
  const { control } = sale;
  const clock = systemClock(epoch);
  const endProgress = follow(
    { strategy: strategy.name, scenario, recorders, control, clock },
    onProgress,
  );
  signal?.addEventListener('abort', crew.stop, { once: true });
  if (signal?.aborted) crew.stop();
  const report = await crew.done;
  endProgress();
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
  const ended = { strategy, reference, scenario, recorders, audited, report, interrupted, warmUp };
  const threads = threadsOf(plan, strategy);
  const assembled = assembleResult({ ...ended, probes: [before, after], threads });
  const result = heldTo(assembled, thresholds);
  options.onResult?.(result);
  return result;
}

/** Tells how far a run is, until the function that it gives back is called. */
function follow(gauged: Gauged, onProgress: RunOptions['onProgress']): () => void {
  if (!onProgress) return () => {};
  const gauge = new RunGauge(gauged);
  const timer = setInterval(() => onProgress(gauge.look(false)), PROGRESS_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    onProgress(gauge.look(true));
  };
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
  { plan, memory, epoch, warmUp }: Pick<SellTask, 'plan' | 'memory' | 'epoch' | 'warmUp'>,
  strategy: Strategy,
): CrewTasks {
  const { stream, deadlineNs } = scenario;
  const common = { plan, memory, epoch, stream };
  const tasks = Array.from({ length: plan.threads }, (_, worker) => ({
    ...common,
    warmUp,
    worker,
  }));
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
