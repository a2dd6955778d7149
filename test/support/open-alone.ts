import { Crew } from '../../src/store/crew.ts';
import { Inventory } from '../../src/store/inventory.ts';
import { Layout } from '../../src/store/layout.ts';
import type { Contention, Reserver, SaleContext, Strategy } from '../../src/store/strategy.ts';
import { allocateWords } from '../../src/store/words.ts';

export interface Stock {
  readonly events: number;
  readonly tickets: number;
}

/** A sale of `crewSize` handles that a single thread uses, one after the other. */
export function openSale(
  strategy: Strategy,
  { events, tickets }: Stock,
  { crewSize = 1, work = () => {} }: Partial<SaleOptions> = {},
): Reserver[] {
  const layout = new Layout();
  const size = { events, tickets, members: crewSize };
  const at = {
    crew: Crew.reserve(layout, crewSize),
    inventory: Inventory.reserve(layout, events),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
  const words = allocateWords(layout.words);
  const inventory = new Inventory(words, at.inventory, events);
  inventory.stock(tickets);
  return Array.from({ length: crewSize }, (_, self) => {
    const crew = new Crew(words, at.crew, crewSize);
    const contention: Contention = { retries: 0, waits: 0 };
    const context: SaleContext = {
      size,
      words,
      inventory,
      own: at.own,
      crew,
      self,
      contention,
      work,
      nowMs: () => 0,
    };
    return strategy.open(context);
  });
}

export interface SaleOptions {
  readonly crewSize: number;
  readonly work: () => void;
}

/** A sale of one thread. */
export function openAlone(strategy: Strategy, stock: Stock, work?: () => void): Reserver {
  return openSale(strategy, stock, work ? { work } : {})[0] as Reserver;
}
