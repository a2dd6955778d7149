// Questions of design that a measurement settles: each asked of whole runs of builds that differ in one constant.
import { type Cell, inRounds, type Section } from './section.ts';
import { runSale } from './sim-process.ts';
import { buildVariant, type Change, requireApplicable } from './variant.ts';

/** One answer, as a build. */
interface Answer {
  readonly name: string;
  readonly changes: readonly Change[];
}

/** What is sold to find out. */
interface Load {
  readonly name: string;
  readonly requests: number;
  readonly args: readonly string[];
}

interface Question {
  readonly title: string;
  /** What the answers are about. */
  readonly about: string;
  /** The first is what the others are divided by: today's. */
  readonly answers: readonly [Answer, ...Answer[]];
  readonly loads: readonly Load[];
  readonly note?: string;
}

const SMOKE_REQUESTS = 1000;
const WARM_UP = 'workers/warm-up.js';

/** Half of the requests are granted. */
function load(strategy: string, requests: number, events = 1): Load {
  const tickets = `${Math.ceil(requests / 2 / events)}`;
  const crowd = events === 1 ? 'one event' : `${events} events`;
  return {
    name: `${strategy}, ${crowd}`,
    requests,
    args: ['--strategy', strategy, '--events', `${events}`, '--tickets', tickets],
  };
}

/** Whether events should have a cache line each. */
export function packedEventsSection(smoke: boolean): Promise<Section> {
  const packed = ['store/inventory.js', 'store/tally.js'].map((file) => ({
    file,
    from: "import { LINE_WORDS } from './layout.js';",
    to: 'const LINE_WORDS = 2;',
  }));
  return answer(smoke, {
    title: 'Events packed, eight to a cache line, or in a line each: inventory and tally',
    about: 'events',
    answers: [
      { name: 'a line each', changes: [] },
      { name: 'packed', changes: packed },
    ],
    loads: [load('compare-and-swap', 5_000_000, 8), load('compare-and-swap', 5_000_000, 10_000)],
  });
}

function chunk(requests: number): Change {
  return { file: 'workers/chunk.js', from: '? BLOCK_REQUESTS : 1;', to: `? ${requests} : 1;` };
}

/** How many requests a seller should claim at once. */
export function chunkSection(smoke: boolean): Promise<Section> {
  return answer(smoke, {
    title: 'Requests that a seller claims at once',
    about: 'requests in a chunk',
    answers: [
      { name: '64', changes: [] },
      { name: '1', changes: [chunk(1)] },
      { name: '8', changes: [chunk(8)] },
      // A chunk is no more than a block; the ring holds as many requests as before.
      { name: '256', changes: [blocksOf(256), ring(256)] },
    ],
    loads: [load('compare-and-swap', 5_000_000), load('global-lock', 2_000_000)],
    note: 'With 256, blocks are as large: requests are also published, digested and released by so many.',
  });
}

function blocksOf(requests: number): Change {
  const file = 'generator/ring-layout.js';
  return { file, from: 'BLOCK_REQUESTS = 64;', to: `BLOCK_REQUESTS = ${requests};` };
}

function ring(blocks: number): Change {
  const file = 'generator/ring-layout.js';
  return { file, from: 'RING_BLOCKS = 1024;', to: `RING_BLOCKS = ${blocks};` };
}

function patience(turns: number): Change {
  const file = 'store/words.js';
  return { file, from: 'const PATIENCE = 100;', to: `const PATIENCE = ${turns};` };
}

/** How long a thread should wait busily before it sleeps. */
export function patienceSection(smoke: boolean): Promise<Section> {
  return answer(smoke, {
    title: 'Turns of a busy wait before a thread sleeps',
    about: 'patience',
    answers: [
      { name: '100', changes: [] },
      { name: '1: no turn', changes: [patience(1)] },
      { name: '1,000', changes: [patience(1000)] },
      { name: '10,000', changes: [patience(10_000)] },
    ],
    loads: [load('event-lock', 2_000_000), load('single-writer', 1_000_000)],
    note: 'A patience of 1 is none: its one turn is the look that found the word taken.',
  });
}

/** How many blocks of requests the generator should be allowed to be ahead. */
export function backPressureSection(smoke: boolean): Promise<Section> {
  // A private sale to warm up with has to fit into the smallest ring: more of them instead.
  const shorter: Change[] = [
    ['WARM_UP_REQUESTS = 20_000', 'WARM_UP_REQUESTS = 1000'],
    ['WARM_UP_REQUESTS_MIN = 2000', 'WARM_UP_REQUESTS_MIN = 1000'],
    ['WARM_UP_ROUNDS = 5', 'WARM_UP_ROUNDS = 100'],
  ].map(([from, to]) => ({ file: WARM_UP, from: `const ${from};`, to: `const ${to};` }));
  return answer(smoke, {
    title: 'Blocks of 64 requests that the generator may be ahead',
    about: 'blocks in the ring',
    answers: [
      { name: '1,024', changes: shorter },
      { name: '16', changes: [...shorter, ring(16)] },
      { name: '64', changes: [...shorter, ring(64)] },
      { name: '4,096', changes: [...shorter, ring(4096)] },
    ],
    loads: [load('compare-and-swap', 5_000_000), load('global-lock', 2_000_000)],
  });
}

/** What was measured of one load with one build, round by round. */
interface Case {
  readonly load: Load;
  readonly answer: string;
  readonly rates: number[];
  readonly cpuNs: number[];
}

async function answer(smoke: boolean, { title, about, answers, loads, note }: Question) {
  const rounds = smoke ? 1 : 5;
  const cases = smoke
    ? await measureLast(answers, loads)
    : await measureAll(answers, loads, rounds);
  const rows = cases.map(({ load: sale, answer: name, rates, cpuNs }): Cell[] => {
    const first = cases.find((each) => each.load === sale) as Case;
    const ratios = rates.map((rate, round) => rate / (first.rates[round] as number));
    const figures = [inRounds('per second', rates), inRounds('ratio', ratios)];
    return [sale.name, name, ...figures, inRounds('ns', cpuNs)];
  });
  const section: Section = {
    title: `${title}; --rate max, 2 threads, half of the requests granted, ${rounds} rounds`,
    headings: ['sale', about, 'requests/s', 'of the first', 'processor time of the process'],
    rows,
    ...(note !== undefined && { note }),
  };
  return section;
}

/** Runs all builds in turn, round by round, in every other round the other way about. */
async function measureAll(
  answers: readonly Answer[],
  loads: readonly Load[],
  rounds: number,
): Promise<readonly Case[]> {
  const builds = answers.map(({ name, changes }) => ({ name, ...buildVariant(changes) }));
  const pairs = loads.flatMap((each) =>
    builds.map(({ name, main }) => ({ ...caseOf(each, name), main })),
  );
  try {
    for (let round = 0; round < rounds; round++) {
      for (const each of round % 2 === 0 ? pairs : pairs.toReversed()) {
        await sell(each, each.main, ['--threads', '2', '--seed', `${round}`]);
      }
    }
  } finally {
    for (const build of builds) build.remove();
  }
  return pairs;
}

/** Shows that all can be changed, and that one of them sells. */
async function measureLast(
  answers: readonly Answer[],
  [first]: readonly Load[],
): Promise<readonly Case[]> {
  for (const { changes } of answers) changes.forEach(requireApplicable);
  const { name, changes } = answers.at(-1) as Answer;
  const build = buildVariant([...changes, ...COLD]);
  try {
    const one = caseOf({ ...(first as Load), requests: SMOKE_REQUESTS }, name);
    await sell(one, build.main, ['--threads', '1']);
    return [one];
  } finally {
    build.remove();
  }
}

/** No warm-up, which would take the most of a sale that means nothing. */
const COLD: readonly Change[] = [
  { file: WARM_UP, from: 'privateSales: WARM_UP_ROUNDS', to: 'privateSales: 0' },
];

function caseOf(sale: Load, name: string): Case {
  return { load: sale, answer: name, rates: [], cpuNs: [] };
}

async function sell({ load: sale, rates, cpuNs }: Case, main: string, args: readonly string[]) {
  const command = ['--rate', 'max', '--requests', `${sale.requests}`, ...sale.args, ...args];
  const { result, cpuNs: tookNs } = await runSale(main, command);
  const { verdict } = result.audit;
  if (verdict !== 'exact') throw new Error(`a sale of ${sale.name} is ${verdict}`);
  rates.push(result.throughput.completedPerSecond);
  cpuNs.push(tookNs);
}
