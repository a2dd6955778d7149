import type { StoreTerms } from './store-at-work.ts';

/** The flags that ask in the same way again, where that was said. */
export function storeFlags(terms: StoreTerms | undefined): Record<string, string | undefined> {
  const { connections, target, settleMs } = terms ?? {};
  return {
    ...(target ? { target: target.url, adapter: target.adapter } : {}),
    ...(target?.owned === true ? { 'i-own-this-target': undefined } : {}),
    ...(target && settleMs !== undefined ? { 'answer-within': `${settleMs}ms` } : {}),
    ...(connections === undefined ? {} : { connections: String(connections) }),
  };
}
