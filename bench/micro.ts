import { createHash } from 'node:crypto';
import { Bench } from 'tinybench';
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { randomStream } from '../src/base/random.ts';
import { LOCKS } from '../src/explore/locks.ts';
import { demandSource } from '../src/generator/demand.ts';
import { constantPacer, onsalePacer, poissonPacer } from '../src/generator/pacer.ts';
import { emptyRequest, readRequest, writeRequest } from '../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter } from '../src/generator/ring.ts';
import { BLOCK_REQUESTS, BLOCK_WORDS } from '../src/generator/ring-layout.ts';
import { Histogram } from '../src/stats/histogram.ts';
import { catalog } from '../src/store/catalog.ts';
import { allocateMemory, attachWords, KERNELS, type Kernel } from '../src/store/compiled-words.ts';
import { Crew } from '../src/store/crew.ts';
import { Inventory } from '../src/store/inventory.ts';
import { Layout, LINE_WORDS } from '../src/store/layout.ts';
import { Ledger } from '../src/store/ledger.ts';
import type { Reserver, Strategy } from '../src/store/strategy.ts';
import { Tally } from '../src/store/tally.ts';
import { AtomicWords, allocateWords } from '../src/store/words.ts';
import { allocateMeasures, Measures } from '../src/workers/measures.ts';
import { type Section, single } from './section.ts';

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
    const repeat = (): void => {
      for (let i = 0; i < OPERATIONS; i++) operation(i);
    };
    // Once each before any is timed: the compiler would build the first operations into the loop, and call the others.
    repeat();
    bench.add(name, repeat);
  }
  await bench.run();
  const medians = bench.tasks.map(({ name, result }) => {
    if (result.state === 'errored') throw new Error(`${name}: ${result.error.message}`);
    if (result.state !== 'completed') throw new Error(`${name} is ${result.state}`);
    return { name, ns: (result.latency.p50 * 1e6) / OPERATIONS };
  });
  const empty = medians[0]?.ns ?? 0;
  return {
    title: 'Micro: one thread, no rival',
    headings: ['operation', 'time'],
    rows: medians.map(({ name, ns }, index) => [
      name,
      single('ns', index === 0 ? ns : Math.max(0, ns - empty)),
    ]),
    note: 'The median of samples of 1,000 calls, less that of calls that do nothing, which is the first line.',
  };
}

type Operation = (i: number) => unknown;

function* operations(): Generator<[string, Operation]> {
  yield ['(empty loop)', (i) => i];
  for (const kernel of KERNELS) yield* wordOperations(kernel);
  yield* lockOperations();
  for (const strategy of catalog) yield* strategyOperations(strategy);
  yield ['ring: publish, claim, read, release (per request)', ringOperation(BLOCK_REQUESTS)];
  yield ['ring: claim, read, release one by one', ringOperation(1)];
  yield* recordingOperations();
  yield* generatorOperations();
  const clock = systemClock(currentEpoch());
  yield ['clock reading', () => clock.now()];
}

function* wordOperations(kernel: Kernel): Generator<[string, Operation]> {
  const words = attachWords(allocateMemory(kernel, 64));
  yield [`${kernel} words: load`, () => words.load(0)];
  yield [`${kernel} words: store`, (i) => words.store(0, i)];
  yield [`${kernel} words: add`, () => words.add(0, 1)];
  yield [`${kernel} words: sub`, () => words.sub(0, 1)];
  yield [`${kernel} words: exchange`, (i) => words.exchange(0, i)];
  yield [`${kernel} words: compareExchange`, (i) => words.compareExchange(16, i, i + 1)];
  const fails = (): number => words.compareExchange(32, 1, 2);
  yield [`${kernel} words: compareExchange that fails`, fails];
  if (kernel !== 'js') return;
  // The same whoever executes the others.
  yield ['words: get', () => words.get(0)];
  yield ['words: set', (i) => words.set(0, i)];
  yield ['words: wait for what has come', () => words.wait(32, 1)];
  yield ['words: notify nobody', () => words.notify(32)];
  yield ['words: spin', () => words.spin()];
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

/** Few: where a serial tells its seat, as many serials are used up whenever a seat is sold again. */
const TICKETS = 32;

function openAlone(strategy: Strategy): Reserver {
  const layout = new Layout();
  const size = { events: 1, tickets: TICKETS, members: 1 };
  const inventoryAt = Inventory.reserve(layout, 1);
  const crewAt = Crew.reserve(layout, 1);
  const own = layout.reserve(strategy.ownWords?.(size) ?? 0);
  const words = allocateWords(layout.words);
  const inventory = new Inventory(words, inventoryAt, 1);
  inventory.stock(TICKETS);
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
function ringOperation(chunk: number): Operation {
  const words = new AtomicWords(allocateRing());
  const writer = new RingWriter(words);
  const reader = new RingReader(words, chunk);
  const block = new Int32Array(BLOCK_WORDS);
  const request = emptyRequest();
  return (i) => {
    if (i % BLOCK_REQUESTS !== 0) return;
    writer.awaitSlot();
    writer.publish(block, BLOCK_REQUESTS);
    for (let read = 0; read < BLOCK_REQUESTS; read += chunk) {
      reader.claim();
      while (reader.read(request));
      reader.release();
    }
  };
}

/** What is kept of a request: of each, and of those that were granted. */
function* recordingOperations(): Generator<[string, Operation]> {
  const histogram = Histogram.allocate();
  yield ['histogram record', (i) => histogram.record(i * 97)];
  const measures = new Measures(allocateMeasures(false, 0));
  yield ['record: histogram and series', (i) => measures.finished(1, i, i, i + 97)];
  const layout = new Layout();
  const tally = new Tally(allocateWords(LINE_WORDS), Tally.reserve(layout, 1), 1);
  yield ['tally: add', () => tally.add(0, 1)];
  // As many as one sample takes: then it begins anew.
  let ledger = new Ledger(Ledger.allocate(OPERATIONS));
  const grant = {
    event: 0,
    client: 0,
    ticket: 0,
    quantity: 1,
    intendedNs: 0,
    startNs: 0,
    endNs: 97,
  };
  const before = { worker: -1, grant: -1 };
  yield [
    'ledger: record a grant',
    (i) => {
      if (i === 0) ledger = new Ledger(Ledger.allocate(OPERATIONS));
      return ledger.recordGrant(grant, before);
    },
  ];
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
  const block = new Int32Array(BLOCK_WORDS);
  yield ['request: write', () => writeRequest(block, 0, request)];
  const words = allocateWords(BLOCK_WORDS);
  yield ['request: read', () => readRequest(request, words, 0)];
  const bytes = new Uint8Array(block.buffer);
  const hash = createHash('sha256');
  yield ['digest (per request)', (i) => i % BLOCK_REQUESTS === 0 && hash.update(bytes)];
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
