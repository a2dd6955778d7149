import { Crew } from '../../src/store/crew.ts';
import { Inventory } from '../../src/store/inventory.ts';
import { Layout } from '../../src/store/layout.ts';
import type { SaleContext, SaleSize } from '../../src/store/strategy.ts';
import { allocateWords } from '../../src/store/words.ts';
import { StagedWords } from './staged-words.ts';

/**
 * A sale in one thread that plays all members. What really happens by chance is set here: what others
 * do while one waits (`words.turn`) or works (`work`), and what time it is.
 */
export interface Rehearsal {
  readonly size: SaleSize;
  readonly words: StagedWords;
  readonly inventory: Inventory;
  readonly crew: Crew;
  /** The first of the strategy's own words. */
  readonly own: number;
  /** What member after member is opened with. */
  readonly contexts: readonly SaleContext[];
  nowMs: number;
  work: (self: number) => void;
}

const idle: Rehearsal['work'] = () => {};

export function rehearse(size: SaleSize, wanted: { ownWords?(size: SaleSize): number }): Rehearsal {
  const layout = new Layout();
  const at = {
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, size.events),
    own: layout.reserve(wanted.ownWords?.(size) ?? 0),
  };
  const words = new StagedWords(allocateWords(layout.words).buffer);
  const inventory = new Inventory(words, at.inventory, size.events);
  const crew = new Crew(words, at.crew, size.members);
  inventory.stock(size.tickets);
  const { own } = at;
  const contexts: SaleContext[] = [];
  const stage = { size, words, inventory, crew, own, contexts, nowMs: 0, work: idle };
  for (let self = 0; self < size.members; self++) {
    const contention = { retries: 0, waits: 0 };
    const ofMember = { self, work: () => stage.work(self), nowMs: () => stage.nowMs, contention };
    contexts.push({ size, words, inventory, own, crew, ...ofMember });
  }
  return stage;
}
