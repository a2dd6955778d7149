import type { History } from '../audit/history.ts';
import { currentEpoch, systemClock } from '../base/clock.ts';
import { InputError, messageOf } from '../base/errors.ts';
import { type ProcessorProbe, probeProcessor } from '../base/probe.ts';
import type { TraceTerms } from '../generator/trace-format.ts';
import { sampleRequest } from '../store/http/sample-request.ts';
import { absoluteReference, loadAnyStrategy } from '../store/load-strategy.ts';
import {
  type AnyStrategy,
  isStored,
  type StoredSale,
  type StoreStrategy,
} from '../store/stored.ts';
import { type CrewTasks, startCrew } from '../workers/pool.ts';
import type { GenerateTask, SellTask } from '../workers/protocol.ts';
import { Recorder } from '../workers/recorder.ts';
import { rehearsalOf } from '../workers/rehearsal.ts';
import { attachSale, employsClerk, threadsOf } from '../workers/sale-memory.ts';
import { NO_WARM_UP, warmUpOf } from '../workers/warm-up.ts';
import { allocate } from './allocate.ts';
import { assembleResult } from './assemble.ts';
import { auditIn } from './audit-call.ts';
import type { AuditedRun, AuditTask } from './audit-run.ts';
import { describeEnvironment } from './environment.ts';
import { labLimitOf } from './lab-limit.ts';
import { planOf } from './plan.ts';
import { recordedHistory, requireRecordable } from './recorded-history.ts';
import type { RunResult } from './result.ts';
import { type Gauged, RunGauge } from './run-gauge.ts';
import type { Scenario } from './scenario.ts';
import type { RunProgress } from './session-state.ts';
import type { StoreAtWork, StoreTerms } from './store-at-work.ts';
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
  /** Where the servers are of strategies whose stock lies in a store. */
  readonly stores?: StoreTerms | undefined;
  /** Ends the run early; the result then tells what was sold until there. */
  readonly signal?: AbortSignal | undefined;
}

const PROGRESS_INTERVAL_MS = 200;
/** Where nothing is timed, it does not matter how fast the processor was. */
const UNPROBED: ProcessorProbe = { lostShare: 0, turnsPerMs: 0 };

/**
 * Sells one scenario's stream with one strategy, and audits what was sold.
 *
 * Never rejects for what happens during the sale: a thread that dies or an abort makes the result
 * `incomplete`, with the reason in `health`.
 * @throws InputError when there is no such strategy, a server that it needs is not given, or a threshold is none
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const strategy = await loadAnyStrategy(options.strategy);
  const thresholds = (options.thresholds ?? []).map(parseThreshold);
  if (options.onHistory) requireRecordable(options.scenario);
  if (isStored(strategy)) requireNoKernel(strategy, options.scenario);
  const store = isStored(strategy) ? await stocked(strategy, options) : undefined;
  let sold: RunResult;
  try {
    const labLimit = store && (await limitOf(store, options));
    sold = await sellOnce(options, strategy, store, labLimit);
  } catch (error) {
    await store?.remove().catch(() => {});
    throw error;
  }
  const result = heldTo(withReasons(sold, await cleanUp(store)), thresholds);
  options.onResult?.(result);
  return result;
}

/** Loaded only where it is needed: most sales are sold from memory. */
async function stocked(
  strategy: StoreStrategy,
  { scenario, stores = { servers: {} } }: RunOptions,
): Promise<StoreAtWork> {
  const { stockStore } = await import('./store-at-work.ts');
  return stockStore(strategy, scenario, stores);
}

/** @throws InputError when a kernel is chosen for a sale that has nothing in shared memory to reach with it */
function requireNoKernel({ name }: AnyStrategy, { kernel }: Scenario): void {
  if (kernel === 'js') return;
  throw new InputError(
    `--kernel ${kernel} is for strategies whose stock lies in shared memory; ${name} keeps its own elsewhere`,
  );
}

/** Removes what was written; why that failed, if it did: the result is worth more than that. */
async function cleanUp(store: StoreAtWork | undefined): Promise<readonly string[]> {
  try {
    await store?.remove();
    return [];
  } catch (error) {
    return [`what was written to the store could not be removed: ${messageOf(error)}`];
  }
}

function withReasons(result: RunResult, reasons: readonly string[]): RunResult {
  if (reasons.length === 0) return result;
  const { health } = result;
  return { ...result, health: { ...health, reasons: [...health.reasons, ...reasons] } };
}

async function sellOnce(
  options: RunOptions,
  strategy: AnyStrategy,
  store: StoreAtWork | undefined,
  labLimitPerSecond: number | null | undefined,
): Promise<RunResult> {
  const { scenario, signal, onProgress, measures = true, warmsUp = true } = options;
  const records = options.onHistory !== undefined;
  const plan = planOf(scenario, absoluteReference(options.strategy), { records, measures });
  // A store takes longer than any code that is not yet compiled.
  const warmUp = warmsUp && !store ? warmUpOf(scenario.threads, plan.requests) : NO_WARM_UP;
  const { privateSales, requestsEach } = warmUp;
  const rehearsal = privateSales > 0 ? rehearsalOf(plan, requestsEach) : undefined;
  const memory = allocate(plan, strategy, rehearsal);
  const probe = measures ? probeProcessor : () => UNPROBED;
  const before = probe();
  const epoch = currentEpoch();
  const recorders = memory.recorders.map((each) => new Recorder(each));
  const sale = attachSale(memory, plan, strategy);
  const task = { plan, memory, epoch };
  const crew = startCrew(sale, tasksOf(options, strategy, { ...task, warmUp, store }));
  // Asks git where there is a repository: while threads start, which takes them longer.
  describeEnvironment();
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
  const after = probe();
  const cutShort = signal?.aborted ?? false;
  const kept = store && (await readBack(store));
  const complete = !cutShort && report.failures.length === 0 && kept?.failure === undefined;
  const auditTask: AuditTask = {
    scenario,
    promises: strategy.promises,
    recorders: memory.recorders,
    complete,
    workerDied: report.workerDied,
    // Nobody else comes to a store: what lies in it tells more.
    ended: complete && !store ? task : undefined,
    kept: kept?.sale,
    doubts: report.doubts,
  };
  const audited = await auditIn<AuditedRun>(crew, signal, 'auditRun', auditTask);
  const disposed = crew.dispose();
  try {
    options.onHistory?.(recordedHistory(strategy, scenario, memory));
    signal?.removeEventListener('abort', crew.stop);
    return assembleResult({
      strategy,
      reference: options.strategy,
      scenario,
      recorders,
      audited,
      report:
        kept?.failure === undefined
          ? report
          : { ...report, failures: [...report.failures, kept.failure] },
      interrupted: cutShort || audited === undefined,
      warmUp,
      probes: [before, after],
      threads: threadsOf(plan, strategy),
      store: store && { ...store, labLimitPerSecond: labLimitPerSecond ?? null },
    });
  } finally {
    await disposed;
  }
}

/** Requests a second that this lab can make, where the sale is made over HTTP. */
async function limitOf(
  { asked, terms: { place, connections } }: StoreAtWork,
  { scenario: { threads }, signal }: RunOptions,
): Promise<number | null> {
  if (!place.target || !asked.target) return null;
  const request = await sampleRequest(place.target, place);
  return labLimitOf(asked.target, { request, threads, connections, signal });
}

/** What lies in the store; of a sale that was cut short, too: what was acknowledged has to be there. */
async function readBack(store: StoreAtWork): Promise<ReadBack> {
  try {
    const sale = await store.readBack();
    const { unread } = sale.named ?? {};
    return unread === undefined ? { sale } : { sale, failure: `${NOT_READ}: ${unread}` };
  } catch (error) {
    return { failure: `${NOT_READ}: ${messageOf(error)}` };
  }
}

const NOT_READ = 'the store cannot be read back';

interface ReadBack {
  readonly sale?: StoredSale;
  readonly failure?: string;
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

interface Staged extends Pick<SellTask, 'plan' | 'memory' | 'epoch' | 'warmUp'> {
  readonly store: StoreAtWork | undefined;
}

function tasksOf(
  { scenario, traceOut }: RunOptions,
  strategy: AnyStrategy,
  { plan, memory, epoch, warmUp, store }: Staged,
): CrewTasks {
  const { stream, deadlineNs } = scenario;
  const common = { plan, memory, epoch, stream };
  const generator: GenerateTask = {
    ...common,
    ...(deadlineNs === null ? {} : { deadlineNs }),
    ...(traceOut === undefined ? {} : { traceOut: { path: traceOut, terms: termsOf(scenario) } }),
  };
  const each = <Own>(own: Own) =>
    Array.from({ length: plan.threads }, (_, worker) => ({ ...common, ...own, worker }));
  const sellers = store
    ? ({ name: 'sellStored', tasks: each({ store: store.terms }) } as const)
    : ({ name: 'sell', tasks: each({ warmUp }) } as const);
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
