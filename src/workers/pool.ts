import { Piscina } from 'piscina';
import { messageOf } from '../base/errors.ts';
import type { Produced } from '../generator/produce.ts';
import { stopRing } from '../generator/ring.ts';
import type { ClerkTask, GenerateTask, SellTask } from './protocol.ts';
import type { Sale } from './sale-memory.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const WORKER_URL = new URL('./worker.js', import.meta.url).href;

/** After a stop, threads get this long to finish what they are doing before they are ended. */
const STOP_GRACE_MS = 1000;

/** How the threads of a run ended. */
export interface CrewReport {
  /** What the generator produced; undefined if it failed. */
  readonly produced: Produced | undefined;
  /** What went wrong, thread by thread. */
  readonly failures: readonly string[];
  /** Whether a seller or the clerk is among them. */
  readonly workerDied: boolean;
}

/** One thread's task each. */
export interface CrewTasks {
  readonly sellers: readonly SellTask[];
  readonly generator: GenerateTask;
  readonly clerk: ClerkTask | undefined;
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
 * Starts one thread for each task, in a pool of their own: a new pool for every run, so that no run
 * inherits code that the compiler has tuned to another strategy.
 */
export function startCrew(sale: Sale, { sellers, generator, clerk }: CrewTasks): RunningCrew {
  const size = sellers.length + (clerk ? 2 : 1);
  const pool = new Piscina({ filename: WORKER_URL, minThreads: size, maxThreads: size });
  const failures: string[] = [];
  // What fails in a thread outside of any task, such as a promise that a strategy left behind.
  pool.on('error', (error) => failures.push(`a thread: ${messageOf(error)}`));
  const deadWorkers = new Set<number>();
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

  const work = async (name: string, task: object, member: number, thread: string) => {
    try {
      await pool.run(task, { name });
    } catch (error) {
      // First of all, so that those who wait for its locks hear of it.
      sale.crew.markDead(member);
      deadWorkers.add(member);
      fail(thread, error);
    }
  };
  const working = sellers.map((task) => work('sell', task, task.worker, `worker ${task.worker}`));
  if (clerk) working.push(work('clerk', clerk, sellers.length, 'clerk'));
  const generating = async (): Promise<Produced | undefined> => {
    try {
      return await pool.run(generator, { name: 'generate' });
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
    if (ended.length > 0) failures.push(describeEnded(ended));
    return { produced, failures, workerDied: deadWorkers.size > 0 };
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
