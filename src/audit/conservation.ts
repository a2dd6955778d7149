import type { ClosingPurchase } from './last-customer.ts';
import type { Sales } from './sales.ts';
import { changesAt, Timeline } from './timeline.ts';

/** Whether as many tickets of an event were in clients' hands as there were. */
export interface Conservation {
  /** Tickets in clients' hands beyond the capacity, at the worst moment. */
  readonly oversold: number;
  /** Tickets left at the end, if somebody was refused. */
  readonly unsold: number;
}

/**
 * Counts what clients held, moment by moment, so that an oversell is seen even when a later cancel
 * hides it. A ticket counts as held from the end of its grant to the beginning of its return: for
 * that long it was surely the client's.
 * @param grants those of one event
 * @param closing what the last customer got of it
 */
export function auditConservation(
  sales: Sales,
  grants: Uint32Array,
  closing: readonly ClosingPurchase[],
  ticketsPerEvent: number,
  refused: boolean,
): Conservation {
  const { peak, last } = heldAt(sales, grants);
  const atLast = closing.reduce((held, { quantity }) => held + quantity, last);
  return {
    oversold: Math.max(0, peak - ticketsPerEvent, atLast - ticketsPerEvent),
    // What the last customer takes is no longer part of the sale.
    unsold: refused ? Math.max(0, ticketsPerEvent - last) : 0,
  };
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
