import type { Sales } from './sales.ts';
import { type Step, Timeline } from './timeline.ts';

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
  let returned = 0;
  for (const grant of grants) {
    const quantity = sales.quantity[grant] as number;
    granted += quantity;
    if ((sales.returnEndNs[grant] as number) < Number.POSITIVE_INFINITY) returned += quantity;
  }
  // Nothing came back: what was held only grew.
  if (returned === 0) return { peak: granted, last: granted };
  return { peak: new Timeline(0, heldSteps(sales, grants)).peak, last: granted - returned };
}

function heldSteps(sales: Sales, grants: Uint32Array): Step[] {
  const steps: Step[] = [];
  for (const grant of grants) {
    const quantity = sales.quantity[grant] as number;
    steps.push({ timeNs: sales.endNs[grant] as number, change: quantity });
    const returnNs = sales.returnStartNs[grant] as number;
    if (returnNs < Number.POSITIVE_INFINITY) steps.push({ timeNs: returnNs, change: -quantity });
  }
  return steps;
}
