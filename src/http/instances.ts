// Several servers as processes of their own behind one port: the first process hands connections out in turn.
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { calendarOrigin } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { MetricsRound } from './instance-metrics.ts';
import type { InstanceOrder, InstanceWord } from './instance-words.ts';
import { type RunningServer, type Warn, warnOnStderr } from './serve.ts';
import type { ServerSettings } from './settings.ts';
import { openOffice } from './threads/office.ts';
import { openSource } from './threads/source.ts';
import { Staff } from './threads/staff.ts';

// `.js`: this URL is used as it is, where imports are rewritten when compiling.
const INSTANCE_PATH = fileURLToPath(new URL('./instance.js', import.meta.url));

/** One that dies again and again is started again later and later. */
const RESTART_MS = 100;
const RESTART_MAX_MS = 5000;
/** One that is given so long to finish hangs, and is ended. */
const STOP_MS = 20_000;

export interface RunningInstances extends RunningServer {
  /** The processes that serve now. */
  pids(): number[];
}

/**
 * Starts `count` servers on one port and one database. What dies is started again.
 * @throws InputError when what they sell from does not lie in a database
 */
export async function serveInstances(
  settings: ServerSettings,
  count: number,
  warn: Warn = warnOnStderr,
  signal?: AbortSignal,
): Promise<RunningInstances> {
  if (settings.keeping.kind !== 'postgres') {
    throw new InputError(
      `${count} instances need one database for all of them: PostgreSQL; got ${settings.keeping.kind}`,
    );
  }
  const staff = new Staff();
  try {
    const origin = calendarOrigin();
    // Prepares the stock before anybody sells, and finds what is wrong with the settings once.
    const source = await openSource(settings, 1, origin, staff);
    signal?.throwIfAborted();
    const task = { keeping: settings.keeping, source, freshRun: '', origin };
    const office = await openOffice(task, { acceptors: 1, house: 'main', notes: [] }, staff, warn);
    signal?.throwIfAborted();
    const herd = new Herd({ ...settings, threads: 1 }, count, warn);
    staff.add(() => herd.stop());
    signal?.addEventListener('abort', () => void staff.dismiss(), { once: true });
    const urls = await herd.start();
    return {
      url: urls[0] as string,
      acceptors: count,
      notes: [],
      backOffice: office.calls,
      reopenLog: () => herd.tell({ kind: 'reopen-log' }),
      closed: staff.gone,
      stop: () => staff.dismiss(),
      pids: () => herd.pids(),
    };
  } catch (error) {
    await staff.dismiss();
    throw error;
  }
}

/** The processes, each replaced when it dies. */
class Herd {
  readonly #settings: ServerSettings;
  readonly #count: number;
  readonly #warn: Warn;
  readonly #workers = new Set<Worker>();
  /** Those of them that accept connections, by number: one that is started again keeps its own. */
  readonly #serving = new Map<Worker, number>();
  readonly #metrics = new MetricsRound();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #stopping = false;

  constructor(settings: ServerSettings, count: number, warn: Warn) {
    this.#settings = settings;
    this.#count = count;
    this.#warn = warn;
    // Round robin on every system: the first of several servers in seed system 4 does just that.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ exec: INSTANCE_PATH, args: [], serialization: 'advanced' });
  }

  start(): Promise<string[]> {
    return Promise.all(
      Array.from({ length: this.#count }, (_, at) => this.#startOne(at + 1, RESTART_MS)),
    );
  }

  /** Tells all that serve. */
  tell(order: InstanceOrder): void {
    for (const worker of this.#serving.keys()) if (worker.isConnected()) worker.send(order);
  }

  pids(): number[] {
    return [...this.#serving.keys()].map(({ process: { pid } }) => pid as number);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all([...this.#workers].map((worker) => stopWorker(worker)));
  }

  /** Its URL, once it serves. */
  #startOne(number: number, againMs: number): Promise<string> {
    const worker = cluster.fork();
    this.#workers.add(worker);
    const order: InstanceOrder = { kind: 'serve', settings: this.#settings };
    let url: string | undefined;
    return new Promise((resolve, reject) => {
      worker.on('message', (word: InstanceWord) => {
        if (word.kind === 'ready') worker.send(this.#stopping ? { kind: 'stop' } : order);
        if (word.kind === 'ask-metrics') void this.#tellMetrics(worker, word.id);
        this.#metrics.hear(word);
        if (word.kind === 'failed') reject(new InputError(word.message));
        if (word.kind !== 'serving') return;
        this.#serving.set(worker, number);
        url = word.url;
        resolve(word.url);
      });
      worker.once('exit', (code, signal) => {
        this.#workers.delete(worker);
        this.#serving.delete(worker);
        reject(new Error('an instance ended before it served'));
        if (this.#stopping) return;
        this.#warn(`an instance ended (${signal ?? code}), and is started again`);
        // One that has served is worth a new start at once.
        const laterMs = Math.min(RESTART_MAX_MS, againMs * 2);
        this.#startAgain(number, url === undefined ? laterMs : RESTART_MS);
      });
    });
  }

  async #tellMetrics(worker: Worker, id: number): Promise<void> {
    const families = await this.#metrics.ask(this.#serving);
    const order: InstanceOrder = { kind: 'all-metrics', id, families };
    if (worker.isConnected()) worker.send(order);
  }

  #startAgain(number: number, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      // Should it fail, its end says so.
      this.#startOne(number, afterMs).catch(() => {});
    }, afterMs);
    this.#restarts.add(timer);
  }
}

async function stopWorker(worker: Worker): Promise<void> {
  const exited = new Promise((resolve) => {
    worker.once('exit', resolve);
  });
  const order: InstanceOrder = { kind: 'stop' };
  if (worker.isConnected()) worker.send(order);
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
