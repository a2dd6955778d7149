// Where a server's stock lies, in words that can be handed from thread to thread.
import { openMemoryStock, openMemoryTill, type SharedStock } from './open-memory-stock.ts';
import type { Stock, Till } from './stock.ts';
import type { StorePlan } from './store-plan.ts';

export type StockSource =
  | { readonly kind: 'memory'; readonly shared: SharedStock }
  | { readonly kind: 'store'; readonly plan: StorePlan };

/**
 * What sells from a store is loaded only where there is one: the clients of its servers take half of a start.
 * @param run of the books; a store that keeps its serials has a tag of its own
 */
export async function openStock(source: StockSource, run: string): Promise<Stock> {
  if (source.kind === 'memory') return openMemoryStock(source.shared, run);
  const { openStoreStock } = await import('./store-stock.ts');
  return openStoreStock(source.plan);
}

/** Opens till `self` of as many as the source has. */
export async function openTill(source: StockSource, self: number): Promise<Till> {
  if (source.kind === 'memory') return openMemoryTill(source.shared, self);
  const { openStoreTill } = await import('./store-till.ts');
  return openStoreTill(source.plan, self);
}
