import { Piscina } from 'piscina';
import { messageOf } from '../base/errors.ts';
import type { Produced } from '../generator/produce.ts';
import { stopRing } from '../generator/ring.ts';
import type { ClerkTask, GenerateTask, RoundsTask, SellStoredTask, SellTask } from './protocol.ts';
import type { Sale } from './sale-memory.ts';
import type { Doubt } from './store-seller.ts';

// `.js`: these URLs are used as they are, where imports are rewritten when compiling.
const moduleAt = (path: string): string => new URL(path, import.meta.url).href;
const WORKER_URL = moduleAt('./worker.js');

/**
 * The module that each task's function is exported by. A thread loads only that: to load all takes more processor
 * time than to start the thread. Piscina loads it, with `require`: of so many modules, in three quarters of the time of `import`.
 */
const MODULES = {
  sell: moduleAt('./sell.js'),
  sellRounds: moduleAt('./sell-rounds.js'),
  sellStored: moduleAt('./sell-stored.js'),
  clerk: moduleAt('./clerk.js'),
  generate: moduleAt('./generate.js'),
} as const;

function handlerOf(name: keyof typeof MODULES): { filename: string; name: string } {
  return { filename: MODULES[name], name };
}

/** After a stop, threads get this long to finish what they are doing before they are ended. */
const STOP_GRACE_MS = 1000;

/** How the threads of a run ended. */
export interface CrewReport {
  /** What the generator produced; undefined if it failed, or there was none. */
  readonly produced: Produced | undefined;
  /** What went wrong, thread by thread. */
  readonly failures: readonly string[];
  /** Whether a seller or the clerk is among them. */
  readonly workerDied: boolean;
  /** Requests that a store left in doubt. */
  readonly doubts: readonly Doubt[];
}

/** The sellers' tasks, and the function that does them. */
export type Sellers =
  | { readonly name: 'sell'; readonly tasks: readonly SellTask[] }
  | { readonly name: 'sellStored'; readonly tasks: readonly SellStoredTask[] }
  | { readonly name: 'sellRounds'; readonly tasks: readonly RoundsTask[] };

/** One thread's task each. */
export interface CrewTasks {
  readonly sellers: Sellers;
  /** None where sellers need no stream. */
  readonly generator: GenerateTask | undefined;
  readonly clerk: ClerkTask | undefined;
}

/** Threads that wait for tasks. */
export interface Threads {
  readonly pool: Piscina;
  /** What failed in them outside of any task, such as a promise that a strategy left behind. */
  readonly strays: string[];
}

/** Starts as many threads as the tasks need. */
export function startThreads({ sellers, generator, clerk }: CrewTasks): Threads {
  const size = sellers.tasks.length + (generator ? 1 : 0) + (clerk ? 1 : 0);
  const pool = new Piscina({ filename: WORKER_URL, minThreads: size, maxThreads: size });
  const strays: string[] = [];
  pool.on('error', (error) => strays.push(`a thread: ${messageOf(error)}`));
  return { pool, strays };
}

/** The threads of one run. */
export interface RunningCrew {
  /** Settles when every thread has ended; never rejects. */
  readonly done: Promise<CrewReport>;
  /** Ends the run early. What was sold until then stays recorded. */
  readonly stop: () => void;
  /** Calls the function `name` of a module in one of the threads, once they are done. */
  call<Result>(url: URL, name: string, task: unknown, signal: AbortSignal): Promise<Result>;
  /** Ends the threads. */
  dispose(): Promise<void>;
}

/**
 * Gives each task to a thread of its own. By default the threads are new, for every run: so no run
 * inherits code that the compiler has tuned to another strategy.
 * @param threads as many as there are tasks, all idle
 */
export function startCrew(
  sale: Sale,
  tasks: CrewTasks,
  { pool, strays }: Threads = startThreads(tasks),
): RunningCrew {
  const { sellers, generator, clerk } = tasks;
  const failures: string[] = [];
  const deadWorkers = new Set<number>();
  const doubts: Doubt[] = [];
  let graceTimer: NodeJS.Timeout | undefined;
  const ended: string[] = [];
  let destroyed: Promise<void> | undefined;

  const stop = (): void => {
    sale.control.stop();
    stopRing(sale.ring);
    // A thread may be stuck in a strategy, where no word of ours reaches it.
    graceTimer ??= setTimeout(() => {
      destroyed = pool.destroy();
    }, STOP_GRACE_MS);
  };
  const fail = (thread: string, error: unknown): void => {
    if (destroyed) ended.push(thread);
    else failures.push(`${thread}: ${messageOf(error)}`);
    stop();
  };

  const work = async (name: keyof typeof MODULES, task: object, member: number, thread: string) => {
    try {
      const left = (await pool.run(task, handlerOf(name))) as readonly Doubt[] | undefined;
      doubts.push(...(left ?? []));
    } catch (error) {
      // First of all, so that those who wait for its locks hear of it.
      sale.crew.markDead(member);
      deadWorkers.add(member);
      fail(thread, error);
    }
  };
  const working = sellers.tasks.map((task) =>
    work(sellers.name, task, task.worker, `worker ${task.worker}`),
  );
  if (clerk) working.push(work('clerk', clerk, sellers.tasks.length, 'clerk'));
  const generating = async (): Promise<Produced | undefined> => {
    try {
      return generator && (await pool.run(generator, handlerOf('generate')));
    } catch (error) {
      fail('generator', error);
      return undefined;
    }
  };
  const finish = async (): Promise<CrewReport> => {
    const [produced] = await Promise.all([generating(), ...working]);
    clearTimeout(graceTimer);
    // Nothing may still be recorded when this is over.
    await destroyed;
    failures.push(...strays.splice(0));
    if (ended.length > 0) failures.push(describeEnded(ended));
    return { produced, failures, workerDied: deadWorkers.size > 0, doubts };
  };
  return {
    done: finish(),
    stop,
    call: (url, name, task, signal) => pool.run(task, { filename: url.href, name, signal }),
    dispose: () => pool.destroy(),
  };
}

/** So many threads are named; of more, only how many. */
const NAMED_MAX = 4;

function describeEnded(threads: readonly string[]): string {
  const named = threads.slice(0, NAMED_MAX).join(', ');
  const more = threads.length - NAMED_MAX;
  return `${named}${more > 0 ? ` and ${more} more` : ''}: ended, not having stopped within a second`;
}
