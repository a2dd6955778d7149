import { allocateRing } from '../generator/ring.ts';
import { allocateMemory, attachWords } from '../store/compiled-words.ts';
import { Crew } from '../store/crew.ts';
import { HistoryLog } from '../store/history-log.ts';
import { Inventory } from '../store/inventory.ts';
import { Layout } from '../store/layout.ts';
import { Ledger } from '../store/ledger.ts';
import { SuspectLog } from '../store/refusals.ts';
import type { SaleSize, Strategy, StrategyFacts } from '../store/strategy.ts';
import { Tally } from '../store/tally.ts';
import { AtomicWords, type SharedWords } from '../store/words.ts';
import { Clients } from './clients.ts';
import { Control } from './control.ts';
import { allocateMeasures } from './measures.ts';
import type { RecorderMemory, SaleMemory, SalePlan } from './protocol.ts';
import { allocateCounters } from './recorder.ts';

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
export interface Sale<Words extends SharedWords = SharedWords> {
  readonly words: Words;
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

/** A sale as the threads that hold it reach it. */
export type RealSale = Sale<AtomicWords>;

/**
 * Allocates the memory of a sale and stocks it.
 * @param rehearsal what each seller warms up with, if it does
 */
export function allocateSale(plan: SalePlan, strategy: Tenant, rehearsal?: SalePlan): SaleMemory {
  const { words: first } = layOut(plan, strategy).layout;
  const words = rehearsal ? layOut(rehearsal, strategy).layout.words : 0;
  const memory: SaleMemory = {
    words: allocateMemory(plan.kernel, first + plan.threads * words),
    first: 0,
    rehearsals: { first, words },
    ...allocateBooks(plan),
  };
  attachSale(memory, plan, strategy).inventory.stock(plan.ticketsPerEvent);
  return memory;
}

/**
 * The memory of the rehearsal of seller `self`, cleared and stocked: in the same words as the sale's, so that what the
 * compiler learns in one holds in the other.
 */
export function stageRehearsal(
  { words: memory, rehearsals }: SaleMemory,
  self: number,
  plan: SalePlan,
  strategy: Tenant,
  words: AtomicWords,
): SaleMemory {
  const first = rehearsals.first + self * rehearsals.words;
  words.clear(first, rehearsals.words);
  const staged: SaleMemory = { words: memory, first, rehearsals, ...allocateBooks(plan) };
  saleOn(words, staged, plan, strategy).inventory.stock(plan.ticketsPerEvent);
  return staged;
}

function allocateBooks(plan: SalePlan): Pick<SaleMemory, 'ring' | 'recorders'> {
  return {
    ring: allocateRing(),
    recorders: Array.from({ length: plan.threads }, () => allocateRecorder(plan)),
  };
}

/** Attaches to memory that {@link allocateSale} allocated for an equal plan. */
export function attachSale(memory: SaleMemory, plan: SalePlan, strategy: Tenant): RealSale {
  return saleOn(attachWords(memory.words), memory, plan, strategy);
}

/** As {@link attachSale}, its words reached in a way of the caller's. */
export function saleOn<Words extends SharedWords>(
  words: Words,
  memory: SaleMemory,
  plan: SalePlan,
  strategy: Tenant,
): Sale<Words> {
  const at = layOut(plan, strategy, memory.first);
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

function layOut(plan: SalePlan, strategy: Tenant, first = 0) {
  const layout = new Layout(first);
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
    counters: allocateCounters(),
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
