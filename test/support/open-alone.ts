import { Crew } from '../../src/store/crew.ts';
import { Inventory } from '../../src/store/inventory.ts';
import { Layout } from '../../src/store/layout.ts';
import type {
  Clerk,
  Contention,
  Reserver,
  SaleContext,
  SaleSize,
  Strategy,
} from '../../src/store/strategy.ts';
import { allocateWords, type SharedWords } from '../../src/store/words.ts';
import { StagedWords } from './staged-words.ts';

export interface Stock {
  readonly events: number;
  readonly tickets: number;
}

export interface SaleOptions {
  readonly crewSize: number;
  readonly work: () => void;
}

/** A sale in words that may be shared. */
export interface OpenedSale<Words extends SharedWords> {
  readonly words: Words;
  readonly inventory: Inventory;
  readonly crew: Crew;
  readonly size: SaleSize;
  readonly own: number;
  /** What member `self` of the crew works with. */
  context(self: number): SaleContext;
}

/**
 * A sale that a single thread plays all parts of. Whenever it would wait, `words.turn` runs: the test
 * decides there what the others do.
 */
export type StagedSale = OpenedSale<StagedWords>;

function layOut(strategy: Strategy, size: SaleSize) {
  const layout = new Layout();
  return {
    layout,
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, size.events),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
}

/** Memory for a sale, stocked. */
export function allocateSale(strategy: Strategy, size: SaleSize): SharedArrayBuffer {
  const { layout, inventory } = layOut(strategy, size);
  const words = allocateWords(layout.words);
  new Inventory(words, inventory, size.events).stock(size.tickets);
  return words.buffer;
}

/** The sale in memory that {@link allocateSale} allocated for the same strategy and size. */
export function enterSale<Words extends SharedWords>(
  words: Words,
  strategy: Strategy,
  size: SaleSize,
  work: () => void = () => {},
): OpenedSale<Words> {
  const at = layOut(strategy, size);
  const inventory = new Inventory(words, at.inventory, size.events);
  const crew = new Crew(words, at.crew, size.members);
  const { own } = at;
  const context = (self: number): SaleContext => {
    const contention: Contention = { retries: 0, waits: 0 };
    return { size, words, inventory, own, crew, self, contention, work, nowMs: () => 0 };
  };
  return { words, inventory, crew, size, own, context };
}

/** A sale of a crew of `crewSize`, its clerk included where there is one. */
export function stageSale(
  strategy: Strategy,
  { events, tickets }: Stock,
  { crewSize = 1, work = () => {} }: Partial<SaleOptions> = {},
): StagedSale {
  const size = { events, tickets, members: crewSize };
  const words = new StagedWords(allocateSale(strategy, size));
  return enterSale(words, strategy, size, work);
}

/**
 * A sale of `crewSize` handles that a single thread uses, one after the other. Where the strategy has
 * a clerk, it serves whenever a handle would wait.
 */
export function openSale(
  strategy: Strategy,
  stock: Stock,
  options: Partial<SaleOptions> = {},
): Reserver[] {
  const sellers = options.crewSize ?? 1;
  const clerks = strategy.openClerk && sellers > 1 ? 1 : 0;
  const sale = stageSale(strategy, stock, { ...options, crewSize: sellers + clerks });
  const reservers = Array.from({ length: sellers }, (_, self) => strategy.open(sale.context(self)));
  const clerk = clerks > 0 && strategy.openClerk?.(sale.context(sellers));
  if (clerk) sale.words.turn = () => serveOnce(clerk, sale.words);
  return reservers;
}

/** Has the clerk serve what is there; it must not need to wait itself. */
export function serveOnce(clerk: Clerk, words: StagedWords): void {
  const { turn } = words;
  words.turn = () => {
    throw new Error('the clerk was called for nothing');
  };
  clerk.serve();
  words.turn = turn;
}

/** A sale of one thread. */
export function openAlone(strategy: Strategy, stock: Stock, work?: () => void): Reserver {
  return openSale(strategy, stock, work ? { work } : {})[0] as Reserver;
}
