import type { Sales } from './sales.ts';
import { changesAt, Timeline } from './timeline.ts';

/** Whether as many tickets were in clients' hands as there were. */
export interface Conservation {
  /** Tickets in clients' hands beyond the capacity, at the worst moment of each event, summed. */
  readonly oversold: number;
  /** Tickets left at the end at events that somebody was refused at. */
  readonly unsold: number;
}

/**
 * Counts what clients held, moment by moment, so that an oversell is seen even when a later cancel
 * hides it. A ticket counts as held from the end of its grant to the beginning of its return: for
 * that long it was surely the client's.
 */
export function auditConservation(
  sales: Sales,
  groups: readonly Uint32Array[],
  ticketsPerEvent: number,
  refusedEvents: Uint8Array,
): Conservation {
  let oversold = 0;
  let unsold = 0;
  groups.forEach((grants, event) => {
    const { peak, last } = heldAt(sales, grants);
    oversold += Math.max(0, peak - ticketsPerEvent);
    if (refusedEvents[event] === 1) unsold += Math.max(0, ticketsPerEvent - last);
  });
  return { oversold, unsold };
}

function heldAt(sales: Sales, grants: Uint32Array): { peak: number; last: number } {
  let granted = 0;
  for (const grant of grants) granted += sales.quantity[grant] as number;
  // Nothing came back: what was held only grew.
  if (!sales.anyReturned) return { peak: granted, last: granted };
  const returns = changesAt(sales, grants, sales.returnStartNs);
  const returned = returns.amounts.reduce((total, amount) => total + amount, 0);
  const { peak } = new Timeline(0, changesAt(sales, grants, sales.endNs), returns);
  return { peak, last: granted - returned };
}
