import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from '../base/clock.ts';
import { invariant } from '../base/invariant.ts';
import { produce } from '../generator/produce.ts';
import {
  BLOCK_REQUESTS,
  RING_BLOCKS,
  RingReader,
  RingWriter,
  stopRing,
} from '../generator/ring.ts';
import { openStream } from '../generator/stream.ts';
import { Ledger } from '../store/ledger.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { openReserver } from '../store/open-strategy.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { Contention, Strategy } from '../store/strategy.ts';
import { Clients } from './clients.ts';
import { pauseUntil } from './pause.ts';
import type { RecorderMemory, SaleMemory, SalePlan, SellTask } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { RefusalWatch } from './refusal-watch.ts';
import { reserveLoop } from './reserve-loop.ts';
import { contextOf } from './sale-context.ts';
import { allocateSale, attachSale, employsClerk, type Sale, threadsOf } from './sale-memory.ts';

/**
 * Requests that each seller serves on private sales before the real one opens, so that the compiler
 * has done its work by then: the loop's code is optimised after a few thousand.
 */
const WARM_UP_REQUESTS = 20_000;
/**
 * How many private sales: code optimised for one sale's objects is thrown away when the next sale
 * brings others, until the compiler expects that. With one round the opening of a sale ran at a third
 * of its speed.
 */
const WARM_UP_ROUNDS = 5;
/** The least that makes a round worth while, when many threads share few processors. */
const WARM_UP_REQUESTS_MIN = 2000;
/** Enough events to warm up with; more would only take memory. */
const WARM_UP_EVENTS_MAX = 1024;

/** Sells as one thread of the crew, to the end. */
export async function sell(task: SellTask): Promise<void> {
  const { plan, memory, epoch, worker } = task;
  const strategy = await loadStrategy(plan.strategy);
  const sale = attachSale(memory, plan, strategy);
  try {
    for (let round = 0; round < WARM_UP_ROUNDS && !sale.control.stopped; round++) {
      warmUp(task, strategy);
    }
    const clock = systemClock(epoch);
    sale.control.arrive(threadsOf(plan, strategy), clock);
    const openingNs = sale.control.awaitOpening();
    if (openingNs < 0) {
      // The clerk serves until every seller has closed.
      if (employsClerk(plan, strategy)) openAndClose(task, strategy, sale);
      return;
    }
    sellAs(worker, plan, strategy, sale, memory, systemClock(epoch + BigInt(openingNs)));
  } catch (error) {
    // Whoever waits for a lock of ours, or for us at the barrier, has to hear of it.
    sale.crew.markDead(worker);
    sale.control.stop();
    stopRing(sale.ring);
    throw error;
  }
}

function openAndClose({ plan, epoch, worker }: SellTask, strategy: Strategy, sale: Sale): void {
  const contention: Contention = { retries: 0, waits: 0 };
  const context = contextOf(plan, strategy, sale, worker, systemClock(epoch), contention);
  openReserver(strategy, context).close();
}

/** How many requests are claimed at once. */
function chunkOf({ model, clients, threads }: SalePlan): number {
  // One at a time at given times, so that neighbours in the stream meet in different threads; and
  // with few clients in the closed model, so that no thread holds requests that wait for its own.
  const crowded = clients < BLOCK_REQUESTS * threads * 2;
  return model === 'saturating' || (model === 'closed' && !crowded) ? BLOCK_REQUESTS : 1;
}

function sellAs(
  self: number,
  plan: SalePlan,
  strategy: Strategy,
  sale: Sale,
  memory: SaleMemory,
  clock: Clock,
): void {
  const recorder = new Recorder(memory.recorders[self] as RecorderMemory);
  const contention: Contention = { retries: 0, waits: 0 };
  const { words, crew, tally, control } = sale;
  const { ticketsPerEvent, cancels } = plan;
  const log = new SuspectLog((memory.recorders[self] as RecorderMemory).suspects);
  const watch = new RefusalWatch({ log, tally, crew, self, ticketsPerEvent, cancels });
  const context = contextOf(plan, strategy, sale, self, clock, contention);
  const reserver = openReserver(strategy, context);
  try {
    reserveLoop({
      self,
      model: plan.model,
      ticketsPerEvent,
      workOutsideNs: plan.workOutsideNs,
      reader: new RingReader(sale.ring, chunkOf(plan)),
      reserver,
      recorder,
      ledgers: memory.recorders.map((each) => new Ledger(each.ledger)),
      watch,
      tally,
      crew,
      clients: sale.clients < 0 ? undefined : new Clients(words, sale.clients, crew, self),
      clock,
      pause: pauseUntil(clock, control, crew.size <= availableParallelism()),
    });
  } finally {
    watch.finish();
    const { settled: settledFalseSoldOut, forgotten: forgottenSuspects } = watch;
    recorder.conclude({ ...contention, settledFalseSoldOut, forgottenSuspects });
  }
  reserver.close();
}

/** Runs the whole loop on a sale of its own, half of it until the stock is gone. */
function warmUp({ plan, epoch, stream }: SellTask, strategy: Strategy): void {
  const share = Math.min(1, availableParallelism() / plan.threads);
  const requests = Math.max(WARM_UP_REQUESTS_MIN, Math.round(WARM_UP_REQUESTS * share));
  const events = Math.min(plan.events, WARM_UP_EVENTS_MAX);
  const clients = Math.min(plan.clients, requests);
  const ownPlan: SalePlan = {
    ...plan,
    events,
    clients,
    threads: 1,
    requests,
    ticketsPerEvent: Math.ceil(requests / events / 2),
    model: plan.model === 'open' ? 'saturating' : plan.model,
    workInsideNs: 0,
    workOutsideNs: 0,
    warmsUp: true,
  };
  const { tracePath: _, ...synthetic } = stream;
  const source = openStream({
    ...synthetic,
    requests,
    arrivals: { kind: 'unpaced' },
    demand: { ...stream.demand, events, clients },
  });
  invariant(requests <= RING_BLOCKS * BLOCK_REQUESTS, 'a warm-up fits into the ring');
  const memory = allocateSale(ownPlan, strategy);
  const sale = attachSale(memory, ownPlan, strategy);
  produce(source, new RingWriter(sale.ring));
  sellAs(0, ownPlan, strategy, sale, memory, systemClock(epoch));
}
