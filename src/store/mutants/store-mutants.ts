import { advisoryInside } from './advisory-inside.ts';
import { bestEffortUndo } from './best-effort-undo.ts';
import { sharedBatchReceipt } from './shared-batch-receipt.ts';
import { staleQuota } from './stale-quota.ts';
import type { StoreMutant } from './store-mutant.ts';
import { summedBookings } from './summed-bookings.ts';
import { unfencedLease } from './unfenced-lease.ts';

/** Every mutant that sells from a store, those of the seed systems first. */
export const storeMutants: readonly StoreMutant[] = [
  bestEffortUndo,
  staleQuota,
  sharedBatchReceipt,
  advisoryInside,
  summedBookings,
  unfencedLease,
];
