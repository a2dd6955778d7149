import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from '../base/clock.ts';
import { stopRing } from '../generator/ring.ts';
import { HistoryLog } from '../store/history-log.ts';
import { Ledger } from '../store/ledger.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import { openReserver } from '../store/open-strategy.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { Contention, Strategy } from '../store/strategy.ts';
import { Clients } from './clients.ts';
import { pauseUntil } from './pause.ts';
import type { RecorderMemory, SaleMemory, SalePlan, WorkerTask } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { RecordingReserver } from './recording.ts';
import { RefusalWatch } from './refusal-watch.ts';
import type { Seller } from './reserve-loop.ts';
import { contextOf } from './sale-context.ts';
import { attachSale, employsClerk, type RealSale, type Sale, threadsOf } from './sale-memory.ts';

/** What one kind of seller does of its own. */
export interface Part {
  /** How many private sales to warm up with before the real one opens. */
  readonly warmUps: number;
  /** Whether false refusals may be settled while selling, and then forgotten. */
  readonly settles: boolean;
  warmUp(strategy: Strategy, sale: RealSale): void;
  /** Sells to the end. */
  sell(seller: Seller, sale: RealSale): void;
}

/** Takes part in a sale as one seller of the crew: warms up, meets the others, sells, closes. */
export async function takePart(task: WorkerTask, part: Part): Promise<void> {
  const { plan, memory, epoch, worker } = task;
  const strategy = await loadStrategy(plan.strategy);
  const sale = attachSale(memory, plan, strategy);
  try {
    for (let i = 0; i < part.warmUps && !sale.control.stopped; i++) part.warmUp(strategy, sale);
    const clock = systemClock(epoch);
    sale.control.arrive(threadsOf(plan, strategy), clock);
    const openingNs = sale.control.awaitOpening();
    if (openingNs < 0) {
      // The clerk serves until every seller has closed.
      if (employsClerk(plan, strategy)) openAndClose(task, strategy, sale);
      return;
    }
    const clockOfSale = systemClock(epoch + BigInt(openingNs));
    const { settles } = part;
    const place = { self: worker, plan, strategy, sale, memory, settles, clock: clockOfSale };
    sellAt(place, (seller) => part.sell(seller, sale));
  } catch (error) {
    // Whoever waits for a lock of ours, or for us at the barrier, has to hear of it.
    sale.crew.markDead(worker);
    sale.control.stop();
    stopRing(sale.ring);
    throw error;
  }
}

function openAndClose({ plan, epoch, worker }: WorkerTask, strategy: Strategy, sale: Sale): void {
  const contention: Contention = { retries: 0, waits: 0 };
  const context = contextOf(plan, strategy, sale, worker, systemClock(epoch), contention);
  openReserver(strategy, context).close();
}

/** A seller's place in a sale. */
export interface Place {
  readonly self: number;
  readonly plan: SalePlan;
  readonly strategy: Strategy;
  readonly sale: Sale;
  readonly memory: SaleMemory;
  readonly settles: boolean;
  readonly clock: Clock;
}

/** Opens the strategy, sells with it, and closes it; what happened until then is recorded in any case. */
export function sellAt(place: Place, sell: (seller: Seller) => void): void {
  const { self, plan, strategy, sale, memory, settles, clock } = place;
  const { words, crew, tally, control } = sale;
  const { ticketsPerEvent, cancels } = plan;
  const own = memory.recorders[self] as RecorderMemory;
  const recorder = new Recorder(own);
  const contention: Contention = { retries: 0, waits: 0 };
  const log = new SuspectLog(own.suspects);
  const watch = new RefusalWatch({ log, tally, crew, self, ticketsPerEvent, cancels, settles });
  const opened = openReserver(strategy, contextOf(plan, strategy, sale, self, clock, contention));
  const recording =
    own.history && new RecordingReserver(opened, new HistoryLog(own.history), clock);
  const reserver = recording ?? opened;
  try {
    sell({
      self,
      model: plan.model,
      ticketsPerEvent,
      workOutsideNs: plan.workOutsideNs,
      reserver,
      recording,
      recorder,
      ledgers: memory.recorders.map((each) => new Ledger(each.ledger)),
      watch,
      tally,
      crew,
      clients: sale.clients < 0 ? undefined : new Clients(words, sale.clients, crew, self),
      clock,
      pause: pauseUntil(clock, control, spinsIn(sale)),
    });
  } finally {
    watch.finish();
    const { settled: settledFalseSoldOut, forgotten: forgottenSuspects } = watch;
    recorder.conclude({ ...contention, settledFalseSoldOut, forgottenSuspects });
  }
  reserver.close();
}

/** Whether every thread of the crew has a processor of its own to wait on. */
export function spinsIn({ crew }: Sale): boolean {
  return crew.size <= availableParallelism();
}
