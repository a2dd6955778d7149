// What executes a reservation: `Atomics`, each operation as an instruction (`--kernel wasm`), or all of it in one
// function of WebAssembly, for which each strategy would have to be written a second time. One event, one or two threads.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { formatCount } from '../src/report/format.ts';
import { allocateMemory, attachWords, type Kernel } from '../src/store/compiled-words.ts';
import { Crew } from '../src/store/crew.ts';
import { Inventory, MAX_TICKETS_PER_EVENT } from '../src/store/inventory.ts';
import { Layout } from '../src/store/layout.ts';
import { loadStrategy } from '../src/store/load-strategy.ts';
import type { Strategy } from '../src/store/strategy.ts';
import { Barrier } from '../src/workers/barrier.ts';
import { type Cell, inRounds, type Section } from './section.ts';

/** What a strategy is called in kernel/reserve.ts. */
const FUNCTIONS = {
  'compare-and-swap': 'compareAndSwap',
  'fetch-and-subtract': 'fetchAndSubtract',
  'event-lock': 'eventLock',
} as const;
const STRATEGIES = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];

const WAYS = ['js', 'wasm', 'wasm, all of it'] as const;
type Way = (typeof WAYS)[number];

const CASES = [
  { name: 'refused, 1 thread', threads: 1, tickets: 0 },
  { name: 'granted, 1 thread', threads: 1, tickets: MAX_TICKETS_PER_EVENT },
  { name: 'granted, 2 threads', threads: 2, tickets: MAX_TICKETS_PER_EVENT },
] as const;

/** Some milliseconds: no more than threads are given at a time, where others want the processors, too. */
const REQUESTS = 100_000;
const ROUNDS = 21;
/** Rounds that compile. */
const COLD_ROUNDS = 3;
const RESERVE = fileURLToPath(new URL('../../kernel/reserve.ts', import.meta.url));
const BUILD = fileURLToPath(new URL('../../scripts/build-kernel.mjs', import.meta.url));

interface Trial {
  readonly strategy: keyof typeof FUNCTIONS;
  readonly way: Way;
  readonly threads: number;
  readonly tickets: number;
  readonly requests: number;
  readonly rounds: number;
  /** kernel/reserve.ts, compiled. */
  readonly wasm: string;
}

/** What a thread is given. */
interface Task extends Trial {
  readonly self: number;
  readonly memory: ReturnType<typeof allocateMemory>;
  readonly gate: SharedArrayBuffer;
}

/** What a thread did: how long each round took it, and how many tickets it got in all of them. */
interface Told {
  readonly tookNs: readonly number[];
  readonly granted: number;
}

export async function kernelSection(smoke: boolean): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'onsale-bench-'));
  const [rounds, requests] = smoke ? [1, 1000] : [ROUNDS, REQUESTS];
  const rows: Cell[][] = [];
  try {
    const wasm = join(folder, 'reserve.wasm');
    execFileSync(process.execPath, [BUILD, RESERVE, wasm]);
    for (const strategy of STRATEGIES) {
      for (const way of WAYS) {
        const row: Cell[] = [strategy, way];
        for (const { threads, tickets } of CASES) {
          const trial: Trial = { strategy, way, threads, tickets, requests, rounds, wasm };
          row.push(inRounds('ns', await hold(trial)));
        }
        rows.push(row);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `Kernels: one event, ${formatCount(requests)} requests of each thread; ${rounds} rounds`,
    headings: ['strategy', 'executed by', ...CASES.map(({ name }) => name)],
    rows,
    note: 'A request of one thread, the mean of all of a round. Each cell is measured in threads of its own.',
  };
}

/**
 * How long a request took in each round.
 * @throws Error when what was granted is not what the stock lost
 */
async function hold(trial: Trial): Promise<number[]> {
  const strategy = await loadStrategy(trial.strategy);
  const { layout, inventory } = layOut(strategy, trial);
  const kernel: Kernel = trial.way === 'js' ? 'js' : 'wasm';
  const memory = allocateMemory(kernel, layout.words);
  const stock = new Inventory(attachWords(memory), inventory, 1);
  stock.stock(trial.tickets);
  const gate = Barrier.allocate();
  const told = await Promise.all(
    Array.from({ length: trial.threads }, async (_, self) => {
      const task: Task = { ...trial, self, memory, gate };
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task });
      const [own] = await once(worker, 'message');
      return own as Told;
    }),
  );
  const granted = told.reduce((sum, own) => sum + own.granted, 0);
  const left = attachWords(memory).load(stock.remaining(0));
  if (granted !== trial.tickets - left) {
    throw new Error(`${trial.strategy} by ${trial.way}: ${granted} granted, ${left} left`);
  }
  return Array.from({ length: trial.rounds }, (_, round) => {
    const took = told.reduce((sum, own) => sum + (own.tookNs[COLD_ROUNDS + round] as number), 0);
    return took / trial.threads / trial.requests;
  });
}

function layOut(strategy: Strategy, { threads, tickets }: Pick<Trial, 'threads' | 'tickets'>) {
  const layout = new Layout();
  const size = { events: 1, tickets, members: threads };
  return {
    layout,
    size,
    inventory: Inventory.reserve(layout, 1),
    crew: Crew.reserve(layout, threads),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
}

type Reserve = () => number;

function opened(strategy: Strategy, task: Task): Reserve {
  const { self, memory, way, wasm } = task;
  const { size, inventory: first, crew: crewAt, own } = layOut(strategy, task);
  const words = attachWords(memory);
  const inventory = new Inventory(words, first, 1);
  if (way === 'wasm, all of it') {
    const env = { memory: memory as WebAssembly.Memory };
    const module = new WebAssembly.Module(readFileSync(wasm));
    const functions = new WebAssembly.Instance(module, { env }).exports as Record<
      string,
      (event: number, quantity: number, lock: number, mine: number) => number
    >;
    const reserve = functions[FUNCTIONS[task.strategy]] as (typeof functions)[string];
    const [event, lock, mine] = [inventory.remaining(0) * 4, own * 4, (self + 1) << 1];
    return () => reserve(event, 1, lock, mine);
  }
  const crew = new Crew(words, crewAt, task.threads);
  const contention = { retries: 0, waits: 0 };
  const common = { size, words, inventory, own, crew, self, contention };
  const reserver = strategy.open({ ...common, work() {}, nowMs: () => 0 });
  return () => reserver.reserve(0, 1, 0);
}

async function takePart(task: Task): Promise<Told> {
  const reserve = opened(await loadStrategy(task.strategy), task);
  const clock = systemClock(currentEpoch());
  const parties = { count: task.threads, atOnce: availableParallelism(), spins: true };
  const barrier = Barrier.attach(task.gate, { ...parties, abandoned: () => false });
  const tookNs: number[] = [];
  let granted = 0;
  for (let round = 0; round < COLD_ROUNDS + task.rounds; round++) {
    barrier.meet();
    const startNs = clock.now();
    for (let request = 0; request < task.requests; request++) if (reserve() >= 0) granted++;
    tookNs.push(clock.now() - startNs);
  }
  return { tookNs, granted };
}

if (!isMainThread && workerData !== null) {
  void takePart(workerData as Task).then((told) => parentPort?.postMessage(told));
}
