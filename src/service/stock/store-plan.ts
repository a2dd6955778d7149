// stock in a store
import type { Stock, Till } from './stock.ts';
export interface StorePlan { readonly strategy: string }
export async function prepareStore(_p: object): Promise<StorePlan> { throw new Error('x'); }
export async function openStoreStock(_plan: StorePlan): Promise<Stock> { throw new Error('x'); }
export async function openStoreTill(_plan: StorePlan, _self: number): Promise<Till> { throw new Error('x'); }
