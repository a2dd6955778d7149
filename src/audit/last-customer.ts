import { shown } from '../base/errors.ts';
import { FAILED, type Reserver, SOLD_OUT } from '../store/strategy.ts';
import type { Sales } from './sales.ts';

/** Tickets that the last customer was granted, after everybody else had gone. */
export interface ClosingPurchase {
  /** The first ticket serial of `quantity` consecutive ones. */
  readonly ticket: number;
  readonly quantity: number;
}

/** What one more customer was told at an event when the sale was over. */
export interface LastVisit {
  readonly purchases: readonly ClosingPurchase[];
  /** Whether what nobody held was said to be sold out, with nobody there to race with. */
  readonly refused: boolean;
}

/** How many tickets of each event nobody holds at the end, by what clients were told; below zero: oversold. */
export function leftOf(sales: Sales, events: number, ticketsPerEvent: number): Int32Array {
  const left = new Int32Array(events).fill(ticketsPerEvent);
  for (let grant = 0; grant < sales.count; grant++) {
    const cameBack = sales.anyReturned && sales.returnEndNs[grant] !== Number.POSITIVE_INFINITY;
    if (cameBack) continue;
    const event = sales.event[grant] as number;
    left[event] = (left[event] as number) - (sales.quantity[grant] as number);
  }
  return left;
}

/**
 * Asks at every event for all that is left, and then for one more, as a customer does who comes when
 * the others have gone. So a stock that says something else than the receipts is found out also where
 * no buyer came upon it: two returns of which one overwrote the other leave tickets that cannot be
 * had; a sale that was forgotten leaves some that should not be.
 * @param left how many tickets of each event nobody holds
 */
export function askLast(
  reserver: Reserver,
  left: Int32Array,
  beforeEach: () => void = () => {},
): LastVisit[] {
  const ask = (event: number, quantity: number, purchases: ClosingPurchase[]): number => {
    beforeEach();
    const ticket = reserver.reserve(event, quantity, LAST_CLIENT);
    if (!Number.isInteger(ticket) || ticket < FAILED) {
      throw new Error(`reserve must return a ticket serial or a refusal; got ${shown(ticket)}`);
    }
    if (ticket >= 0) purchases.push({ ticket, quantity });
    return ticket;
  };
  return Array.from(left, (quantity, event) => {
    const purchases: ClosingPurchase[] = [];
    // Other refusals may be right: a shop may sell nobody a whole house, or shed whoever asks for it.
    const refused = quantity > 0 && ask(event, quantity, purchases) === SOLD_OUT;
    ask(event, 1, purchases);
    return { purchases, refused };
  });
}

/** A client like any other, so that a strategy that keeps something for each has room for it. */
const LAST_CLIENT = 0;
