// Whether words that different threads write should lie in cache lines of their own: threads that each write their own
// word, and threads that all write a few events' words, with the words side by side and a line apart.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { formatCount } from '../src/report/format.ts';
import { Layout, LINE_WORDS } from '../src/store/layout.ts';
import { AtomicWords, allocateWords } from '../src/store/words.ts';
import { Barrier } from '../src/workers/barrier.ts';
import { type Cell, inRounds, type Section } from './section.ts';

const THREADS_MAX = 4;
const EVENTS = 8;
/** Some milliseconds: no more than threads are given at a time, where others want the processors, too. */
const TURNS = 200_000;
const ROUNDS = 51;

/** What each thread does, again and again, to words from `first` on that lie `apart` words apart. */
interface Access {
  readonly name: string;
  open(words: AtomicWords, first: number, self: number, apart: number): () => void;
}

const ACCESSES: readonly Access[] = [
  {
    name: 'own counter, read and written',
    open(words, first, self, apart) {
      const at = first + self * apart;
      return () => words.set(at, words.get(at) + 1);
    },
  },
  {
    name: 'own counter, atomic addition',
    open(words, first, self, apart) {
      const at = first + self * apart;
      return () => words.add(at, 1);
    },
  },
  {
    name: `${EVENTS} events in turn, atomic addition`,
    open(words, first, self, apart) {
      // Threads begin at different events, as buyers of different events do.
      let turn = self * (EVENTS / 2);
      return () => words.add(first + (turn++ % EVENTS) * apart, 1);
    },
  },
];

const LAYOUTS = { packed: 1, 'a line each': LINE_WORDS } as const;

type Spacing = keyof typeof LAYOUTS;

/** What a thread is given. */
interface Task {
  readonly self: number;
  readonly threads: number;
  readonly rounds: number;
  readonly turns: number;
  readonly words: SharedArrayBuffer;
  readonly gate: SharedArrayBuffer;
  readonly epoch: bigint;
}

/** When one thread began and ended one case in one round. */
interface Span {
  /** The name of it. */
  readonly access: string;
  readonly spacing: Spacing;
  readonly round: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** Each case in turn in each round; where its words lie. */
function cases(): { access: Access; spacing: Spacing; first: number; words: number }[] {
  const layout = new Layout();
  return ACCESSES.flatMap((access) =>
    (Object.keys(LAYOUTS) as Spacing[]).map((spacing) => {
      const first = layout.reserve(Math.max(EVENTS, THREADS_MAX) * LAYOUTS[spacing]);
      return { access, spacing, first, words: layout.words };
    }),
  );
}

export async function falseSharingSection(smoke: boolean): Promise<Section> {
  const threads = Math.max(2, Math.min(availableParallelism(), THREADS_MAX));
  const rounds = smoke ? 1 : ROUNDS;
  const turns = smoke ? 1000 : TURNS;
  const spans = await runThreads({ threads, rounds, turns });
  const costs = (access: string, spacing: Spacing): number[] =>
    Array.from({ length: rounds }, (_, round) => {
      const own = spans.filter(
        (each) => each.access === access && each.spacing === spacing && each.round === round,
      );
      const took = own.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
      return took / threads / turns;
    });
  const rows = ACCESSES.map(({ name }): Cell[] => {
    const [packed, apart] = [costs(name, 'packed'), costs(name, 'a line each')];
    const ratios = packed.map((ns, round) => ns / (apart[round] as number));
    return [name, inRounds('ns', packed), inRounds('ns', apart), inRounds('ratio', ratios)];
  });
  return {
    title: `False sharing: ${threads} threads, ${formatCount(turns)} accesses each; ${rounds} rounds`,
    headings: ['access', 'packed', 'a line each', 'packed, of a line each'],
    rows,
    note: `An access of one thread, the mean of all of them. Threads that other work keeps from running at the same time share
nothing: only a quiet machine tells.`,
  };
}

async function runThreads(
  asked: Pick<Task, 'threads' | 'rounds' | 'turns'>,
): Promise<readonly Span[]> {
  const words = allocateWords(cases().at(-1)?.words ?? 0).buffer;
  const shared = { ...asked, words, gate: Barrier.allocate(), epoch: currentEpoch() };
  const workers = Array.from({ length: asked.threads }, (_, self) => {
    const task: Task = { ...shared, self };
    return new Worker(fileURLToPath(import.meta.url), { workerData: task });
  });
  const told = await Promise.all(workers.map((worker) => once(worker, 'message')));
  return told.flatMap(([spans]) => spans as readonly Span[]);
}

function takePart({ self, threads, rounds, turns, words, gate, epoch }: Task): readonly Span[] {
  const shared = new AtomicWords(words);
  const clock = systemClock(epoch);
  const parties = { count: threads, atOnce: availableParallelism(), spins: true };
  const barrier = Barrier.attach(gate, { ...parties, abandoned: () => false });
  const spans: Span[] = [];
  // The first round compiles.
  for (let round = -1; round < rounds; round++) {
    for (const { access, spacing, first } of cases()) {
      const act = access.open(shared, first, self, LAYOUTS[spacing]);
      barrier.meet();
      const startNs = clock.now();
      for (let turn = 0; turn < turns; turn++) act();
      const span = { access: access.name, spacing, round, startNs, endNs: clock.now() };
      if (round >= 0) spans.push(span);
    }
  }
  return spans;
}

if (!isMainThread && workerData !== null) parentPort?.postMessage(takePart(workerData as Task));
