import type { ClosingPurchase } from './last-customer.ts';
import { sortedByColumn } from './order.ts';
import type { Sales } from './sales.ts';

/**
 * Tickets of an event handed out once more after their first time. A serial is never reissued, not
 * even after a cancel.
 * @param grants those of one event
 * @param closing what the last customer got of it
 */
export function countDuplicates(
  sales: Sales,
  grants: Uint32Array,
  closing: readonly ClosingPurchase[],
): number {
  const last = closing.toSorted((a, b) => a.ticket - b.ticket);
  const serials = new Coverage();
  let next = 0;
  for (const grant of sortedByColumn(grants, sales.ticket)) {
    const ticket = sales.ticket[grant] as number;
    for (; next < last.length && (last[next] as ClosingPurchase).ticket < ticket; next++) {
      serials.cover(last[next] as ClosingPurchase);
    }
    serials.add(ticket, sales.quantity[grant] as number);
  }
  for (const purchase of last.slice(next)) serials.cover(purchase);
  return serials.repeated;
}

/** Ranges of serials in the order of their first: by how much they overlap. */
class Coverage {
  /** All they hold, less all different ones. */
  repeated = 0;
  #coveredTo: number = Number.NEGATIVE_INFINITY;

  add(first: number, quantity: number): void {
    const end = first + quantity;
    // Sorted by their first serial, so what is covered beyond `first` has no gap.
    this.repeated += Math.max(0, Math.min(end, this.#coveredTo) - first);
    this.#coveredTo = Math.max(this.#coveredTo, end);
  }

  cover({ ticket, quantity }: ClosingPurchase): void {
    this.add(ticket, quantity);
  }
}

/** How many receipts of each event the store did not honour when their holder gave them back. */
export function countLostReceipts(sales: Sales, events: number): Uint32Array {
  const lost = new Uint32Array(events);
  for (const grant of sales.dishonoured) {
    const event = sales.event[grant] as number;
    lost[event] = (lost[event] as number) + 1;
  }
  return lost;
}
