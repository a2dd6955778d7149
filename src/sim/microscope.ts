import { type Clock, currentEpoch, systemClock } from '../base/clock.ts';
import { absoluteReference, loadStrategy } from '../store/load-strategy.ts';
import type { Strategy, StrategyPromise } from '../store/strategy.ts';
import { Barrier } from '../workers/barrier.ts';
import { type CrewTasks, startCrew, startThreads, type Threads } from '../workers/pool.ts';
import type { RoundTerms, SalePlan } from '../workers/protocol.ts';
import { requestsOf } from '../workers/round-loop.ts';
import { attachSale, employsClerk, threadsOf } from '../workers/sale-memory.ts';
import { allocate } from './allocate.ts';
import { addCounts, assembleMagnification } from './assemble-magnification.ts';
import { auditIn } from './audit-call.ts';
import type { AuditedRounds, RoundCounts, RoundsAuditTask } from './audit-rounds.ts';
import type { FirstFault, Magnification } from './magnification.ts';
import { sum } from './sum.ts';

export const MICROSCOPE_DEFAULTS = {
  sizes: [1, 2, 4, 8, 16],
  rounds: 2000,
  seed: '42',
  timeLimitMs: 60_000,
} as const;

/** How far the microscope has come. */
export interface MagnifyProgress {
  readonly strategy: string;
  /** The size that was just looked at. */
  readonly tickets: number;
  readonly rounds: number;
  /** How many rounds there will be. */
  readonly expected: number;
  readonly oversold: number;
}

export interface MagnifyOptions {
  /** A name, or the path of a module. */
  readonly strategy: string;
  /** At least two: one alone has nobody to race with. */
  readonly threads: number;
  /** How many tickets are on sale; each of them {@link rounds} times. */
  readonly sizes?: readonly number[];
  readonly rounds?: number;
  /** Whether tickets come back while others are sold. */
  readonly cancels?: boolean;
  readonly workInsideNs?: number;
  readonly seed?: string;
  readonly timeLimitMs?: number;
  /** End as soon as a promise is seen broken. */
  readonly stopAtFirst?: boolean;
  /** Ends it early; the result then tells what was seen until there. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MagnifyProgress) => void) | undefined;
}

/**
 * Rounds that are sold and audited in one go. Each is an event of its own, for which strategies keep
 * words and objects: more would take memory, fewer would take time to set up.
 */
const CHUNK_ROUNDS = 500;
/** The same where every broken promise ends it: what comes after the first is for nothing. */
const CHUNK_ROUNDS_TO_FIRST = 250;
/**
 * Threads that meet in fewer rounds than this have mostly been put on one processor, where they take
 * turns. On a busy machine they stay there; new ones may be put elsewhere.
 */
const CONTESTED_SHARE_MIN = 0.1;
/** How often: each time costs a tenth of a second, and more where it is needed. */
const REPLACEMENTS_MAX = 8;
/** The most tickets of a chunk: memory grows with them, too. */
const CHUNK_TICKETS = 400_000;

/**
 * Has threads race for the last tickets of a sale, thousands of times: what one large sale shows a few
 * times, this shows often enough to say how likely it is. Every round is an event of its own in one
 * sale, so that a strategy is opened once, and nothing is reset between rounds.
 *
 * Never rejects for what happens meanwhile: a thread that dies or an abort makes it `incomplete`.
 * @throws InputError when there is no such strategy
 */
export async function magnify(options: MagnifyOptions): Promise<Magnification> {
  const strategy = await loadStrategy(options.strategy);
  const microscope = new Microscope(strategy, options);
  try {
    await microscope.look();
  } finally {
    await microscope.dispose();
  }
  return microscope.result();
}

/** What is wanted, complete. */
type Asked = Required<Omit<MagnifyOptions, 'signal' | 'onProgress'>>;

class Microscope {
  readonly #strategy: Strategy;
  readonly #options: Asked & Pick<MagnifyOptions, 'signal' | 'onProgress'>;
  readonly #clock: Clock = systemClock(currentEpoch());
  readonly #limit: AbortSignal;
  readonly #counts = new Map<number, RoundCounts>();
  #chunks = 0;
  readonly #broken = new Set<StrategyPromise>();
  readonly #reasons: string[] = [];
  #firstFault: FirstFault | null = null;
  #threads: Threads | undefined;
  #replacements = 0;

  constructor(strategy: Strategy, options: MagnifyOptions) {
    this.#strategy = strategy;
    this.#options = {
      cancels: false,
      workInsideNs: 0,
      stopAtFirst: false,
      ...MICROSCOPE_DEFAULTS,
      ...options,
    };
    this.#limit = AbortSignal.timeout(this.#options.timeLimitMs);
  }

  /** Looks at one size after the other, until all is seen or something ends it. */
  async look(): Promise<void> {
    const { sizes, rounds, stopAtFirst } = this.#options;
    for (const tickets of sizes) {
      for (let left = rounds; left > 0; ) {
        const chunk = Math.min(left, this.#chunkOf(tickets));
        await this.#lookAt(tickets, chunk);
        if (this.#reasons.length > 0 || (stopAtFirst && this.#firstFault)) return;
        left -= chunk;
      }
    }
  }

  async dispose(): Promise<void> {
    await this.#threads?.pool.destroy();
  }

  /** Has the next chunk sold by new threads, which the system places anew. */
  async #replaceThreads(): Promise<void> {
    this.#replacements++;
    await this.#threads?.pool.destroy();
    this.#threads = undefined;
  }

  result(): Magnification {
    return assembleMagnification({
      strategy: this.#strategy.name,
      asked: this.#options,
      counts: this.#counts,
      broken: this.#broken,
      firstFault: this.#firstFault,
      reasons: this.#reasons,
      elapsedMs: this.#elapsedMs(),
    });
  }

  #chunkOf(tickets: number): number {
    const { stopAtFirst } = this.#options;
    const most = Math.max(1, Math.floor(CHUNK_TICKETS / tickets));
    return Math.min(stopAtFirst ? CHUNK_ROUNDS_TO_FIRST : CHUNK_ROUNDS, most);
  }

  /** Sells so many rounds, and audits them. */
  async #lookAt(tickets: number, rounds: number): Promise<void> {
    const { threads, cancels, signal, onProgress, sizes } = this.#options;
    const strategy = this.#strategy;
    const terms: RoundTerms = { rounds, tickets, threads, cancels };
    const plan = this.#planOf(terms);
    const memory = allocate(plan, strategy);
    const epoch = currentEpoch();
    const sale = attachSale(memory, plan, strategy);
    // No generator comes to this sale: its place at the barrier is taken for it.
    sale.control.arrive(threadsOf(plan, strategy), systemClock(epoch));
    const { tasks, spans } = this.#tasksOf(terms, { plan, memory, epoch });
    this.#threads ??= startThreads(tasks);
    const crew = startCrew(sale, tasks, this.#threads);
    const ends = signal ? AbortSignal.any([signal, this.#limit]) : this.#limit;
    ends.addEventListener('abort', crew.stop, { once: true });
    if (ends.aborted) crew.stop();
    const { failures, workerDied } = await crew.done;
    ends.removeEventListener('abort', crew.stop);
    const complete = !ends.aborted && failures.length === 0;
    const ended = complete ? { plan, memory, epoch } : undefined;
    const { promises } = strategy;
    const task: RoundsAuditTask = { plan, memory, promises, spans, complete, workerDied, ended };
    const audited = await auditIn<AuditedRounds>(crew, signal, 'auditRounds', task);
    if (ends.aborted) this.#reasons.push(signal?.aborted ? 'interrupted' : this.#timeIsUp());
    this.#reasons.push(...failures, ...(audited?.failures ?? []));
    if (!audited) return;
    this.#note(tickets, audited);
    const alone = audited.counts.contested < rounds * CONTESTED_SHARE_MIN;
    if (alone && this.#replacements < REPLACEMENTS_MAX) await this.#replaceThreads();
    onProgress?.({
      strategy: strategy.name,
      tickets,
      rounds: this.#total('rounds'),
      expected: sizes.length * this.#options.rounds,
      oversold: this.#total('oversold'),
    });
  }

  #note(tickets: number, { counts, brokenPromises, firstFault }: AuditedRounds): void {
    const before = this.#total('rounds');
    const known = this.#counts.get(tickets);
    this.#counts.set(tickets, known ? addCounts(known, counts) : counts);
    for (const promise of brokenPromises) this.#broken.add(promise);
    if (firstFault < 0 || this.#firstFault) return;
    const rounds = before + firstFault + 1;
    this.#firstFault = { tickets, rounds, elapsedMs: this.#elapsedMs() };
  }

  #planOf(terms: RoundTerms): SalePlan {
    return {
      strategy: absoluteReference(this.#options.strategy),
      events: terms.rounds,
      ticketsPerEvent: terms.tickets,
      // Each thread is a client of its own.
      clients: terms.threads,
      threads: terms.threads,
      requests: requestsOf(terms),
      model: 'saturating',
      cancels: terms.cancels,
      workInsideNs: this.#options.workInsideNs,
      workOutsideNs: 0,
      kernel: 'js',
      records: false,
      measures: false,
      expectedNs: 0,
      warmsUp: false,
    };
  }

  #tasksOf(
    terms: RoundTerms,
    common: Pick<RoundsAuditTask, 'plan' | 'memory'> & { readonly epoch: bigint },
  ): { readonly tasks: CrewTasks; readonly spans: readonly SharedArrayBuffer[] } {
    const { threads, rounds } = terms;
    const bytes = 2 * rounds * Float64Array.BYTES_PER_ELEMENT;
    const spans = Array.from({ length: threads }, () => new SharedArrayBuffer(bytes));
    const gate = Barrier.allocate();
    // Each chunk has delays of its own.
    const seed = `${this.#options.seed}/${this.#chunks++}`;
    const warmsUp = this.#threads === undefined;
    const tasks = Array.from({ length: threads }, (_, worker) => {
      return { ...common, worker, terms, gate, spans, seed, warmsUp };
    });
    const clerk = employsClerk(common.plan, this.#strategy) ? common : undefined;
    return {
      tasks: { sellers: { name: 'sellRounds', tasks }, generator: undefined, clerk },
      spans,
    };
  }

  #total(name: keyof RoundCounts): number {
    return sum([...this.#counts.values()], (counts) => counts[name]);
  }

  #elapsedMs(): number {
    return this.#clock.now() / 1e6;
  }

  #timeIsUp(): string {
    return `the time limit of ${this.#options.timeLimitMs / 1000} s was reached`;
  }
}
