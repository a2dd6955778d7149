import { allocateRing } from '../generator/ring.ts';
import { Histogram } from '../stats/histogram.ts';
import { Crew } from '../store/crew.ts';
import { Inventory } from '../store/inventory.ts';
import { Layout } from '../store/layout.ts';
import { Ledger } from '../store/ledger.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { Strategy } from '../store/strategy.ts';
import { Tally } from '../store/tally.ts';
import { AtomicWords, allocateWords, type SharedWords } from '../store/words.ts';
import { Clients } from './clients.ts';
import { Control } from './control.ts';
import type { RecorderMemory, SaleMemory, SalePlan } from './protocol.ts';
import { COUNTERS } from './recorder.ts';

/** The parts of a sale, attached to its memory. */
export interface Sale {
  readonly words: SharedWords;
  readonly ring: SharedWords;
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
export function allocateSale(plan: SalePlan, strategy: Strategy): SaleMemory {
  const { layout } = layOut(plan, strategy);
  const memory: SaleMemory = {
    words: allocateWords(layout.words).buffer,
    ring: allocateRing(),
    recorders: Array.from({ length: plan.threads }, () => allocateRecorder(plan)),
  };
  attachSale(memory, plan, strategy).inventory.stock(plan.ticketsPerEvent);
  return memory;
}

/** Attaches to memory that {@link allocateSale} allocated for an equal plan. */
export function attachSale(memory: SaleMemory, plan: SalePlan, strategy: Strategy): Sale {
  const words = new AtomicWords(memory.words);
  const at = layOut(plan, strategy);
  return {
    words,
    ring: new AtomicWords(memory.ring),
    control: new Control(words, at.control),
    crew: new Crew(words, at.crew, plan.threads),
    inventory: new Inventory(words, at.inventory, plan.events),
    tally: new Tally(words, at.tally, plan.events),
    clients: at.clients,
    own: at.own,
  };
}

function layOut(plan: SalePlan, strategy: Strategy) {
  const layout = new Layout();
  const tracksClients = plan.cancels || plan.model === 'closed';
  return {
    layout,
    control: Control.reserve(layout),
    crew: Crew.reserve(layout, plan.threads),
    inventory: Inventory.reserve(layout, plan.events),
    tally: Tally.reserve(layout, plan.events),
    clients: tracksClients ? Clients.reserve(layout, plan.clients) : -1,
    own: layout.reserve(strategy.ownWords?.(plan.events) ?? 0),
  };
}

function allocateRecorder({ clients, events, requests }: SalePlan): RecorderMemory {
  return {
    counters: new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT),
    responseTimes: Histogram.allocate().buffer,
    serviceTimes: Histogram.allocate().buffer,
    askedByClient: new SharedArrayBuffer(clients * Int32Array.BYTES_PER_ELEMENT),
    grantedByClient: new SharedArrayBuffer(clients * Int32Array.BYTES_PER_ELEMENT),
    refusedEvents: new SharedArrayBuffer(events),
    ledger: Ledger.allocate(requests),
    suspects: SuspectLog.allocate(requests),
  };
}
