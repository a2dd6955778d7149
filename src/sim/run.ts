import { currentEpoch } from '../base/clock.ts';
import { InputError, messageOf, shown } from '../base/errors.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import type { Strategy } from '../store/strategy.ts';
import { type CrewTasks, type RunningCrew, startCrew } from '../workers/pool.ts';
import type { GenerateTask, SaleMemory, SalePlan } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { allocateSale, attachSale, employsClerk, sizeOf } from '../workers/sale-memory.ts';
import { assembleResult } from './assemble.ts';
import type { AuditedRun, AuditTask } from './audit-run.ts';
import type { RunResult } from './result.ts';
import type { Scenario } from './scenario.ts';
import { sum } from './sum.ts';

/** How far a run has come. */
export interface RunProgress {
  readonly strategy: string;
  readonly completed: number;
  /** How many requests there will be; null while only a deadline bounds them. */
  readonly expected: number | null;
  readonly ticketsLeft: number;
}

export interface RunOptions {
  readonly strategy: string;
  readonly scenario: Scenario;
  /** Save the stream to this file. */
  readonly traceOut?: string | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Ends the run early; the result then tells what was sold until there. */
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_INTERVAL_MS = 200;
/** After an interruption the audit gets this long. With the second that threads get, it is below two. */
const AUDIT_GRACE_MS = 600;
// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const AUDIT_URL = new URL('./audit-thread.js', import.meta.url);
/** Words that a strategy may ask for: 1 GiB. */
const MAX_OWN_WORDS: number = 2 ** 28;

/**
 * Sells one scenario's stream with one strategy, and audits what was sold.
 *
 * Never rejects for what happens during the sale: a thread that dies or an abort makes the result
 * `incomplete`, with the reason in `health`.
 * @throws InputError when there is no such strategy
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { scenario, signal, onProgress } = options;
  const strategy = await loadStrategy(options.strategy);
  const plan = planOf(scenario, absoluteReference(options.strategy));
  const memory = allocate(plan, strategy);
  const recorders = memory.recorders.map((each) => new Recorder(each));
  const crew = startCrew(
    attachSale(memory, plan, strategy),
    tasksOf(options, plan, memory, strategy),
  );
  const progress = (): void => onProgress?.(progressOf(strategy.name, scenario, recorders));
  const timer = onProgress && setInterval(progress, PROGRESS_INTERVAL_MS);
  signal?.addEventListener('abort', crew.stop, { once: true });
  if (signal?.aborted) crew.stop();
  const report = await crew.done;
  clearInterval(timer);
  const cutShort = signal?.aborted ?? false;
  const audited = await auditIn(crew, signal, {
    scenario,
    promises: strategy.promises,
    recorders: memory.recorders,
    complete: !cutShort && report.failures.length === 0,
    workerDied: report.workerDied,
  });
  await crew.dispose();
  signal?.removeEventListener('abort', crew.stop);
  const interrupted = cutShort || audited === undefined;
  const reference = options.strategy;
  return assembleResult({ strategy, reference, scenario, recorders, audited, report, interrupted });
}

/**
 * Audits in a thread, so that this one stays free to hear of an interruption. After one the audit has
 * a moment left; undefined if that was not enough.
 */
async function auditIn(
  crew: RunningCrew,
  signal: AbortSignal | undefined,
  task: AuditTask,
): Promise<AuditedRun | undefined> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const hurry = (): void => {
    timer = setTimeout(() => limit.abort(), AUDIT_GRACE_MS);
  };
  if (signal?.aborted) hurry();
  else signal?.addEventListener('abort', hurry, { once: true });
  try {
    return await crew.call<AuditedRun>(AUDIT_URL, 'auditRun', task, limit.signal);
  } catch (error) {
    if (limit.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', hurry);
  }
}

/** @throws InputError when there is not so much memory, or the strategy asks for nonsense */
function allocate(plan: SalePlan, strategy: Strategy): SaleMemory {
  const own = ownWordsOf(plan, strategy);
  if (!Number.isInteger(own) || own < 0 || own > MAX_OWN_WORDS) {
    throw new InputError(
      `ownWords of ${strategy.name} must return a whole number from 0 to ${MAX_OWN_WORDS}; got ${shown(own)}`,
    );
  }
  try {
    return allocateSale(plan, strategy);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`there is not enough memory for this scenario: ${messageOf(error)}`);
  }
}

function ownWordsOf(plan: SalePlan, strategy: Strategy): number {
  try {
    return strategy.ownWords?.(sizeOf(plan, strategy)) ?? 0;
  } catch (error) {
    throw new InputError(`ownWords of ${strategy.name} fails: ${messageOf(error)}`);
  }
}

function planOf(scenario: Scenario, strategy: string): SalePlan {
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
    warmsUp: false,
  };
}

function tasksOf(
  { scenario, traceOut }: RunOptions,
  plan: SalePlan,
  memory: SaleMemory,
  strategy: Strategy,
): CrewTasks {
  const { stream, deadlineNs } = scenario;
  const common = { plan, memory, epoch: currentEpoch(), stream };
  const sellers = Array.from({ length: plan.threads }, (_, worker) => ({ ...common, worker }));
  const generator: GenerateTask = {
    ...common,
    ...(deadlineNs === null ? {} : { deadlineNs }),
    ...(traceOut === undefined ? {} : { traceOut: { path: traceOut, terms: termsOf(scenario) } }),
  };
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
