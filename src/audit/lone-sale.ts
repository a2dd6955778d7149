import { Crew } from '../store/crew.ts';
import { Inventory } from '../store/inventory.ts';
import { Layout } from '../store/layout.ts';
import { LoneWords } from '../store/lone-words.ts';
import { openClerk, openReserver } from '../store/open-strategy.ts';
import type { Reserver, SaleContext, SaleSize, Strategy } from '../store/strategy.ts';

/** What is for sale. */
export interface Stock {
  readonly events: number;
  readonly tickets: number;
}

export interface LoneSaleOptions {
  /** How many handles there are to be. */
  readonly sellers: number;
  readonly work: () => void;
}

/** Turns that a clerk is given to answer one request. */
const CLERK_TURNS_MAX = 1000;

/**
 * A sale whose handles a single thread uses, one at a time: a function that opens the next one, or, given
 * a seller's number, that seller's once more. Where
 * the strategy has a clerk and there are several sellers, it serves whenever a handle would wait; who
 * waits for anybody else waits for ever, and is told so.
 */
export function openLoneSale(
  strategy: Strategy,
  { events, tickets }: Stock,
  { sellers = 1, work = () => {} }: Partial<LoneSaleOptions> = {},
): (again?: number) => Reserver {
  const clerks = strategy.openClerk && sellers > 1 ? 1 : 0;
  const size: SaleSize = { events, tickets, members: sellers + clerks };
  const layout = new Layout();
  const at = {
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, events),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
  const words = new LoneWords(new Int32Array(layout.words));
  const inventory = new Inventory(words, at.inventory, events);
  inventory.stock(tickets);
  const context = (self: number): SaleContext => ({
    size,
    words,
    inventory,
    own: at.own,
    crew: new Crew(words, at.crew, size.members),
    self,
    contention: { retries: 0, waits: 0 },
    work,
    nowMs: () => 0,
  });
  if (clerks > 0) words.turn = clerkTurn(strategy, context(sellers), words);
  let opened = 0;
  return (again) => openReserver(strategy, context(again ?? opened++));
}

/** Has the clerk serve what is there; it must find something to do. */
function clerkTurn(strategy: Strategy, context: SaleContext, words: LoneWords): () => void {
  const clerk = openClerk(strategy, context);
  let turns = 0;
  const turn = (): void => {
    if (++turns > CLERK_TURNS_MAX) throw new Error('the clerk serves, and nobody is answered');
    words.turn = undefined;
    try {
      clerk.serve();
    } finally {
      words.turn = turn;
    }
  };
  return turn;
}
