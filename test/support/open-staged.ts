import { Crew } from '../../src/store/crew.ts';
import { Inventory } from '../../src/store/inventory.ts';
import { Layout } from '../../src/store/layout.ts';
import type { Reserver, SaleContext, Strategy } from '../../src/store/strategy.ts';
import { allocateWords } from '../../src/store/words.ts';
import type { Stock } from './open-alone.ts';
import { StagedWords } from './staged-words.ts';

/** One member of a sale whose threads are all played by one. */
export interface StagedMember {
  readonly words: StagedWords;
  readonly context: SaleContext;
  readonly reserver: Reserver;
}

/** A sale in which each member has its own words, so that a test can act whenever one of them does. */
export function openStaged(
  strategy: Strategy,
  { events, tickets }: Stock,
  works: readonly (() => void)[],
): StagedMember[] {
  const layout = new Layout();
  const size = { events, tickets, members: works.length };
  const at = {
    crew: Crew.reserve(layout, size.members),
    inventory: Inventory.reserve(layout, events),
    own: layout.reserve(strategy.ownWords?.(size) ?? 0),
  };
  const { buffer } = allocateWords(layout.words);
  return works.map((work, self) => {
    const words = new StagedWords(buffer);
    const inventory = new Inventory(words, at.inventory, events);
    if (self === 0) inventory.stock(tickets);
    const context: SaleContext = {
      size,
      words,
      inventory,
      own: at.own,
      crew: new Crew(words, at.crew, size.members),
      self,
      contention: { retries: 0, waits: 0 },
      work,
      nowMs: () => 0,
    };
    return { words, context, reserver: strategy.open(context) };
  });
}

/** Does no work. */
export function idle(): void {}

/** The own words of a sale that say something, as people read them. */
export function describeOwn(strategy: Strategy, { context }: StagedMember): string[] {
  const { words, own, size } = context;
  const said: string[] = [];
  for (let offset = 0; offset < (strategy.ownWords?.(size) ?? 0); offset++) {
    const value = words.load(own + offset);
    const meaning = strategy.describeWord?.(offset, size);
    if (value === 0 || !meaning) continue;
    const shown = meaning.show?.(value, (member) => `member ${member}`) ?? value;
    said.push(`${meaning.name} = ${shown}`);
  }
  return said;
}
