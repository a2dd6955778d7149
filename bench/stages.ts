// The stages of a request, each run alone on one thread, over the same requests.
import { currentEpoch, systemClock } from '../src/base/clock.ts';
import { produce } from '../src/generator/produce.ts';
import { emptyRequest } from '../src/generator/request.ts';
import { allocateRing, RingReader, RingWriter } from '../src/generator/ring.ts';
import { BLOCK_REQUESTS, RING, RING_BLOCKS } from '../src/generator/ring-layout.ts';
import type { RequestSource } from '../src/generator/source.ts';
import { openStream } from '../src/generator/stream.ts';
import { auditRun } from '../src/sim/audit-run.ts';
import type { Scenario } from '../src/sim/scenario.ts';
import { catalog } from '../src/store/catalog.ts';
import type { Strategy } from '../src/store/strategy.ts';
import { AtomicWords } from '../src/store/words.ts';
import { chunkOf } from '../src/workers/chunk.ts';
import type { Model, SaleMemory, SalePlan } from '../src/workers/protocol.ts';
import type { Seller } from '../src/workers/reserve-loop.ts';
import { allocateSale, attachSale } from '../src/workers/sale-memory.ts';
import { sellAll } from '../src/workers/sell-all.ts';
import { sellAt } from '../src/workers/seller-thread.ts';

/**
 * What is run over each batch of requests, the later containing the earlier, but for `generate` and `audit`:
 *
 * - `generate` makes the requests up and publishes them, and nobody reads;
 * - `claim` claims and reads them;
 * - `reserve` does that and asks the strategy;
 * - `untimed` is the seller's own loop for a rush without histograms: with clock, tally and ledger;
 * - `timed` is the same with histograms and the series over time;
 * - `due` is the loop of the open model, where each request has its time, which has always come;
 * - `audit` is the audit of what `timed` has sold.
 */
export type Pass = 'generate' | 'claim' | 'reserve' | 'untimed' | 'timed' | 'due' | 'audit';

/** What the last block of a batch needs is a place for the end. */
const BATCH_BLOCKS: number = RING_BLOCKS - 1;

/** Nanoseconds that each pass takes a request. */
export async function measureStages(
  scenario: Scenario,
  name: string,
): Promise<Record<Pass, number>> {
  const strategy = catalog.find((each) => each.name === name) as Strategy;
  const ring = new AtomicWords(allocateRing());
  const tookNs = { generate: 0, claim: 0, reserve: 0, untimed: 0, timed: 0, due: 0, audit: 0 };
  const clock = systemClock(currentEpoch());
  const time = (pass: Pass, action: () => void): void => {
    const startNs = clock.now();
    action();
    tookNs[pass] += clock.now() - startNs;
  };
  const stalls = {
    reserve: stallOf(scenario, strategy, 'saturating', false),
    untimed: stallOf(scenario, strategy, 'saturating', false),
    timed: stallOf(scenario, strategy, 'saturating', true),
    due: stallOf(scenario, strategy, 'open', true),
  };
  const chunk = chunkOf(stalls.timed.plan);
  const readers: readonly (readonly [Pass, (seller: Seller) => void])[] = [
    ['claim', () => drain(new RingReader(ring, chunk))],
    ['reserve', ({ reserver }) => ask(new RingReader(ring, chunk), reserver)],
    ['untimed', (seller) => sellAll(seller, new RingReader(ring, chunk))],
    ['timed', (seller) => sellAll(seller, new RingReader(ring, chunk))],
    ['due', (seller) => sellAll(seller, new RingReader(ring, chunk))],
  ];
  withSellers(Object.values(stalls), ([bare, untimed, timed, due]) => {
    const sellers = [bare, bare, untimed, timed, due];
    const source = openStream(scenario.stream);
    for (let left = scenario.stream.requests; left > 0; left -= BATCH_BLOCKS * BLOCK_REQUESTS) {
      empty(ring);
      const batch = batchOf(source);
      time('generate', () => produce(batch, new RingWriter(ring)));
      readers.forEach(([pass, read], at) => {
        rewind(ring);
        time(pass, () => read(sellers[at] as Seller));
      });
    }
    source.close();
  });
  const startNs = clock.now();
  const { audit } = await auditRun({
    scenario,
    promises: strategy.promises,
    recorders: stalls.timed.memory.recorders,
    complete: true,
    workerDied: false,
    ended: undefined,
    doubts: [],
  });
  tookNs.audit = clock.now() - startNs;
  if (audit.verdict !== 'exact') throw new Error(`${name} is ${audit.verdict}`);
  const { requests } = scenario.stream;
  const each = Object.entries(tookNs).map(([pass, ns]) => [pass, ns / requests]);
  return Object.fromEntries(each) as Record<Pass, number>;
}

/** A sale with one seller. */
interface Stall {
  readonly plan: SalePlan;
  readonly strategy: Strategy;
  readonly memory: SaleMemory;
}

function stallOf(scenario: Scenario, strategy: Strategy, model: Model, measures: boolean): Stall {
  const { events, ticketsPerEvent, clients, stream } = scenario;
  const plan: SalePlan = {
    strategy: strategy.name,
    events,
    ticketsPerEvent,
    clients,
    threads: 1,
    requests: stream.requests,
    model,
    cancels: false,
    workInsideNs: 0,
    workOutsideNs: 0,
    measures,
    expectedNs: 0,
    kernel: 'js',
    records: false,
    // A lone seller does without a clerk.
    warmsUp: true,
  };
  return { plan, strategy, memory: allocateSale(plan, strategy) };
}

/** Opens a seller at each stall, and closes them when `use` has returned. */
function withSellers(
  stalls: readonly Stall[],
  use: (sellers: readonly Seller[]) => void,
  opened: readonly Seller[] = [],
): void {
  const [stall, ...others] = stalls;
  if (!stall) {
    use(opened);
    return;
  }
  const { plan, strategy, memory } = stall;
  const sale = attachSale(memory, plan, strategy);
  const clock = systemClock(currentEpoch());
  const place = { self: 0, plan, strategy, sale, memory, settles: true, clock };
  sellAt(place, (seller) => withSellers(others, use, [...opened, seller]));
}

/** The next requests of a stream, as many as the ring holds. */
function batchOf(source: RequestSource): RequestSource {
  let left = BATCH_BLOCKS;
  return { fill: (block) => (left-- > 0 ? source.fill(block) : 0), close() {} };
}

function empty(ring: AtomicWords): void {
  for (const word of [RING.published, RING.total, RING.ended]) ring.store(word, 0);
}

/** Makes all that lies in the ring readable once more. */
function rewind(ring: AtomicWords): void {
  ring.store(RING.claimed, 0);
  for (let block = 0; block < RING_BLOCKS; block++) ring.store(RING.taken(block), 0);
}

function drain(reader: RingReader): void {
  const request = emptyRequest();
  while (reader.claim()) {
    while (reader.read(request));
    reader.release();
  }
}

function ask(reader: RingReader, reserver: Seller['reserver']): void {
  const request = emptyRequest();
  while (reader.claim()) {
    while (reader.read(request)) {
      reserver.reserve(request.event, request.quantity, request.client);
    }
    reader.release();
  }
}
