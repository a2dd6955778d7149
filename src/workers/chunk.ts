import { BLOCK_REQUESTS } from '../generator/ring-layout.ts';
import type { SalePlan } from './protocol.ts';

/** How many requests are claimed at once. */
export function chunkOf({ model, clients, threads }: SalePlan): number {
  // One at a time at given times, so that neighbours in the stream meet in different threads; and
  // with few clients in the closed model, so that no thread holds requests that wait for its own.
  const crowded = clients < BLOCK_REQUESTS * threads * 2;
  return model === 'saturating' || (model === 'closed' && !crowded) ? BLOCK_REQUESTS : 1;
}
