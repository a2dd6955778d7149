// Where a server's stock lies, in words that can be handed from thread to thread.
import { openMemoryStock, openMemoryTill, type SharedStock } from './open-memory-stock.ts';
import type { Stock, Till } from './stock.ts';
import type { StorePlan } from './store-plan.ts';
import { openStoreStock } from './store-stock.ts';
import { openStoreTill } from './store-till.ts';

export type StockSource =
  | { readonly kind: 'memory'; readonly shared: SharedStock }
  | { readonly kind: 'store'; readonly plan: StorePlan };

/** @param run of the books; a store that keeps its serials has a tag of its own */
export function openStock(source: StockSource, run: string): Promise<Stock> {
  return source.kind === 'memory'
    ? openMemoryStock(source.shared, run)
    : openStoreStock(source.plan);
}

/** Opens till `self` of as many as the source has. */
export function openTill(source: StockSource, self: number): Promise<Till> {
  return source.kind === 'memory'
    ? openMemoryTill(source.shared, self)
    : openStoreTill(source.plan, self);
}
