import { currentEpoch } from '../base/clock.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import { SuspectLog } from '../store/refusals.ts';
import { startCrew } from '../workers/pool.ts';
import type { GenerateTask, SaleMemory, SalePlan, SellTask } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { allocateSale, attachSale } from '../workers/sale-memory.ts';
import { assembleResult, sum } from './assemble.ts';
import type { RunResult } from './result.ts';
import type { Scenario } from './scenario.ts';

/** How far a run has come. */
export interface RunProgress {
  readonly strategy: string;
  readonly completed: number;
  /** How many requests there will be; null while only a deadline bounds them. */
  readonly expected: number | null;
  readonly ticketsLeft: number;
}

export type Phase = 'selling' | 'auditing';

export interface RunOptions {
  readonly strategy: string;
  readonly scenario: Scenario;
  /** Save the stream to this file. */
  readonly traceOut?: string | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Called when selling begins, and when the audit does: that keeps the calling thread busy. */
  readonly onPhase?: ((phase: Phase) => void) | undefined;
  /** Ends the run early; the result then tells what was sold until there. */
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_INTERVAL_MS = 200;

/**
 * Sells one scenario's stream with one strategy, and audits what was sold.
 *
 * Never rejects for what happens during the sale: a thread that dies or an abort makes the result
 * `incomplete`, with the reason in `health`.
 * @throws InputError when there is no such strategy
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { scenario, signal, onProgress, onPhase } = options;
  const strategy = await loadStrategy(options.strategy);
  const plan = planOf(scenario, absoluteReference(options.strategy));
  const memory = allocateSale(plan, strategy);
  onPhase?.('selling');
  const recorders = memory.recorders.map((each) => new Recorder(each));
  const crew = startCrew(attachSale(memory, plan, strategy), ...tasksOf(options, plan, memory));
  const progress = (): void => onProgress?.(progressOf(strategy.name, scenario, recorders));
  const timer = onProgress && setInterval(progress, PROGRESS_INTERVAL_MS);
  signal?.addEventListener('abort', crew.stop, { once: true });
  if (signal?.aborted) crew.stop();
  const report = await crew.done;
  signal?.removeEventListener('abort', crew.stop);
  clearInterval(timer);
  onPhase?.('auditing');
  const suspects = memory.recorders.map((each) => new SuspectLog(each.suspects));
  const interrupted = signal?.aborted ?? false;
  return assembleResult({ strategy, scenario, recorders, suspects, report, interrupted });
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
    model,
    cancels: scenario.stream.demand.mix.cancel > 0,
    workInsideNs,
    workOutsideNs,
  };
}

function tasksOf(
  { scenario, traceOut }: RunOptions,
  plan: SalePlan,
  memory: SaleMemory,
): [SellTask[], GenerateTask] {
  const { stream, deadlineNs } = scenario;
  const common = { plan, memory, epoch: currentEpoch(), stream };
  const sellers = Array.from({ length: plan.threads }, (_, worker) => ({ ...common, worker }));
  const generator: GenerateTask = {
    ...common,
    ...(deadlineNs === null ? {} : { deadlineNs }),
    ...(traceOut === undefined ? {} : { traceOut: { path: traceOut, terms: termsOf(scenario) } }),
  };
  return [sellers, generator];
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
