import { allocateRing } from '../generator/ring.ts';
import { Crew } from '../store/crew.ts';
import { HistoryLog } from '../store/history-log.ts';
import { Inventory } from '../store/inventory.ts';
import { Layout } from '../store/layout.ts';
import { Ledger } from '../store/ledger.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { SaleSize, Strategy, StrategyFacts } from '../store/strategy.ts';
import { Tally } from '../store/tally.ts';
import { AtomicWords, allocateWords, type SharedWords } from '../store/words.ts';
import { Clients } from './clients.ts';
import { Control } from './control.ts';
import { allocateMeasures } from './measures.ts';
import type { RecorderMemory, SaleMemory, SalePlan } from './protocol.ts';
import { COUNTERS } from './recorder.ts';

/** What of a strategy decides the memory of its sale; one whose stock lies elsewhere has none of it. */
export type Tenant = StrategyFacts & Pick<Strategy, 'ownWords' | 'openClerk'>;

/** How large the sale of `plan` is to `strategy`. */
export function sizeOf(plan: SalePlan, strategy: Tenant): SaleSize {
  const members = plan.threads + (employsClerk(plan, strategy) ? 1 : 0);
  return { events: plan.events, tickets: plan.ticketsPerEvent, members };
}

/** Whether a thread of its own serves the sellers. A lone seller warming up does without. */
export function employsClerk({ warmsUp }: SalePlan, strategy: Tenant): boolean {
  return strategy.openClerk !== undefined && !warmsUp;
}

/** All threads that meet at the barrier: sellers, generator and clerk. */
export function threadsOf(plan: SalePlan, strategy: Tenant): number {
  return plan.threads + 1 + (employsClerk(plan, strategy) ? 1 : 0);
}

/** The parts of a sale, attached to its memory. */
export interface Sale {
  readonly words: SharedWords;
  readonly ring: AtomicWords;
  readonly control: Control;
  readonly crew: Crew;
  readonly inventory: Inventory;
  readonly tally: Tally;
  /** The first word of the clients' table; -1 when no request depends on an earlier one. */
  readonly clients: number;
  /** The first of the strategy's own words. */
  readonly own: number;
}

/** Allocates the memory of a sale and stocks it. */
export function allocateSale(plan: SalePlan, strategy: Tenant): SaleMemory {
  const { layout } = layOut(plan, strategy);
  const memory: SaleMemory = {
    words: allocateWords(layout.words).buffer,
    ring: allocateRing(),
    recorders: Array.from({ length: plan.threads }, () => allocateRecorder(plan)),
  };
  attachSale(memory, plan, strategy).inventory.stock(plan.ticketsPerEvent);
  return memory;
}

/**
 * Attaches to memory that {@link allocateSale} allocated for an equal plan.
 * @param words how to reach the sale's words, if not as all threads do
 */
export function attachSale(
  memory: SaleMemory,
  plan: SalePlan,
  strategy: Tenant,
  words: SharedWords = new AtomicWords(memory.words),
): Sale {
  const at = layOut(plan, strategy);
  return {
    words,
    ring: new AtomicWords(memory.ring),
    control: new Control(words, at.control),
    crew: new Crew(words, at.crew, sizeOf(plan, strategy).members),
    inventory: new Inventory(words, at.inventory, plan.events),
    tally: new Tally(words, at.tally, plan.events),
    clients: at.clients,
    own: at.own,
  };
}

function layOut(plan: SalePlan, strategy: Tenant) {
  const layout = new Layout();
  const size = sizeOf(plan, strategy);
  const tracksClients = plan.cancels || plan.model === 'closed';
  return {
    layout,
    control: Control.reserve(layout),
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, plan.events),
    tally: Tally.reserve(layout, plan.events),
    clients: tracksClients ? Clients.reserve(layout, plan.clients) : -1,
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
}

function allocateRecorder(plan: SalePlan): RecorderMemory {
  const { clients, events, requests, records } = plan;
  return {
    counters: new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT),
    measures: plan.measures
      ? allocateMeasures(plan.model !== 'saturating', plan.expectedNs)
      : undefined,
    askedByClient: new SharedArrayBuffer(clients * Int32Array.BYTES_PER_ELEMENT),
    grantedByClient: new SharedArrayBuffer(clients * Int32Array.BYTES_PER_ELEMENT),
    refusedEvents: new SharedArrayBuffer(events),
    ledger: Ledger.allocate(requests),
    suspects: SuspectLog.allocate(requests),
    history: records ? HistoryLog.allocate(requests) : undefined,
  };
}
