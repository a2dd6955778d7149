import { Bench } from 'tinybench';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { randomStream } from '../src/base/random.ts';
import { LOCKS } from '../src/explore/locks.ts';
import { demandSource } from '../src/generator/demand.ts';
import { constantPacer, onsalePacer, poissonPacer } from '../src/generator/pacer.ts';
import { emptyRequest } from '../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter } from '../src/generator/ring.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS } from '../src/generator/ring-layout.ts';
import { Histogram } from '../src/stats/histogram.ts';
import { catalog } from '../src/store/catalog.ts';
import { Crew } from '../src/store/crew.ts';
import { Inventory } from '../src/store/inventory.ts';
import { Layout, LINE_WORDS } from '../src/store/layout.ts';
import type { Reserver, Strategy } from '../src/store/strategy.ts';
import { AtomicWords, allocateWords } from '../src/store/words.ts';
import type { Section } from './section.ts';

/** Operations in one sample: enough to make the clock's resolution irrelevant. */
const OPERATIONS = 1000;

/** The crew's one line comes before the lock. */
const MEMBER_WORDS = LINE_WORDS;

const QUICK_MS = 5;
const FULL_MS = 200;

/**
 * What single operations cost one thread that has no rival, in nanoseconds: medians, less the median
 * of an empty loop, which is shown too.
 */
export async function microSection(smoke: boolean): Promise<Section> {
  const bench = new Bench({
    time: smoke ? QUICK_MS : FULL_MS,
    warmupTime: smoke ? QUICK_MS : FULL_MS / 2,
  });
  for (const [name, operation] of operations()) {
    bench.add(name, () => {
      for (let i = 0; i < OPERATIONS; i++) operation(i);
    });
  }
  await bench.run();
  const medians = bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`the benchmark of ${name} ${result.state}`);
    return { name, ns: (result.latency.p50 * 1e6) / OPERATIONS };
  });
  const empty = medians[0]?.ns ?? 0;
  return {
    title: 'Micro: one thread, no rival',
    headings: ['operation', 'ns'],
    rows: medians.map(({ name, ns }, index) => [
      name,
      (index === 0 ? ns : Math.max(0, ns - empty)).toFixed(1),
    ]),
  };
}

type Operation = (i: number) => unknown;

function* operations(): Generator<[string, Operation]> {
  yield ['(empty loop)', (i) => i];
  yield* wordOperations();
  yield* lockOperations();
  for (const strategy of catalog) yield* strategyOperations(strategy);
  yield ['ring: publish, claim, read, release (per request)', ringOperation()];
  const histogram = Histogram.allocate();
  yield ['histogram record', (i) => histogram.record(i * 97)];
  yield* generatorOperations();
  const clock = systemClock(currentEpoch());
  yield ['clock reading', () => clock.now()];
}

function* wordOperations(): Generator<[string, Operation]> {
  const words = allocateWords(64);
  yield ['words: get', () => words.get(0)];
  yield ['words: set', (i) => words.set(0, i)];
  yield ['words: load', () => words.load(0)];
  yield ['words: store', (i) => words.store(0, i)];
  yield ['words: add', () => words.add(0, 1)];
  yield ['words: compareExchange', (i) => words.compareExchange(16, i, i + 1)];
}

/** Each lock, as the explorer knows it: with nobody else about. */
function* lockOperations(): Generator<[string, Operation]> {
  for (const kind of LOCKS) {
    const first = MEMBER_WORDS;
    const words = allocateWords(first + kind.words(1));
    const crew = new Crew(words, 0, 1);
    const contention = { retries: 0, waits: 0 };
    const lock = kind.open({ words, crew, self: 0, contention }, first, 1);
    yield [`${kind.name}: write lock, unlock`, () => lock.write(doNothing)];
    if (kind.sharesReads) yield [`${kind.name}: read lock, unlock`, () => lock.read(() => 0)];
  }
}

function doNothing(): void {}

function* strategyOperations(strategy: Strategy): Generator<[string, Operation]> {
  const selling = openAlone(strategy);
  yield [
    `${strategy.name}: reserve, cancel`,
    () => selling.cancel(0, selling.reserve(0, 1, 0), 1, 0),
  ];
  const soldOut = openAlone(strategy);
  yield [`${strategy.name}: refusal`, () => soldOut.reserve(0, 1_000_000_000, 0)];
}

function openAlone(strategy: Strategy): Reserver {
  const layout = new Layout();
  const size = { events: 1, tickets: 1000, members: 1 };
  const inventoryAt = Inventory.reserve(layout, 1);
  const crewAt = Crew.reserve(layout, 1);
  const own = layout.reserve(strategy.ownWords?.(size) ?? 0);
  const words = allocateWords(layout.words);
  const inventory = new Inventory(words, inventoryAt, 1);
  inventory.stock(1000);
  const crew = new Crew(words, crewAt, 1);
  const contention = { retries: 0, waits: 0 };
  return strategy.open({
    size,
    words,
    inventory,
    own,
    crew,
    self: 0,
    contention,
    work() {},
    nowMs: () => 0,
  });
}

/** One request's share of a whole block's way through the ring. */
function ringOperation(): Operation {
  const words = new AtomicWords(allocateRing());
  const writer = new RingWriter(words);
  const reader = new RingReader(words, BLOCK_REQUESTS);
  const block = new Int32Array(BLOCK_WORDS);
  const request = emptyRequest();
  return (i) => {
    if (i % BLOCK_REQUESTS !== 0) return;
    writer.awaitSlot();
    writer.publish(block, BLOCK_REQUESTS);
    reader.claim();
    while (reader.read(request));
    reader.release();
  };
}

function* generatorOperations(): Generator<[string, Operation]> {
  const random = randomStream('bench', 'alea');
  yield ['alea: 32 bits', () => random.next()];
  yield ['alea: 53 bits', () => random.nextDouble()];
  const endless = { requests: 2 ** 31, durationNs: 1e15 };
  yield ['pacer: constant', constantPacer(endless)];
  yield ['pacer: poisson', poissonPacer(endless, random)];
  yield ['pacer: onsale burst', onsalePacer(endless, { share: 0.8 }, random)];
  const request = emptyRequest();
  const ask = demandSource(
    {
      clients: 1000,
      inTurn: false,
      events: 4,
      popularity: 1,
      quantities: new Map([1, 2, 3, 4].map((quantity) => [quantity, 1])),
      mix: { reserve: 90, browse: 8, cancel: 2 },
    },
    'bench',
  );
  yield ['demand: client, event, quantity, kind', () => ask(request)];
}
