import { setTimeout as sleep } from 'node:timers/promises';
import { busyFor, type Clock, systemClock } from '../base/clock.ts';
import { randomStream } from '../base/random.ts';
import { stopRing } from '../generator/ring.ts';
import { RingFollower } from '../generator/ring-follower.ts';
import { HistoryLog } from '../store/history-log.ts';
import { loadStoreStrategy } from '../store/load-strategy.ts';
import { openStoreReserver } from '../store/open-strategy.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { StoreReserver, Traffic } from '../store/stored.ts';
import type { Contention } from '../store/strategy.ts';
import { OwnClients } from './own-clients.ts';
import type { RecorderMemory, SellStoredTask } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { RefusalWatch } from './refusal-watch.ts';
import { attachSale, type Sale, threadsOf } from './sale-memory.ts';
import { storeLoop } from './store-loop.ts';
import type { Doubt, StoreSeller } from './store-seller.ts';

/** Below this, work keeps the processor busy, as a server's would; above, it is a wait for somebody else. */
const BUSY_MAX_NS = 1_000_000;

/** Sells from a store as one thread of the crew; what nobody knows the end of. */
export async function sellStored(task: SellStoredTask): Promise<readonly Doubt[]> {
  const { plan, memory, epoch, worker } = task;
  const strategy = await loadStoreStrategy(plan.strategy);
  const sale = attachSale(memory, plan, strategy);
  const contention: Contention = { retries: 0, waits: 0 };
  const traffic: Traffic = { roundTrips: 0, statements: 0 };
  let reserver: StoreReserver | undefined;
  try {
    const { seed, ...store } = task.store;
    reserver = await openStoreReserver(strategy, {
      ...store,
      size: { events: plan.events, tickets: plan.ticketsPerEvent },
      self: worker,
      contention,
      traffic,
      work: workOf(plan.workInsideNs, systemClock(epoch)),
      random: randomStream(seed, `jitter of worker ${worker}`).next,
    });
    sale.control.arrive(threadsOf(plan, strategy), systemClock(epoch));
    const openingNs = sale.control.awaitOpening();
    if (openingNs < 0) return [];
    const clock = systemClock(epoch + BigInt(openingNs));
    const seller = sellerOf(task, { sale, reserver, clock });
    try {
      await storeLoop(seller, new RingFollower(sale.ring));
    } finally {
      conclude(seller, contention, traffic);
    }
    return seller.doubts;
  } catch (error) {
    sale.crew.markDead(worker);
    sale.control.stop();
    stopRing(sale.ring);
    throw error;
  } finally {
    await reserver?.close();
  }
}

function workOf(durationNs: number, clock: Clock): () => Promise<void> {
  return async () => {
    if (durationNs > BUSY_MAX_NS) await sleep(durationNs / 1e6);
    else if (durationNs > 0) busyFor(clock, durationNs);
  };
}

interface Opened {
  readonly sale: Sale;
  readonly reserver: StoreReserver;
  readonly clock: Clock;
}

function sellerOf(
  { plan, memory, worker }: SellStoredTask,
  { sale, reserver, clock }: Opened,
): StoreSeller {
  const { ticketsPerEvent, cancels, model, workOutsideNs } = plan;
  const { tally, crew, control } = sale;
  const own = memory.recorders[worker] as RecorderMemory;
  const log = new SuspectLog(own.suspects);
  // Requests of a thread overlap, so nothing can be settled by waiting for what it does now.
  const settles = false;
  return {
    self: worker,
    model,
    ticketsPerEvent,
    workOutsideNs,
    reserver,
    recorder: new Recorder(own),
    history: own.history && new HistoryLog(own.history),
    watch: new RefusalWatch({ log, tally, crew, self: worker, ticketsPerEvent, cancels, settles }),
    tally,
    clients: new OwnClients(worker, plan.threads, plan.clients),
    clock,
    control,
    doubts: [],
  };
}

function conclude(
  { watch, recorder }: StoreSeller,
  contention: Contention,
  traffic: Traffic,
): void {
  watch.finish();
  const { settled: settledFalseSoldOut, forgotten: forgottenSuspects } = watch;
  recorder.conclude({ ...contention, ...traffic, settledFalseSoldOut, forgottenSuspects });
}
