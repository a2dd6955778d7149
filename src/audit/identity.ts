import { sortedByColumn } from './order.ts';
import type { Sales } from './sales.ts';

/** Whether every ticket is one of its kind, and every receipt worth something. */
export interface Identity {
  /** Tickets handed out once more after their first time. A serial is never reissued, not even after a cancel. */
  readonly duplicateTickets: number;
  /** Receipts that the store did not honour when their holder gave them back. */
  readonly lostReceipts: number;
}

export function auditIdentity(sales: Sales, groups: readonly Uint32Array[]): Identity {
  const duplicateTickets = groups.reduce((total, grants) => total + duplicates(sales, grants), 0);
  return { duplicateTickets, lostReceipts: sales.dishonoured };
}

/** By how much the grants' ranges of serials overlap: all they hold, less all different ones. */
function duplicates(sales: Sales, grants: Uint32Array): number {
  let repeated = 0;
  let coveredTo = Number.NEGATIVE_INFINITY;
  for (const grant of sortedByColumn(grants, sales.ticket)) {
    const first = sales.ticket[grant] as number;
    const end = first + (sales.quantity[grant] as number);
    // Sorted by their first serial, so what is covered beyond `first` has no gap.
    repeated += Math.max(0, Math.min(end, coveredTo) - first);
    coveredTo = Math.max(coveredTo, end);
  }
  return repeated;
}
